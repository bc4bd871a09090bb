import type { CompiledStructure } from "./compiled.ts";
import { addScaled } from "./linalg.ts";

/** rows × (I − B)⁻¹ in place: row[c] += Σ_a B_ac row[a], causes first. `rows` is count×p. */
export function propagateRows(c: CompiledStructure, rows: Float64Array, count: number): void {
  const { p, paths, causesOf } = c;
  for (let offset = 0; offset < count * p; offset += p) {
    for (let child = 0; child < p; child++) {
      let sum = rows[offset + child]!;
      for (let i = causesOf.start[child]!; i < causesOf.start[child + 1]!; i++) {
        const e = causesOf.entry[i]!;
        sum += paths.value[e]! * rows[offset + paths.row[e]!]!;
      }
      rows[offset + child] = sum;
    }
  }
}

/** rows × (I − B)⁻ᵀ in place: row[a] += Σ_c B_ac row[c], effects first. `rows` is count×p. */
export function backpropagateRows(c: CompiledStructure, rows: Float64Array, count: number): void {
  const { p, paths, causesOf } = c;
  for (let offset = 0; offset < count * p; offset += p) {
    for (let child = p - 1; child >= 0; child--) {
      const value = rows[offset + child]!;
      if (value === 0) continue;
      for (let i = causesOf.start[child]!; i < causesOf.start[child + 1]!; i++) {
        const e = causesOf.entry[i]!;
        rows[offset + paths.row[e]!]! += paths.value[e]! * value;
      }
    }
  }
}

/** (I − B)⁻¹ × matrix in place, effects first: row a += Σ_c B_ac row c. `matrix` is p×width. */
export function backpropagateColumns(c: CompiledStructure, matrix: Float64Array, width: number): void {
  const { p, paths, causesOf } = c;
  for (let child = p - 1; child >= 0; child--) {
    for (let i = causesOf.start[child]!; i < causesOf.start[child + 1]!; i++) {
      const e = causesOf.entry[i]!;
      addScaled(paths.value[e]!, matrix, child * width, matrix, paths.row[e]! * width, width);
    }
  }
}

/** out = Ψ × rows for rows: q×p. */
export function applySourceCovariance(c: CompiledStructure, rows: Float64Array, out: Float64Array): void {
  const { p, covariances } = c;
  out.fill(0);
  for (let e = 0; e < covariances.count; e++) {
    const l = covariances.row[e]!;
    const m = covariances.column[e]!;
    addScaled(covariances.value[e]!, rows, m * p, out, l * p, p);
    if (l !== m) addScaled(covariances.value[e]!, rows, l * p, out, m * p, p);
  }
}

/** Λ as a dense q×p matrix. */
export function denseLoadings(c: CompiledStructure, out: Float64Array): void {
  out.fill(0);
  const { loadings, p } = c;
  for (let e = 0; e < loadings.count; e++)
    out[loadings.row[e]! * p + loadings.column[e]!]! += loadings.value[e]!;
}

/** μ_full = α (I − B)⁻¹, p entries. */
export function impliedMean(c: CompiledStructure, out: Float64Array): void {
  out.fill(0);
  const { intercepts } = c;
  for (let e = 0; e < intercepts.count; e++) out[intercepts.column[e]!]! += intercepts.value[e]!;
  propagateRows(c, out, 1);
}
