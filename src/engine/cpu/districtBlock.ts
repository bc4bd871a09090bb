import type { CompiledStructure } from "./compiled.ts";
import type { District, Districts } from "./districts.ts";

/** One district with m members made ready for arithmetic: flat tables and working arrays. U = members and their causes. */
export interface DistrictBlock {
  readonly m: number;
  /** Internal positions of U, members first. */
  readonly rows: Int32Array;
  /** Paths into the district: entry number, the cause, and the places of cause (in U) and effect (among the members). */
  readonly paths: Int32Array;
  readonly causeVariable: Int32Array;
  readonly cause: Int32Array;
  readonly effect: Int32Array;
  /** Entry numbers of Ψ that stand inside the district. */
  readonly covariances: Int32Array;
  /** The entries (row ≥ column) of ∂F/∂Ω that some term reads. */
  readonly readRow: Int32Array;
  readonly readColumn: Int32Array;
  /** Intercepts of members: entry number and place. */
  readonly intercepts: Int32Array;
  readonly interceptPlace: Int32Array;
  readonly omega: Float64Array;
  readonly factor: Float64Array;
  readonly inverse: Float64Array;
  readonly scratch: Float64Array;
  readonly residual: Float64Array;
  readonly omegaGradient: Float64Array;
  /** Y = S(I − B) on U × members, plus mᵀr where means are modelled. */
  readonly sampleProduct: Float64Array;
}

/** Tabulates a district. */
export function createBlock(c: CompiledStructure, districts: Districts, district: District): DistrictBlock {
  const { positionOf } = districts;
  const m = district.members.length;
  const rows = Array.from(district.members);
  const place = new Map(rows.map((variable, u) => [variable, u]));
  const paths: number[] = [];
  const cause: number[] = [];
  for (const member of district.members) {
    for (let i = c.causesOf.start[member]!; i < c.causesOf.start[member + 1]!; i++) {
      const e = c.causesOf.entry[i]!;
      const variable = c.paths.row[e]!;
      if (!place.has(variable)) place.set(variable, rows.push(variable) - 1);
      paths.push(e);
      cause.push(place.get(variable)!);
    }
  }
  const read = readPlaces(c, positionOf, district);
  const intercepts = Array.from({ length: c.intercepts.count }, (_, e) => e).filter(
    (e) => c.intercepts.parameter[e]! >= 0 && place.get(c.intercepts.column[e]!)! < m,
  );
  const square = (): Float64Array => new Float64Array(m * m);
  return {
    m,
    rows: Int32Array.from(rows),
    paths: Int32Array.from(paths),
    causeVariable: Int32Array.from(cause, (u) => rows[u]!),
    cause: Int32Array.from(cause),
    effect: Int32Array.from(paths, (e) => positionOf[c.paths.column[e]!]!),
    covariances: district.covariances,
    readRow: Int32Array.from(read, (at) => Math.floor(at / m)),
    readColumn: Int32Array.from(read, (at) => at % m),
    intercepts: Int32Array.from(intercepts),
    interceptPlace: Int32Array.from(intercepts, (e) => place.get(c.intercepts.column[e]!)!),
    omega: square(),
    factor: square(),
    inverse: square(),
    scratch: square(),
    residual: square(),
    omegaGradient: square(),
    sampleProduct: new Float64Array(rows.length * m),
  };
}

/** Places (row ≥ column) of the m×m matrix Ω to which some term ψ_ln λ_li λ_nj of it contributes. */
function readPlaces(
  { covariances, loadings, loadingsOfSource: { start, entry } }: CompiledStructure,
  positionOf: Int32Array,
  district: District,
): number[] {
  const m = district.members.length;
  const isRead = new Uint8Array(m * m);
  for (const e of district.covariances) {
    const [l, n] = [covariances.row[e]!, covariances.column[e]!];
    for (let i = start[l]!; i < start[l + 1]!; i++) {
      const row = positionOf[loadings.column[entry[i]!]!]!;
      for (let j = start[n]!; j < start[n + 1]!; j++) {
        const column = positionOf[loadings.column[entry[j]!]!]!;
        isRead[Math.max(row, column) * m + Math.min(row, column)] = 1;
      }
    }
  }
  return Array.from(isRead.keys()).filter((place) => isRead[place] === 1);
}
