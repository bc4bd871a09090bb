import { evaluateRows } from "../model/expressionValue.ts";
import { FIXED, type Model, type ParameterRow } from "../model/model.ts";
import { covariateNames } from "./covariates.ts";
import {
  errorSources,
  type GroupState,
  impliedVariances,
  sourceVariances,
  varianceDerivatives,
} from "../fit/groupState.ts";

/** What is scaled to unit variance: lavaan's std.lv, std.all and std.nox (all but observed covariates). */
export type Standardization = "latent" | "all" | "allButCovariates";

/** Standardised value of every row and its gradient, rows×t row-major. */
export interface StandardizedRows {
  readonly values: Float64Array;
  readonly gradients: Float64Array;
}

/**
 * Standardised values of all rows, `estimates[i]` being the estimate of row i, with their gradients by θ.
 *
 *     =~: λ σ_f / σ_x     ~: β σ_cause / σ_effect     ~1: α / σ     ~~: ψ / (s_a s_b)
 *
 * σ is the model-implied standard deviation; s is σ for a variance (a = b) and √|ψ_aa|, the residual deviation, for a
 * covariance. Defined rows are computed from the standardised parameters. Every value is v = e·Πᵢ wᵢ^(cᵢ/2) in variances
 * w, so ∂v = ∂e·Πᵢ wᵢ^(cᵢ/2) + v·Σᵢ cᵢ ∂wᵢ / (2 wᵢ).
 */
export function standardizeRows(
  model: Model,
  states: readonly GroupState[],
  theta: Float64Array,
  estimates: readonly number[],
  kind: Standardization,
): StandardizedRows {
  const t = theta.length;
  const scales = states.map((state, g) => standardizationScales(model, g, state, theta));
  const values = new Float64Array(model.rows.length).fill(NaN);
  const gradients = new Float64Array(model.rows.length * t);
  model.rows.forEach((row, index) => {
    if (row.group === 0) return;
    const group = scales[row.group - 1]!;
    const gradient = gradients.subarray(index * t, index * t + t);
    let scale = 1;
    for (const { name, exponent, residual } of scaledNames(row)) {
      if (!isScaled(group, name, kind)) continue;
      const { variance, derivative } = (residual ? group.residual : group.implied)(name);
      scale *= variance ** (exponent / 2);
      for (let j = 0; j < t; j++) gradient[j]! += (exponent * derivative[j]!) / (2 * variance);
    }
    values[index] = estimates[index]! * scale;
    for (let j = 0; j < t; j++) gradient[j]! *= values[index]!;
    if (row.parameter !== FIXED) gradient[row.parameter]! += scale;
  });
  standardizeDefined(model, values, gradients, t);
  return { values, gradients };
}

interface Scaled {
  readonly name: string;
  readonly exponent: number;
  readonly residual: boolean;
}

/** The factor that turns a row's value into its standardised value. */
export function standardizationFactor(
  group: GroupScales,
  row: Pick<ParameterRow, "lhs" | "op" | "rhs">,
  kind: Standardization,
): number {
  return scaledNames(row).reduce((product, { name, exponent, residual }) => {
    if (!isScaled(group, name, kind)) return product;
    return product * (residual ? group.residual : group.implied)(name).variance ** (exponent / 2);
  }, 1);
}

function scaledNames({ lhs, op, rhs }: Pick<ParameterRow, "lhs" | "op" | "rhs">): Scaled[] {
  const residual = op === "~~" && lhs !== rhs;
  const scaled = (name: string, exponent: number): Scaled => ({ name, exponent, residual });
  switch (op) {
    case "=~":
      return [scaled(lhs, 1), scaled(rhs, -1)];
    case "~":
      return [scaled(rhs, 1), scaled(lhs, -1)];
    case "~~":
      return [scaled(lhs, -1), scaled(rhs, -1)];
    case "~1":
      return [scaled(lhs, -1)];
    default:
      return [];
  }
}

interface Variance {
  readonly variance: number;
  readonly derivative: Float64Array;
}

/** What standardisation reads of one group. */
export interface GroupScales {
  readonly implied: (name: string) => Variance;
  readonly residual: (name: string) => Variance;
  readonly observed: ReadonlySet<string>;
  readonly covariates: ReadonlySet<string>;
}

function isScaled({ observed, covariates }: GroupScales, name: string, kind: Standardization): boolean {
  if (kind === "latent") return !observed.has(name);
  return kind === "all" || !covariates.has(name);
}

/** Implied and residual variances of a group by name, with their gradients. */
export function standardizationScales(
  model: Model,
  g: number,
  state: GroupState,
  theta: Float64Array,
): GroupScales {
  const { structure } = state;
  const t = theta.length;
  const variances = impliedVariances(state);
  const derivatives = varianceDerivatives(state, t);
  const indexOf = new Map(structure.variables.map(({ name }, index) => [name, index]));
  const sourceIndex = new Map(structure.sources.map((name, index) => [name, index]));
  const errors = errorSources(structure);
  const psi = sourceVariances(structure, theta);
  const psiDerivatives = new Float64Array(structure.sources.length * t);
  for (const { row, column, parameter, factor } of structure.covariances) {
    if (row === column && parameter !== FIXED) psiDerivatives[row * t + parameter] = factor;
  }
  const ofSource = (source: number): Variance =>
    source < 0
      ? { variance: 0, derivative: new Float64Array(t) }
      : {
          variance: Math.abs(psi[source]!),
          derivative: psiDerivatives
            .slice(source * t, source * t + t)
            .map((value) => Math.sign(psi[source]!) * value),
        };
  return {
    implied(name) {
      const index = indexOf.get(name);
      if (index === undefined) return ofSource(sourceIndex.get(name)!);
      return {
        variance: variances[index]!,
        derivative: derivatives.subarray(index * t, index * t + t),
      };
    },
    residual(name) {
      const index = indexOf.get(name);
      return ofSource(index === undefined ? sourceIndex.get(name)! : errors[index]!);
    },
    observed: new Set(structure.variables.flatMap(({ name, observed }) => (observed ? [name] : []))),
    covariates: covariateNames(model, g),
  };
}

/** Defined rows and constraints as functions of the standardised parameters; ∂f = Σ_j ∂f/∂x_j ∂x_j. */
function standardizeDefined(model: Model, values: Float64Array, gradients: Float64Array, t: number): void {
  const rowOf = new Int32Array(t).fill(-1);
  model.rows.forEach(({ parameter, group }, index) => {
    if (group > 0 && parameter !== FIXED && rowOf[parameter]! < 0) rowOf[parameter] = index;
  });
  const standardized = Float64Array.from(rowOf, (row) => (row < 0 ? NaN : values[row]!));
  const evaluated = new Map(evaluateRows(model, standardized).map((result) => [result.row, result]));
  model.rows.forEach((row, index) => {
    const result = evaluated.get(row);
    if (!result) return;
    values[index] = result.value;
    const gradient = gradients.subarray(index * t, index * t + t);
    result.gradient.forEach((partial, parameter) => {
      const from = rowOf[parameter]! * t;
      if (partial !== 0) for (let j = 0; j < t; j++) gradient[j]! += partial * gradients[from + j]!;
    });
  });
}
