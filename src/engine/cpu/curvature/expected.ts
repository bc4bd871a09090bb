import { quadraticForm } from "../linalg.ts";
import {
  type EntryPlace,
  generatorRows,
  type Generators,
  meanGenerator,
  stackLayout,
  stackRows,
} from "./generators.ts";

/**
 * Expected second derivatives by pairs of entries for a weight W (k×k, symmetric):
 *
 *     E_ij = tr(W dΣ_i W dΣ_j) + 2 dμ_i W dμ_jᵀ
 *
 * With W = Σ⁻¹ this is the expected Hessian of the maximum-likelihood F, so (n/2)·E is Fisher's information;
 * with W = S⁻¹ or I it is the Gauss–Newton matrix of twice generalised or unweighted least squares.
 * Returned m×m, row-major, in the order of `places`. Cost 2(q+p)·k² + (2(q+p))²·k + m².
 */
export function expectedHessian(
  generators: Generators,
  places: readonly EntryPlace[],
  weight: Float64Array,
  withMeans: boolean,
): Float64Array {
  const { k, p, q } = generators.c;
  const layout = stackLayout(generators.c);
  const rows = places.map((place) => generatorRows(place, layout));
  const used = [...new Set(rows.flatMap((row) => (row ? [row.u, row.v] : [])))];
  const gram = gramOf(stackRows(generators), used, weight, k);
  const place = new Map(used.map((row, i) => [row, i]));
  const m = places.length;
  const width = used.length;
  const out = new Float64Array(m * m);
  const u = Int32Array.from(rows, (row) => (row ? place.get(row.u)! : -1));
  const v = Int32Array.from(rows, (row) => (row ? place.get(row.v)! : -1));
  for (let i = 0; i < m; i++) {
    if (u[i]! < 0) continue;
    for (let j = 0; j <= i; j++) {
      if (u[j]! < 0) continue;
      const scale = 2 * rows[i]!.weight * rows[j]!.weight;
      const ui = u[i]! * width;
      const vi = v[i]! * width;
      const value = scale * (gram[ui + u[j]!]! * gram[vi + v[j]!]! + gram[ui + v[j]!]! * gram[vi + u[j]!]!);
      out[i * m + j] = value;
      out[j * m + i] = value;
    }
  }
  if (withMeans) addMeanTerms(out, places, generators, gramOf(stackRows(generators), range(q, p), weight, k));
  return out;
}

function range(start: number, count: number): number[] {
  return Array.from({ length: count }, (_, i) => start + i);
}

/** P_used W P_usedᵀ. */
function gramOf(stack: Float64Array, used: readonly number[], weight: Float64Array, k: number): Float64Array {
  const selected = new Float64Array(used.length * k);
  used.forEach((row, i) => selected.set(stack.subarray(row * k, row * k + k), i * k));
  return quadraticForm(selected, weight, used.length, k);
}

function addMeanTerms(
  out: Float64Array,
  places: readonly EntryPlace[],
  generators: Generators,
  inverseGram: Float64Array,
): void {
  const m = places.length;
  const p = generators.c.p;
  const moves = places.map((place) => meanGenerator(place, generators.mean));
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < m; j++) {
      const left = moves[i];
      const right = moves[j];
      if (!left || !right) continue;
      out[i * m + j]! += 2 * left.scale * right.scale * inverseGram[left.variable * p + right.variable]!;
    }
  }
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
