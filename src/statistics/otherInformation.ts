import type { Moments } from "../data/moments.ts";
import { Hessian } from "../engine/cpu/curvature/hessian.ts";
import { invertPositiveDefinite } from "../engine/cpu/linalg.ts";
import { halve } from "../fit/informationAlgebra.ts";
import { addQuadraticForm, momentHessian } from "../fit/momentObjective.ts";
import { momentJacobian } from "../fit/momentSpace.ts";
import type { Fitted } from "./fitted.ts";
import { fittedScoreMeat } from "./scoreMeats.ts";
import type { Information } from "./settings.ts";

/** `unitInformation` from casewise scores, of least squares, and of incomplete data. */
export function otherInformation(fitted: Fitted, information: Information): Float64Array | undefined {
  const { problem, theta, settings, states, momentWeights, discrepancies } = fitted;
  if (momentWeights && (settings.family !== "likelihood" || information === "expected")) {
    return momentInformation(fitted, momentWeights);
  }
  if (information === "first.order") return fittedScoreMeat(fitted);
  if (settings.family === "GLS") {
    const weights = problem.moments.map((group) => sampleInverse(group));
    return halve(new Hessian(problem.model, problem.moments).gaussNewton(theta, weights));
  }
  const shares = states.map(({ weight }) => weight);
  return halve(momentHessian(problem, discrepancies!, shares, theta));
}

/** Σ_g (n_g/N) Δ_gᵀ V_g Δ_g for weights V_g on the moments. */
export function momentInformation(fitted: Fitted, weights: readonly Float64Array[]): Float64Array {
  const t = fitted.theta.length;
  const out = new Float64Array(t * t);
  fitted.states.forEach((state, g) => {
    addQuadraticForm(momentJacobian(state, t), weights[g]!, t, state.weight, out);
  });
  return out;
}

function sampleInverse({ covariance, names }: Moments): Float64Array {
  return invertPositiveDefinite(covariance, names.length)!.inverse;
}
