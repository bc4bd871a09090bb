import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import { uniformFloat64 } from "pure-rand/distribution/uniformFloat64";
import type { Problem } from "../engine/engine.ts";
import { FIXED } from "../model/model.ts";

/** How far a retry may leave the first start, in the unit-variance problem. */
const SPREAD = 0.6;

/**
 * Random starts around a first one, reproducible from `seed`: coefficients move by up to ±SPREAD and may change
 * sign, variances are multiplied by a factor between 1/2 and 2, so that Ψ keeps a positive diagonal.
 */
export function* retryStarts(
  problem: Problem,
  first: Float64Array,
  count: number,
  seed: number,
): Generator<Float64Array> {
  const random = xoroshiro128plus(seed);
  const isVariance = new Uint8Array(first.length);
  for (const { covariances } of problem.model.structures) {
    for (const { row, column, parameter } of covariances) {
      if (row === column && parameter !== FIXED) isVariance[parameter] = 1;
    }
  }
  for (let i = 0; i < count; i++) {
    yield first.map((value, j) => {
      const draw = 2 * uniformFloat64(random) - 1;
      const moved = isVariance[j] ? Math.max(Math.abs(value), 0.1) * 2 ** draw : value + SPREAD * draw;
      const { lower, upper } = problem.model.parameters[j]!;
      return Math.min(upper, Math.max(lower, moved));
    });
  }
}
