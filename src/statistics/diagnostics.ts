import { cholesky } from "../engine/cpu/linalg.ts";
import type { Estimate } from "../fit/estimate.ts";
import type { GroupState } from "../fit/groupState.ts";
import type { Model } from "../model/model.ts";
import type { Fitted } from "./fitted.ts";

/** What a statistician would say of the solution: negative variances and covariance matrices that are no such. */
export function solutionWarnings({ problem: { model }, theta, states }: Fitted): string[] {
  const warnings: string[] = [];
  states.forEach((state, g) => {
    const where = states.length > 1 ? ` in group ${g + 1}` : "";
    const negative = negativeVariances(model, theta, g);
    for (const [kind, names] of [
      ["observed", negative.filter((name) => isObserved(state, name))],
      ["latent", negative.filter((name) => !isObserved(state, name))],
    ] as const) {
      if (names.length === 0) continue;
      warnings.push(
        `Some estimated variances of ${kind} variables are negative${where}: ${names.join(", ")} (a Heywood case). ` +
          "The model may be wrong or the sample too small; a bound (for example v > 0 on its label) keeps them positive.",
      );
    }
    if (negative.some((name) => !isObserved(state, name))) return;
    if (!isLatentCovarianceProper(state)) {
      warnings.push(
        `The covariance matrix of the latent variables is not positive definite${where}: ` +
          "two latents may be one, or their correlation exceeds 1.",
      );
    }
  });
  return warnings;
}

function isObserved({ structure }: GroupState, name: string): boolean {
  return structure.variables.some((variable) => variable.observed && variable.name === name);
}

function negativeVariances(model: Model, theta: Float64Array, g: number): string[] {
  return model.rows.flatMap(({ op, lhs, rhs, group, parameter }) =>
    op === "~~" && lhs === rhs && group === g + 1 && parameter >= 0 && theta[parameter]! < 0 ? [lhs] : [],
  );
}

/** Whether the implied covariance matrix of the latents has no eigenvalue below −1e-12 of its scale. */
function isLatentCovarianceProper({ structure, generators, position }: GroupState): boolean {
  const latents = structure.variables.flatMap(({ observed }, index) => (observed ? [] : [position[index]!]));
  const n = latents.length;
  const p = generators.c.p;
  const matrix = new Float64Array(n * n);
  latents.forEach((row, i) =>
    latents.forEach((column, j) => (matrix[i * n + j] = generators.sigma[row * p + column]!)),
  );
  const scale = latents.map((_, i) => Math.sqrt(Math.max(matrix[i * n + i]!, 1e-300)));
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) matrix[i * n + j]! /= scale[i]! * scale[j]!;
    // lavaan accepts eigenvalues down to −ε^(3/4).
    matrix[i * n + i]! += 2e-12;
  }
  return n === 0 || !Number.isNaN(cholesky(matrix, n, new Float64Array(n * n)));
}

/** Warnings about the way to the estimate. */
export function convergenceWarnings(found: Estimate): string[] {
  const warnings: string[] = [];
  if (!found.converged) {
    warnings.push(
      `The fit did not converge (${found.status}; largest gradient ${found.gradientNorm.toExponential(1)}). ` +
        "Check that the model is identified, or give starting values.",
    );
  }
  if (found.failedStarts > 0 && found.converged) {
    warnings.push(
      `${found.failedStarts} of ${found.failedStarts + 1} starts failed; the result is from the last.`,
    );
  }
  return warnings;
}

/** The warning where the fit's own information matrix is not positive definite although the model is identified. */
export const NO_MINIMUM =
  "The information matrix asked for is not positive definite at the solution, so there are no standard errors: " +
  'the solution may be no minimum. Try other starting values, or information "expected".';

/** The warning where an improper solution is all that keeps parameters from running off to infinity. */
export function empiricalWarning(parameters: readonly string[]): string {
  return (
    `The data hardly identify the model (empirical under-identification): from the usual starting values ` +
    `${parameters.join(", ")} ran off to infinity, and the solution found elsewhere is improper. Do not trust it. ` +
    "Look for a latent that is nearly uncorrelated with all others, or whose indicators are."
  );
}
