import {
  type EntryPlace,
  generatorRows,
  type Generators,
  meanGenerator,
  type StackLayout,
  stackLayout,
} from "./generators.ts";

const KINDS = { path: 0, loading: 1, covariance: 2, intercept: 3 } as const;

/** Flat tables of a list of entries, so that the loops over pairs allocate nothing. −1 marks "has none". */
export interface EntryPairs {
  readonly count: number;
  readonly kind: Int32Array;
  readonly row: Int32Array;
  readonly column: Int32Array;
  /** Positions of the generator rows u and v, and of the row of T that moves μ, among `used`. */
  readonly u: Int32Array;
  readonly v: Int32Array;
  readonly weight: Float64Array;
  readonly meanRow: Int32Array;
  readonly meanScale: Float64Array;
  /** Numbers of the stacked rows that occur. */
  readonly used: readonly number[];
}

/** Tabulates entries; mean moves only where `withMeans`. */
export function tabulateEntries(
  generators: Generators,
  places: readonly EntryPlace[],
  withMeans: boolean,
): EntryPairs {
  const layout: StackLayout = stackLayout(generators.c);
  const position = new Int32Array(layout.rows).fill(-1);
  const used: number[] = [];
  const place = (row: number): number => {
    if (position[row]! < 0) position[row] = used.push(row) - 1;
    return position[row]!;
  };
  const count = places.length;
  const table = {
    count,
    kind: Int32Array.from(places, ({ kind }) => KINDS[kind]),
    row: Int32Array.from(places, ({ row }) => row),
    column: Int32Array.from(places, ({ column }) => column),
    u: new Int32Array(count).fill(-1),
    v: new Int32Array(count).fill(-1),
    weight: new Float64Array(count),
    meanRow: new Int32Array(count).fill(-1),
    meanScale: new Float64Array(count),
    used,
  };
  places.forEach((entry, i) => {
    const rows = generatorRows(entry, layout);
    if (rows) {
      table.u[i] = place(rows.u);
      table.v[i] = place(rows.v);
      table.weight[i] = rows.weight;
    }
    const move = withMeans ? meanGenerator(entry, generators.mean) : undefined;
    if (move) {
      table.meanRow[i] = place(layout.inverse(move.variable));
      table.meanScale[i] = move.scale;
    }
  });
  return table;
}

/**
 * tr(G d²Σ_ij) for entries i, j, given g = P G Pᵀ on the used rows (width = used.length):
 *
 *     B_ac, B_bd:  2 (Σ_ab g(v_j,v_i) + T_da g(u_j,v_i) + T_cb g(u_i,v_j))
 *     B_ac, Λ_md:  2 (X_ma g(v_j,v_i) + T_da g(u_j,v_i))
 *     B_ac, Ψ_lm:  2 (A_la g(v_j,v_i) + A_ma g(u_j,v_i)), half of it where l = m
 *     Λ_lc, Λ_md:  2 Ψ_lm g(v_j,v_i)
 *     Λ_lc, Ψ_nm:  2 ([n = l] g(v_j,v_i) + [m = l] g(u_j,v_i)), half of it where n = m
 *
 * and the loading's own path terms Λ_lc, B_bd by symmetry; Ψ, Ψ gives 0.
 */
export function secondDerivativeTrace(
  generators: Generators,
  sourceCovariance: Float64Array,
  table: EntryPairs,
  g: Float64Array,
  first: number,
  second: number,
): number {
  const ordered = table.kind[first]! <= table.kind[second]!;
  const i = ordered ? first : second;
  const j = ordered ? second : first;
  const { c, sigma, inverse, cross, totalEffects } = generators;
  const { p, q } = c;
  const width = table.used.length;
  const row = table.row[i]!;
  const column = table.column[i]!;
  const otherRow = table.row[j]!;
  const otherColumn = table.column[j]!;
  const vv = g[table.v[j]! * width + table.v[i]!]!;
  const uv = g[table.u[j]! * width + table.v[i]!]!;
  switch (table.kind[i]! * 3 + table.kind[j]!) {
    case KINDS.path * 3 + KINDS.path: {
      const vu = g[table.u[i]! * width + table.v[j]!]!;
      const throughSelf = inverse[otherColumn * p + row]! * uv + inverse[column * p + otherRow]! * vu;
      return 2 * (sigma[row * p + otherRow]! * vv + throughSelf);
    }
    case KINDS.path * 3 + KINDS.loading: {
      const vu = g[table.u[j]! * width + table.v[i]!]!;
      return 2 * (cross[otherRow * p + row]! * vv + inverse[otherColumn * p + row]! * vu);
    }
    case KINDS.path * 3 + KINDS.covariance: {
      const moved = totalEffects[otherRow * p + row]! * vv + totalEffects[otherColumn * p + row]! * uv;
      return 2 * table.weight[j]! * moved;
    }
    case KINDS.loading * 3 + KINDS.loading:
      return 2 * sourceCovariance[row * q + otherRow]! * vv;
    case KINDS.loading * 3 + KINDS.covariance: {
      const moved = (otherRow === row ? vv : 0) + (otherColumn === row ? uv : 0);
      return 2 * table.weight[j]! * moved;
    }
    default:
      return 0;
  }
}
