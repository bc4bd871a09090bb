import type { Moments } from "../data/moments.ts";
import { Hessian } from "../engine/cpu/curvature/hessian.ts";
import { invertPositiveDefinite } from "../engine/cpu/linalg.ts";
import { addQuadraticForm, momentHessian } from "../fit/momentObjective.ts";
import { momentJacobian } from "../fit/momentSpace.ts";
import type { Fitted } from "./fitted.ts";
import { constrainedInverse } from "../fit/informationAlgebra.ts";
import { fittedScoreMeat } from "./scoreMeats.ts";
import type { Information } from "./settings.ts";

/**
 * Unit information (of one average case) at θ, t×t: ½ of the expected or observed Hessian of F, or the outer products of
 * casewise scores; for least squares Σ (n_g/N) ΔᵀVΔ. `undefined` where Σ(θ) is not positive definite.
 */
export function unitInformation(fitted: Fitted, information: Information): Float64Array | undefined {
  const { problem, theta, settings, states } = fitted;
  const t = theta.length;
  const half = (matrix: Float64Array | undefined): Float64Array | undefined => {
    if (matrix) for (let i = 0; i < matrix.length; i++) matrix[i]! *= 0.5;
    return matrix;
  };
  if (fitted.momentWeights && (settings.family !== "likelihood" || information === "expected")) {
    return momentInformation(fitted, fitted.momentWeights);
  }
  if (settings.family === "GLS") {
    const weights = problem.moments.map((group) => sampleInverse(group));
    return half(new Hessian(problem.model, problem.moments).gaussNewton(theta, weights));
  }
  if (information === "first.order") return fittedScoreMeat(fitted);
  if (fitted.discrepancies && information === "observed") {
    return half(
      momentHessian(
        problem,
        fitted.discrepancies,
        states.map(({ weight }) => weight),
        theta,
      ),
    );
  }
  const hessian = new Hessian(problem.model, problem.moments);
  if (t === 0) return new Float64Array(0);
  return half(information === "expected" ? hessian.expected(theta) : hessian.observed(theta));
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

/** The inverse of a unit information matrix under the active constraints; `undefined` where it is singular. */
export function invertUnit(fitted: Fitted, unit: Float64Array | undefined): Float64Array | undefined {
  return unit && constrainedInverse(unit, fitted.theta.length, fitted.constraints);
}
