import { cholesky, solveCholesky } from "../../engine/cpu/linalg.ts";
import type { MomentMap } from "./momentMap.ts";

/** Where a search for θ with moments(θ) = target ended. */
export interface PerfectFit {
  readonly theta: Float64Array;
  /** Largest |moments(θ) − target|, relative to the largest target. */
  readonly residual: number;
}

/** Finds θ from `start` that reproduces the target moments, or ends at the nearest point it can find. */
export type FitPerfectly = (map: MomentMap, target: Float64Array, start: Float64Array) => PerfectFit;

const MOST_ITERATIONS = 150;
/** Rounding of the moments themselves: a few units in the last place after a dozen operations. */
const FLOOR = 2e-15;

/**
 * Levenberg–Marquardt on the residual moments(θ) − target, damping μ‖r‖² as in Yamashita and Fukushima (2001),
 * which keeps the convergence quadratic where perfect fits are not isolated. A perfect fit takes 10–30
 * iterations of O(moments · parameters²).
 */
export const levenbergMarquardt: FitPerfectly = (map, target, start) => {
  const scale = Math.max(...target.map(Math.abs));
  let theta = start;
  let damping = 1;
  let { moments, jacobian } = map.jacobian(theta);
  let residual = difference(moments, target);
  let size = squares(residual);
  for (let iteration = 0; iteration < MOST_ITERATIONS; iteration++) {
    if (!Number.isFinite(size) || largest(residual) <= FLOOR * scale) break;
    const step = dampedStep(jacobian, residual, damping * size);
    if (step === undefined) {
      damping = 10 * damping + Number.EPSILON / size;
      if (damping > 1e30) break;
      continue;
    }
    const candidate = theta.map((value, j) => value + step[j]!);
    const trial = difference(map.moments(candidate), target);
    const trialSize = squares(trial);
    if (trialSize < size) {
      const progress = 1 - trialSize / size;
      theta = candidate;
      ({ moments, jacobian } = map.jacobian(theta));
      residual = difference(moments, target);
      size = squares(residual);
      damping = Math.max(damping / (progress > 0.5 ? 5 : 1), 1e-8);
      // Crawling with a residual far from rounding: a local minimum, or a fit at infinity.
      if (progress < 1e-6 && largest(residual) > 1e-9 * scale) break;
    } else {
      damping *= 6;
      if (largest(step) <= 1e-16 * (1 + largest(theta))) break;
    }
  }
  return { theta, residual: largest(residual) / scale };
};

/** −(JᵀJ + λI)⁻¹ Jᵀr; `undefined` where rounding leaves the matrix without a Cholesky factor. */
function dampedStep(
  jacobian: Float64Array,
  residual: Float64Array,
  lambda: number,
): Float64Array | undefined {
  const m = jacobian.length / residual.length;
  const normal = new Float64Array(m * m);
  const step = new Float64Array(m);
  residual.forEach((value, row) => {
    for (let i = 0; i < m; i++) {
      const ji = jacobian[row * m + i]!;
      if (ji === 0) continue;
      step[i]! -= ji * value;
      for (let j = 0; j <= i; j++) normal[i * m + j]! += ji * jacobian[row * m + j]!;
    }
  });
  let trace = 0;
  for (let i = 0; i < m; i++) trace += normal[i * m + i]!;
  for (let i = 0; i < m; i++) normal[i * m + i]! += lambda + 1e-14 * (trace / m);
  const factor = new Float64Array(m * m);
  if (Number.isNaN(cholesky(normal, m, factor))) return undefined;
  solveCholesky(factor, m, step);
  return step;
}

function difference(a: Float64Array, b: Float64Array): Float64Array {
  return a.map((value, i) => value - b[i]!);
}

function squares(vector: Float64Array): number {
  return vector.reduce((sum, value) => sum + value * value, 0);
}

function largest(vector: Float64Array): number {
  return vector.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
}
