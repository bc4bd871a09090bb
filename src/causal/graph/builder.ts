import { ModelSyntaxError } from "../../errors.ts";
import { makeGraph, type CausalGraph, type Edge, type Place } from "../graph.ts";

interface DraftVertex {
  name: string;
  latent: boolean;
  ownError: boolean;
}

/** Collects what a reader finds, vertex by vertex and edge by edge, and knows where it stood in the text. */
export class GraphBuilder {
  private readonly vertices: DraftVertex[] = [];
  private readonly index = new Map<string, number>();
  private readonly edges: Edge[] = [];
  private readonly places: (Place | undefined)[] = [];
  private readonly confounded = new Map<string, { pair: [number, number]; place: Place | undefined }>();
  private readonly marked: { exposures: string[]; outcomes: string[] } = { exposures: [], outcomes: [] };
  private readonly positions = new Map<string, readonly [number, number]>();

  /** The index of `name`, added as a visible variable with an error of its own where it is new. */
  vertex(name: string): number {
    const known = this.index.get(name);
    if (known !== undefined) return known;
    this.index.set(name, this.vertices.length);
    this.vertices.push({ name, latent: false, ownError: true });
    return this.vertices.length - 1;
  }

  has(name: string): boolean {
    return this.index.has(name);
  }

  setLatent(name: string): void {
    this.vertices[this.vertex(name)]!.latent = true;
  }

  setOwnError(name: string, ownError: boolean): void {
    this.vertices[this.vertex(name)]!.ownError = ownError;
  }

  mark(kind: "exposures" | "outcomes", name: string): void {
    this.marked[kind].push(name);
  }

  place(name: string, x: number, y: number): void {
    this.positions.set(name, [x, y]);
  }

  edge(from: string, to: string, place?: Place): void {
    if (from === to) throw selfLoop(from, place);
    this.edges.push({ from: this.vertex(from), to: this.vertex(to) });
    this.places.push(place);
  }

  /** X ↔ Y: a latent common cause of the two alone. Throws where it is stated twice. */
  confound(first: string, second: string, place?: Place): void {
    if (first === second) throw selfLoop(first, place);
    const pair: [number, number] = [this.vertex(first), this.vertex(second)];
    const key = pair.toSorted((a, b) => a - b).join(" ");
    if (this.confounded.has(key)) {
      throw new ModelSyntaxError(
        `The edge ${first} ↔ ${second} is written twice.`,
        "Remove one of the two.",
        place?.line ?? 1,
        place?.column ?? 1,
      );
    }
    this.confounded.set(key, { pair, place });
  }

  build(): CausalGraph {
    const vertices = [...this.vertices];
    const edges = [...this.edges];
    const places = [...this.places];
    for (const { pair, place } of this.confounded.values()) {
      const latent = vertices.length;
      vertices.push({ name: this.confounderName(pair), latent: true, ownError: true });
      for (const to of pair) {
        edges.push({ from: latent, to });
        places.push(place);
      }
    }
    return makeGraph({ vertices, edges, places, ...this.marked, positions: this.positions });
  }

  /** `U(X,Y)`, with as many primes as it takes to be new. */
  private confounderName([first, second]: [number, number]): string {
    let name = `U(${this.vertices[first]!.name},${this.vertices[second]!.name})`;
    while (this.index.has(name)) name += "′";
    return name;
  }
}

function selfLoop(name: string, place: Place | undefined): ModelSyntaxError {
  return new ModelSyntaxError(
    `${name} is stated to be a cause of itself.`,
    "Remove this edge.",
    place?.line ?? 1,
    place?.column ?? 1,
  );
}
