import { Hessian } from "../engine/cpu/curvature/hessian.ts";
import { halve } from "../fit/informationAlgebra.ts";
import type { Fitted } from "./fitted.ts";
import type { Information } from "./settings.ts";

/**
 * Unit information (of one average case) at θ, t×t: ½ of the expected or observed Hessian of F, or the outer products of
 * casewise scores; for least squares Σ (n_g/N) ΔᵀVΔ. `undefined` where Σ(θ) is not positive definite.
 */
export async function unitInformation(
  fitted: Fitted,
  information: Information,
): Promise<Float64Array | undefined> {
  const { problem, theta, settings, momentWeights } = fitted;
  if (information === "first.order" || momentWeights || settings.family !== "likelihood") {
    // Fetched only where it is needed.
    const { otherInformation } = await import("./otherEstimators.ts");
    return otherInformation(fitted, information);
  }
  if (theta.length === 0) return new Float64Array(0);
  const hessian = new Hessian(problem.model, problem.moments);
  return halve(information === "expected" ? hessian.expected(theta) : hessian.observed(theta));
}
