import { invertPositiveDefinite } from "../../src/engine/cpu/linalg.ts";
import { Hessian } from "../../src/engine/cpu/curvature/hessian.ts";
import type { BatchSetup } from "../../src/engine/batch/batchEngine.ts";
import type { Problem } from "../../src/engine/engine.ts";
import { bindSample } from "../../src/fit/bindSample.ts";
import { TOLERANCE } from "../../src/fit/bootstrap/replicateProblem.ts";
import { estimate } from "../../src/fit/estimate.ts";
import { scaleProblem } from "../../src/fit/scale.ts";
import type { ReferenceCase } from "./referenceCase.ts";
import { caseData, caseModel, readCase } from "./referenceCase.ts";

/** A certified fit prepared for a batch: resamples of its cases, from its optimum. */
export interface BatchCase {
  readonly reference: ReferenceCase;
  /** Scaled to unit variances. */
  readonly problem: Problem;
  readonly optimum: Float64Array;
  /** Of the expected kind, √(2/N · diag H⁻¹), in the scaled problem. */
  readonly standardErrors: Float64Array;
  readonly setup: BatchSetup;
}

export async function batchCase(id: string, seed: number): Promise<BatchCase> {
  const reference = readCase(id);
  const model = caseModel(reference);
  const data = caseData(reference, model);
  const moments = data.groups.map((group) => group.moments);
  const stated: Problem = { model: bindSample(model, moments), moments, discrepancy: "maximumLikelihood" };
  const { problem, units } = scaleProblem(stated);
  const optimum = (await estimate(stated)).theta.map((value, j) => value * units[j]!);
  const t = optimum.length;
  const hessian = new Hessian(problem.model, problem.moments).observed(optimum)!;
  const { inverse } = invertPositiveDefinite(hessian, t)!;
  const n = moments.reduce((sum, group) => sum + group.n, 0);
  const rows = data.groups.map(({ table, moments: { covariance, names } }) => {
    const k = names.length;
    const values = new Float64Array(table!.rows * k);
    table!.columns.forEach((column, j) => {
      const deviation = Math.sqrt(covariance[j * k + j]!);
      column.forEach((value, i) => (values[i * k + j] = value / deviation));
    });
    return { rows: table!.rows, values };
  });
  return {
    reference,
    problem,
    optimum,
    standardErrors: Float64Array.from({ length: t }, (_, j) => Math.sqrt((2 / n) * inverse[j * t + j]!)),
    setup: {
      model: problem.model,
      moments: problem.moments,
      rows,
      seed,
      inverseHessian: inverse,
      toleranceInStandardErrors: TOLERANCE,
      mostEvaluations: 100,
    },
  };
}
