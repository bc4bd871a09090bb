import { Graph, layout, type EdgeLabel, type GraphLabel, type NodeLabel } from "@dagrejs/dagre";
import type { Blocks } from "./blocks.ts";
import type { Diagram } from "./diagram.ts";
import type { Point } from "./geometry.ts";
import { nodeSize } from "./nodeSize.ts";

/** One way to arrange a diagram: where causes lead, and on which side of their latents indicators stand. */
export interface Arrangement {
  readonly direction: "LR" | "TB";
  /**
   * "outward": left of the first rank, right of the last one, below in between. "beside": right of every latent.
   * "free": like any other node.
   */
  readonly indicators: "below" | "above" | "outward" | "beside" | "free";
}

export const ARRANGEMENTS: readonly Arrangement[] = [
  { direction: "LR", indicators: "below" },
  { direction: "TB", indicators: "below" },
  { direction: "TB", indicators: "above" },
  { direction: "LR", indicators: "outward" },
  { direction: "TB", indicators: "beside" },
  { direction: "LR", indicators: "free" },
  { direction: "TB", indicators: "free" },
];

export type Positions = ReadonlyMap<string, Point>;

/** Distances between neighbours along a row, and between ranks. */
const [NEIGHBOUR, RANK] = [16, 92];
/** From a latent to indicators in a row above or below it, and in a column beside it, which fans out less. */
const REACH = { row: 84, column: 68 };

/** A unit that dagre places: a single node, or a block with its members around the unit's centre. */
interface Unit {
  readonly width: number;
  readonly height: number;
  readonly members: ReadonlyMap<string, Point>;
}

type Side = "below" | "above" | "left" | "right";

/**
 * Centres of all nodes under an arrangement. Ranks come from dagre (Gansner et al. 1993, doi:10.1109/32.221135) run on
 * the structural part of the model, each latent taking its indicators along.
 */
export function arrange(diagram: Diagram, { blocks, single }: Blocks, arrangement: Arrangement): Positions {
  const sizes = new Map(diagram.nodes.map((node) => [node.name, nodeSize(node)]));
  const isFree = arrangement.indicators === "free";
  const unitOf = new Map<string, string>();
  const singles = isFree ? diagram.nodes.map(({ name }) => name) : single;
  for (const name of singles) unitOf.set(name, name);
  if (!isFree) {
    for (const { latents, indicators } of blocks) {
      for (const name of [...latents, ...indicators]) unitOf.set(name, latents[0]!);
    }
  }
  const edges = unitEdges(diagram, unitOf);
  const units = new Map<string, Unit>();
  for (const name of singles) {
    units.set(name, { ...sizes.get(name)!, members: new Map([[name, { x: 0, y: 0 }]]) });
  }
  if (!isFree) {
    for (const { latents, indicators } of blocks) {
      const side = sideOf(arrangement, latents[0]!, edges);
      units.set(latents[0]!, blockUnit(latents, indicators, sizes, side, arrangement.direction === "LR"));
    }
  }
  return place(units, edges, arrangement.direction);
}

interface UnitEdge {
  readonly from: string;
  readonly to: string;
}

function unitEdges({ edges }: Diagram, unitOf: ReadonlyMap<string, string>): UnitEdge[] {
  const seen = new Set<string>();
  return edges.flatMap(({ kind, from, to }) => {
    const [a, b] = [unitOf.get(from)!, unitOf.get(to)!];
    const key = `${a}\n${b}`;
    if (kind !== "path" || a === b || seen.has(key)) return [];
    seen.add(key);
    return [{ from: a, to: b }];
  });
}

function sideOf({ indicators }: Arrangement, unit: string, edges: readonly UnitEdge[]): Side {
  if (indicators === "above" || indicators === "below") return indicators;
  if (indicators === "beside") return "right";
  if (!edges.some(({ to }) => to === unit)) return "left";
  return edges.some(({ from }) => from === unit) ? "below" : "right";
}

type Sizes = ReadonlyMap<string, { readonly width: number; readonly height: number }>;

/**
 * Latents in a row with their indicators in a row (or, to the left and right, in columns). Where ranks run to the right
 * the unit reaches equally far above and below the latents, so that latents of one rank line up.
 */
function blockUnit(
  latents: readonly string[],
  indicators: readonly string[],
  sizes: Sizes,
  side: Side,
  centred: boolean,
): Unit {
  const vertical = side === "left" || side === "right";
  const [latentRow, latentLength] = row(latents, sizes, vertical, 3 * NEIGHBOUR);
  const [indicatorRow, indicatorLength] = row(indicators, sizes, vertical, NEIGHBOUR);
  const thickness = (names: readonly string[]): number =>
    Math.max(...names.map((name) => (vertical ? sizes.get(name)!.width : sizes.get(name)!.height)));
  const [own, other] = [thickness(latents), thickness(indicators)];
  const reach = vertical ? REACH.column : REACH.row;
  const offset = (own + other) / 2 + reach;
  const total = own + other + reach;
  const sign = side === "above" || side === "left" ? -1 : 1;
  // The unit's centre: that of the latents where ranks must line up, of the whole otherwise.
  const shift = vertical || !centred ? (sign * (total - own)) / 2 : 0;
  const members = new Map<string, Point>();
  for (const [name, along] of latentRow) members.set(name, point(along, -shift, vertical));
  for (const [name, along] of indicatorRow) members.set(name, point(along, sign * offset - shift, vertical));
  const length = Math.max(latentLength, indicatorLength);
  const across = vertical || !centred ? total : 2 * (offset + other / 2);
  return vertical ? { width: across, height: length, members } : { width: length, height: across, members };
}

function point(along: number, across: number, vertical: boolean): Point {
  return vertical ? { x: across, y: along } : { x: along, y: across };
}

/** Names side by side around 0, and the length of the row. */
function row(
  names: readonly string[],
  sizes: Sizes,
  vertical: boolean,
  gap: number,
): [Map<string, number>, number] {
  const lengths = names.map((name) => (vertical ? sizes.get(name)!.height : sizes.get(name)!.width));
  const total = lengths.reduce((sum, length) => sum + length, 0) + gap * (names.length - 1);
  const centres = new Map<string, number>();
  let start = -total / 2;
  names.forEach((name, at) => {
    centres.set(name, start + lengths[at]! / 2);
    start += lengths[at]! + gap;
  });
  return [centres, total];
}

function place(
  units: ReadonlyMap<string, Unit>,
  edges: readonly UnitEdge[],
  rankdir: "LR" | "TB",
): Positions {
  const graph = new Graph<GraphLabel, NodeLabel, EdgeLabel>();
  // Edges that skip a rank keep clear of its nodes where there are few of them.
  const edgesep = Math.max(14, 60 - 3 * edges.length);
  graph.setGraph({ rankdir, nodesep: 38, edgesep, ranksep: RANK });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const [name, { width, height }] of units) graph.setNode(name, { width, height });
  for (const { from, to } of edges) graph.setEdge(from, to);
  layout(graph);
  const centres = new Map<string, Point>();
  for (const name of units.keys()) {
    const { x, y } = graph.node(name) as NodeLabel;
    centres.set(name, { x: x!, y: y! });
  }
  const ordered = inReadingOrder(centres, rankdir);
  const positions = new Map<string, Point>();
  for (const [name, { members }] of units) {
    const centre = ordered.get(name)!;
    for (const [member, { x, y }] of members) positions.set(member, { x: centre.x + x, y: centre.y + y });
  }
  return positions;
}

/** Mirrors a layout where most pairs within a rank stand against the order in which the model names them. */
function inReadingOrder(centres: Positions, direction: "LR" | "TB"): Positions {
  const along = ({ x, y }: Point): number => (direction === "TB" ? y : x);
  const across = ({ x, y }: Point): number => (direction === "TB" ? x : y);
  const points = [...centres.values()];
  let inversions = 0;
  points.forEach((here, at) => {
    for (const there of points.slice(0, at)) {
      if (Math.abs(along(here) - along(there)) < 1) inversions += Math.sign(across(there) - across(here));
    }
  });
  if (inversions <= 0) return centres;
  const mirrored = ({ x, y }: Point): Point => (direction === "TB" ? { x: -x, y } : { x, y: -y });
  return new Map([...centres].map(([name, centre]) => [name, mirrored(centre)]));
}
