import { cholesky } from "../../engine/cpu/linalg.ts";
import { disjointSets } from "../../plan/disjointSets.ts";
import { type Entry, entryValue, type Model, type Structure } from "../../model/model.ts";

/**
 * Tells whether Ψ(θ) is a covariance matrix: no variance of an error or a latent below zero, no correlation beyond ±1
 * (lavaan's post-check). Made once for a model, because replicates come by the thousand.
 */
export function admissibilityOf(model: Model): (theta: ArrayLike<number>) => boolean {
  const blocks = model.structures.flatMap(covarianceBlocks);
  return (theta) =>
    blocks.every(({ size, entries, matrix, factor }) => {
      matrix.fill(0);
      for (const { entry, row, column } of entries) {
        const value = entryValue(entry, theta);
        matrix[row * size + column] = matrix[column * size + row] = value;
      }
      if (size === 1) return matrix[0]! >= 0;
      return !Number.isNaN(cholesky(matrix, size, factor));
    });
}

interface Block {
  readonly size: number;
  readonly entries: readonly { readonly entry: Entry; readonly row: number; readonly column: number }[];
  readonly matrix: Float64Array;
  readonly factor: Float64Array;
}

/** Sources that covariances connect; moments of the sample are left out, they are always admissible. */
function covarianceBlocks({ covariances, sources }: Structure): Block[] {
  const { find, join } = disjointSets(sources.length);
  const estimated = covariances.filter(({ fromSample }) => !fromSample);
  for (const { row, column } of estimated) join(row, column);
  const members = new Map<number, number[]>();
  for (const source of new Set(estimated.flatMap(({ row, column }) => [row, column]))) {
    const root = find(source);
    members.set(root, [...(members.get(root) ?? []), source]);
  }
  return [...members.values()].map((block) => {
    const place = new Map(block.map((source, index) => [source, index]));
    const entries = estimated
      .filter(({ row }) => place.has(row))
      .map((entry) => ({ entry, row: place.get(entry.row)!, column: place.get(entry.column)! }));
    const size = block.length;
    const matrix = new Float64Array(size * size);
    return { size, entries, matrix, factor: new Float64Array(size * size) };
  });
}
