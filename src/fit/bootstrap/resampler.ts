import type { Moments, Table } from "../../data/moments.ts";
import type { GroupRows } from "../../engine/batch/batchEngine.ts";
import { RandomStream, STREAMS } from "../../engine/batch/random/philox.ts";
import { multiply } from "../../engine/cpu/linalg.ts";
import { momentsOf } from "../../data/table.ts";
import { WishartSampler } from "./wishart.ts";
import { symmetricPower } from "./symmetricRoot.ts";

/**
 * How replicates are made: "case" draws cases with replacement within each group; "bollenStine" does so after turning
 * the data so that the model holds in them exactly (for the p-value of χ²); "parametric" draws normal data from the
 * fitted model.
 */
export type ResamplingKind = "case" | "bollenStine" | "parametric";

/** Mean and covariance that a model implies for one group. */
export interface ImpliedMoments {
  readonly covariance: Float64Array;
  readonly mean: Float64Array | undefined;
}

/** Makes the samples of replicates. Replicate i depends on the seed and on i, and on nothing else. */
export interface Resampler {
  /** The data that cases are drawn from, one per group; absent where replicates are not made of cases. */
  readonly rows: readonly GroupRows[] | undefined;
  /** The drawn data of one replicate, one table per group, where replicates are made of cases. */
  cases(replicate: number): Table[] | undefined;
  /** Moments of one replicate, one per group, with divisor n. */
  moments(replicate: number): Moments[];
}

/** Draws cases with replacement within each group (Efron 1979, doi:10.1214/aos/1176344552). */
export function caseResampler(tables: readonly Table[], seed: number): Resampler {
  const cases = (replicate: number): Table[] =>
    tables.map((table, g) => {
      const random = new RandomStream(seed, replicate, STREAMS.rows + g);
      const drawn = Int32Array.from({ length: table.rows }, () => random.index(table.rows));
      const columns = table.columns.map((column) => Float64Array.from(drawn, (row) => column[row]!));
      return { ...table, columns };
    });
  return {
    rows: tables.map(rowMajor),
    cases,
    moments: (replicate) => cases(replicate).map((table) => momentsOf(table, table.names)),
  };
}

function rowMajor({ columns, rows }: Table): GroupRows {
  const k = columns.length;
  const values = new Float64Array(rows * k);
  columns.forEach((column, j) => {
    for (let i = 0; i < rows; i++) values[i * k + j] = column[i]!;
  });
  return { rows, values };
}

/**
 * z = (x − m) S^(−½) Σ^(½) + μ: data whose covariance matrix is exactly the model's, with all else that the sample has
 * (Bollen and Stine 1992, doi:10.1177/0049124192021002004). μ stays m where the model has no means.
 */
export function bollenStineTables(
  tables: readonly Table[],
  moments: readonly Moments[],
  implied: readonly ImpliedMoments[],
): Table[] {
  return tables.map((table, g) => {
    const k = table.names.length;
    const { covariance, mean } = moments[g]!;
    const target = implied[g]!;
    const turn = multiply(
      symmetricPower(covariance, k, -0.5),
      symmetricPower(target.covariance, k, 0.5),
      k,
      k,
      k,
    );
    const columns = table.columns.map((_, j) => {
      const column = new Float64Array(table.rows).fill((target.mean ?? mean!)[j]!);
      table.columns.forEach((values, i) => {
        const weight = turn[i * k + j]!;
        for (let row = 0; row < table.rows; row++) column[row]! += weight * (values[row]! - mean![i]!);
      });
      return column;
    });
    return { ...table, columns };
  });
}

/** Draws the moments of normal samples from the fitted model, without drawing the samples. */
export function parametricResampler(
  moments: readonly Moments[],
  implied: readonly ImpliedMoments[],
  seed: number,
): Resampler {
  const samplers = implied.map(
    ({ covariance }, g) => new WishartSampler(covariance, moments[g]!.names.length),
  );
  return {
    rows: undefined,
    cases: () => undefined,
    moments: (replicate) =>
      moments.map(({ names, n, mean }, g) => {
        const random = new RandomStream(seed, replicate, STREAMS.normals + g);
        const covariance = samplers[g]!.covariance(random, n);
        const centre = implied[g]!.mean ?? mean;
        return { names, n, covariance, mean: centre && samplers[g]!.mean(random, centre, n) };
      }),
  };
}
