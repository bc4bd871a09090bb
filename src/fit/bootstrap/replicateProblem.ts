import type { BatchSetup, GroupRows } from "../../engine/batch/batchEngine.ts";
import { MOST_OPERATIONS } from "../../engine/batch/cpuBatch.ts";
import { type Program, traceProgram } from "../../engine/batch/program/program.ts";
import { Hessian } from "../../engine/cpu/curvature/hessian.ts";
import { invertPositiveDefinite } from "../../engine/cpu/linalg.ts";
import type { Problem } from "../../engine/engine.ts";
import { scaleProblem } from "../scale.ts";
import type { Resampler } from "./resampler.ts";

/**
 * Estimated distance to the optimum, in standard errors, at which a replicate has converged and takes its last step.
 * After it one replicate in a thousand is 5e-5 standard errors from its optimum, the worst of 10,000 1.0e-4 (measured
 * for Holzinger–Swineford and political democracy).
 */
export const TOLERANCE = 7e-5;
const MOST_EVALUATIONS = 200;

/** What replicates of one fit have in common, in variables of unit variance. */
export interface ReplicateProblem {
  readonly scaled: Problem;
  /** θ_scaled = units · θ. */
  readonly units: Float64Array;
  readonly start: Float64Array;
  readonly setup: BatchSetup;
  /** F as straight-line code; absent where the discrepancy has none or the model is too large. */
  readonly program: Program | undefined;
}

/** Prepares replicates of a problem (sample entries bound, user's units) around its estimate. */
export function prepareReplicates(
  problem: Problem,
  theta: Float64Array,
  resampler: Pick<Resampler, "rows">,
  seed: number,
): ReplicateProblem {
  const { problem: scaled, units } = scaleProblem(problem);
  const start = theta.map((value, j) => value * units[j]!);
  const total = scaled.moments.reduce((sum, { n }) => sum + n, 0);
  const shares = scaled.moments.map(({ n }) => n / total);
  const isLikelihood = problem.discrepancy === "maximumLikelihood";
  return {
    scaled,
    units,
    start,
    program: isLikelihood ? traceProgram(scaled.model, shares, MOST_OPERATIONS, start) : undefined,
    setup: {
      model: scaled.model,
      moments: scaled.moments,
      rows: resampler.rows?.map((group, g) => scaleRows(group, problem.moments[g]!.covariance)),
      seed,
      inverseHessian: startingMatrix(scaled, start),
      toleranceInStandardErrors: TOLERANCE,
      mostEvaluations: MOST_EVALUATIONS,
    },
  };
}

/** x_j / √S_jj. */
function scaleRows({ rows, values }: GroupRows, covariance: Float64Array): GroupRows {
  const k = values.length / rows;
  const deviations = Float64Array.from({ length: k }, (_, j) => Math.sqrt(covariance[j * k + j]!));
  return { rows, values: values.map((value, i) => value / deviations[i % k]!) };
}

/** H⁻¹ at the estimate: observed, else expected, else (not identified) the expected one with a ridge. */
function startingMatrix(scaled: Problem, theta: Float64Array): Float64Array {
  const t = theta.length;
  const hessian = new Hessian(scaled.model, scaled.moments);
  const observed = hessian.observed(theta);
  const found = observed && invertPositiveDefinite(observed, t);
  if (found) return found.inverse;
  const expected = hessian.expected(theta) ?? new Float64Array(t * t);
  for (let ridge = 0; ridge <= 1; ridge = ridge === 0 ? 1e-6 : ridge * 10) {
    const inverted = invertPositiveDefinite(
      expected.map((value, i) => (i % (t + 1) === 0 ? value + ridge : value)),
      t,
    );
    if (inverted) return inverted.inverse;
  }
  return Float64Array.from({ length: t * t }, (_, i) => (i % (t + 1) === 0 ? 1 : 0));
}
