import { ModelError } from "../../errors.ts";
import { makeGraph, type CausalGraph, type Edge, type Vertex } from "../graph.ts";

/**
 * Reads the 0/1 structure matrix of the published SEMNAN code: q + p rows (latents above visibles) and p
 * columns (visibles, in topological order); entry (r, c) says whether r is a direct cause of c. A latent with
 * one effect is a private error: it becomes the `ownError` of that variable, further ones stay latents.
 * Throws ModelError for another shape, entries besides 0 and 1, or a variable without any error source.
 */
export function readStructureMatrix(
  struct: readonly (readonly number[])[],
  names?: readonly string[],
): CausalGraph {
  const p = struct[0]?.length ?? 0;
  const q = struct.length - p;
  requireShape(struct, p, q);
  const nameOf = (visible: number): string => names?.[visible] ?? `V${visible + 1}`;
  const effects = struct.map((row) => row.flatMap((entry, column) => (entry === 1 ? [column] : [])));
  const privateError = new Set<number>();
  const latents: number[][] = [];
  for (const children of effects.slice(0, q)) {
    const [only] = children;
    if (children.length === 1 && !privateError.has(only!)) privateError.add(only!);
    else if (children.length > 0) latents.push(children);
  }
  const vertices: Vertex[] = Array.from({ length: p }, (_, visible) => ({
    name: nameOf(visible),
    latent: false,
    ownError: privateError.has(visible),
  }));
  const edges: Edge[] = effects.slice(q).flatMap((children, from) => children.map((to) => ({ from, to })));
  latents.forEach((children, latent) => {
    vertices.push({ name: `U${latent + 1}`, latent: true, ownError: true });
    edges.push(...children.map((to) => ({ from: p + latent, to })));
  });
  return makeGraph({ vertices, edges });
}

function requireShape(struct: readonly (readonly number[])[], p: number, q: number): void {
  if (p === 0 || q < 1 || struct.some((row) => row.length !== p)) {
    throw new ModelError(
      "The structure matrix must have one column for each visible variable and more rows than columns.",
      "Rows are the latents, then the visible variables; columns are the visible variables.",
    );
  }
  struct.forEach((row, r) =>
    row.forEach((entry, c) => {
      if (entry !== 0 && entry !== 1) {
        throw new ModelError(
          `Row ${r + 1}, column ${c + 1} of the structure matrix is ${entry}.`,
          "Entries are 1 where the row is a direct cause of the column and 0 elsewhere.",
        );
      }
    }),
  );
}
