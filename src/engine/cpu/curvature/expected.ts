import { quadraticForm } from "../linalg.ts";
import { type EntryPlace, type Generators, selectRows } from "./generators.ts";
import { inverseGram } from "./grams.ts";
import { tabulateEntries } from "./pairs.ts";

/**
 * Expected second derivatives by pairs of entries for a weight W (k×k, symmetric; Σ⁻¹ where it is left out):
 *
 *     E_ij = tr(W dΣ_i W dΣ_j) + 2 dμ_i W dμ_jᵀ
 *
 * With W = Σ⁻¹ this is the expected Hessian of the maximum-likelihood F, so (n/2)·E is Fisher's information;
 * with W = S⁻¹ or I it is the Gauss–Newton matrix of twice generalised or unweighted least squares.
 * Returned m×m, row-major, in the order of `places`; `undefined` where W is to be Σ⁻¹ and there is none.
 * Cost r·k² + r²·k + m² for r distinct generator rows.
 */
export function expectedHessian(
  generators: Generators,
  places: readonly EntryPlace[],
  weight: Float64Array | undefined,
  withMeans: boolean,
): Float64Array | undefined {
  const table = tabulateEntries(generators, places, withMeans);
  const width = table.used.length;
  const gram = weight
    ? quadraticForm(selectRows(generators, table.used), weight, width, generators.c.k)
    : inverseGram(generators, table.used);
  if (!gram) return undefined;
  const m = places.length;
  const out = new Float64Array(m * m);
  for (let i = 0; i < m; i++) {
    const ui = table.u[i]! * width;
    const vi = table.v[i]! * width;
    for (let j = 0; j <= i; j++) {
      const uj = table.u[j]!;
      const vj = table.v[j]!;
      let value = 0;
      if (ui >= 0 && uj >= 0) {
        const products = gram[ui + uj]! * gram[vi + vj]! + gram[ui + vj]! * gram[vi + uj]!;
        value = 2 * table.weight[i]! * table.weight[j]! * products;
      }
      if (table.meanRow[i]! >= 0 && table.meanRow[j]! >= 0) {
        const product = gram[table.meanRow[i]! * width + table.meanRow[j]!]!;
        value += 2 * table.meanScale[i]! * table.meanScale[j]! * product;
      }
      out[i * m + j] = value;
      out[j * m + i] = value;
    }
  }
  return out;
}

/** Adds entry-by-entry second derivatives into the parameter-by-parameter matrix, as shared parameters ask. */
export function accumulateParameters(
  entries: readonly { parameter: number; factor: number }[],
  byEntry: Float64Array,
  scale: number,
  out: Float64Array,
  parameterCount: number,
): void {
  const m = entries.length;
  for (let i = 0; i < m; i++) {
    const left = entries[i]!;
    for (let j = 0; j < m; j++) {
      const right = entries[j]!;
      out[left.parameter * parameterCount + right.parameter]! +=
        scale * left.factor * right.factor * byEntry[i * m + j]!;
    }
  }
}
