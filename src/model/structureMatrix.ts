import { ModelError } from "../errors.ts";
import { buildAmasem, type Amasem, type AmasemLatent } from "./buildAmasem.ts";
import type { Model } from "./model.ts";

/** The 0/1 matrix of an AMASEM, and the names of its variables. */
export interface StructureMatrix {
  /** q + p rows (latents above visibles) of p columns; 1 where the row is a direct cause of the column. */
  readonly struct: readonly (readonly number[])[];
  /** Names of the p visible variables; V1, V2, … otherwise. */
  readonly names?: readonly string[];
  /** Names of the q latents. Otherwise `e.X` for the first latent of X alone, and U1, U2, … for the rest. */
  readonly latents?: readonly string[];
}

/**
 * Reads the structure matrix of the published SEMNAN code. The lower p rows must be strictly upper triangular: the
 * visible variables stand in topological order.
 * Throws ModelError for another shape or other numbers, and whatever `buildAmasem` finds.
 */
export function readStructureMatrix(matrix: StructureMatrix): Model {
  return buildAmasem(structureMatrixGraph(matrix));
}

/** The same as a list of latents and edges. */
export function structureMatrixGraph({ struct, names, latents }: StructureMatrix): Amasem {
  const p = struct[0]?.length ?? 0;
  const q = struct.length - p;
  checkShape(struct, p, q);
  const visible = checkedNames(names, p, "names") ?? Array.from({ length: p }, (_, index) => `V${index + 1}`);
  const children = struct.map((row) => row.flatMap((cell, column) => (cell === 1 ? [visible[column]!] : [])));
  const latentNames = checkedNames(latents, q, "latents") ?? defaultLatentNames(children.slice(0, q));
  return {
    visible,
    latents: latentNames.map((name, index): AmasemLatent => ({ name, children: children[index]! })),
    edges: visible.flatMap((cause, index) => {
      return children[q + index]!.map((effect): [string, string] => [cause, effect]);
    }),
  };
}

function checkShape(struct: readonly (readonly number[])[], p: number, q: number): void {
  if (p === 0 || q < 1 || struct.some((row) => row.length !== p)) {
    throw new ModelError(
      "The structure matrix must have p columns and more than p rows, all of the same length.",
      "Rows are the latents, then the p visible variables; columns are the p visible variables.",
    );
  }
  struct.forEach((row, r) => {
    row.forEach((cell, c) => {
      const place = `Row ${r + 1}, column ${c + 1} of the structure matrix`;
      if (cell !== 0 && cell !== 1) {
        throw new ModelError(`${place} is ${cell}.`, "Entries are 1 for a direct cause and 0 elsewhere.");
      }
      if (cell === 1 && r - q >= c) {
        throw new ModelError(
          `${place} is 1, but there a visible variable would cause itself or one before it.`,
          "Put the visible variables in topological order, causes before their effects.",
        );
      }
    });
    if (r < q && !row.includes(1)) {
      throw new ModelError(
        `Row ${r + 1} of the structure matrix is a latent without children.`,
        "Remove the row.",
      );
    }
  });
}

function checkedNames(
  names: readonly string[] | undefined,
  count: number,
  key: string,
): readonly string[] | undefined {
  if (names === undefined || names.length === count) return names;
  throw new ModelError(
    `"${key}" has ${names.length} names, but the structure matrix has ${count}.`,
    `Give one name for each, or leave "${key}" out.`,
  );
}

function defaultLatentNames(children: readonly (readonly string[])[]): string[] {
  const withError = new Set<string>();
  let shared = 0;
  return children.map((list) => {
    const [only] = list;
    if (list.length > 1 || withError.has(only!)) return `U${++shared}`;
    withError.add(only!);
    return `e.${only}`;
  });
}
