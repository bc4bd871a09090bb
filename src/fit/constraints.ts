import { evaluateRows } from "../model/expressionValue.ts";
import type { Model } from "../model/model.ts";
import { nullSpaceBasis } from "./informationAlgebra.ts";

/**
 * The constraints that are not part of the parameters themselves, at one θ: equalities h(θ) = 0 and inequalities
 * c(θ) ≥ 0, with their Jacobians, row-major with one row per constraint.
 */
export interface ConstraintValues {
  readonly equalities: Float64Array;
  readonly equalityJacobian: Float64Array;
  readonly inequalities: Float64Array;
  readonly inequalityJacobian: Float64Array;
}

/** Evaluates all `==`, `<` and `>` rows; `a < b` becomes b − a ≥ 0. */
export function evaluateConstraints(model: Model, theta: ArrayLike<number>): ConstraintValues {
  const equalities: number[] = [];
  const inequalities: number[] = [];
  const equalityRows: Float64Array[] = [];
  const inequalityRows: Float64Array[] = [];
  for (const { row, value, gradient } of evaluateRows(model, theta)) {
    if (row.op === "==") {
      equalities.push(value);
      equalityRows.push(gradient);
    } else if (row.op === "<" || row.op === ">") {
      const sign = row.op === ">" ? 1 : -1;
      inequalities.push(sign * value);
      inequalityRows.push(gradient.map((partial) => sign * partial));
    }
  }
  return {
    equalities: Float64Array.from(equalities),
    equalityJacobian: stack(equalityRows),
    inequalities: Float64Array.from(inequalities),
    inequalityJacobian: stack(inequalityRows),
  };
}

function stack(rows: readonly Float64Array[]): Float64Array {
  const width = rows[0]?.length ?? 0;
  const out = new Float64Array(rows.length * width);
  rows.forEach((row, i) => out.set(row, i * width));
  return out;
}

/** How near zero an inequality counts as active. */
const ACTIVE = 1e-6;

/** Jacobian of the equalities and of the inequalities that hold with equality at θ: what standard errors must respect. */
export function activeJacobian(model: Model, theta: Float64Array): Float64Array {
  const t = theta.length;
  const { equalityJacobian, inequalities, inequalityJacobian } = evaluateConstraints(model, theta);
  const active = Array.from(inequalities.keys()).filter((i) => inequalities[i]! < ACTIVE);
  const out = new Float64Array(equalityJacobian.length + active.length * t);
  out.set(equalityJacobian);
  active.forEach((i, row) =>
    out.set(inequalityJacobian.subarray(i * t, i * t + t), equalityJacobian.length + row * t),
  );
  return out;
}

/** Parameters less independent equalities at θ. */
export function countUnconstrained(model: Model, theta: Float64Array): number {
  const { equalities, equalityJacobian } = evaluateConstraints(model, theta);
  return nullSpaceBasis(equalityJacobian, equalities.length, theta.length).f;
}
