import { constrainedInverse } from "../fit/informationAlgebra.ts";
import type { Fitted } from "./fitted.ts";

/** The inverse of a unit information matrix under the active constraints; `undefined` where it is singular. */
export function invertUnit(fitted: Fitted, unit: Float64Array | undefined): Float64Array | undefined {
  return unit && constrainedInverse(unit, fitted.theta.length, fitted.constraints);
}
