import { evaluateRows } from "../model/expressionValue.ts";
import { FIXED, type Model, type ParameterRow } from "../model/model.ts";
import { addScaled } from "../engine/cpu/linalg.ts";
import { covariateNames } from "./covariates.ts";
import type { EstimateVariance } from "./estimateVariance.ts";
import {
  errorSources,
  type GroupState,
  impliedVariances,
  sourceVariances,
  varianceDerivatives,
} from "../fit/groupState.ts";

/** What is scaled to unit variance: lavaan's std.lv, std.all and std.nox (all but observed covariates). */
export type Standardization = "latent" | "all" | "allButCovariates";

/** Standardised values of all rows, with standard errors where they were asked for. */
export interface StandardizedColumn {
  readonly values: Float64Array;
  /** NaN where they were not. */
  readonly standardErrors: Float64Array;
}

/**
 * Standardised values of all rows, `estimates[i]` being the estimate of row i, with their delta-method standard errors
 * from the variance of the estimates.
 *
 *     =~: λ σ_f / σ_x     ~: β σ_cause / σ_effect     ~1: α / σ     ~~: ψ / (s_a s_b)
 *
 * σ is the model-implied standard deviation; s is σ for a variance (a = b) and √|ψ_aa|, the residual deviation, for a
 * covariance. Defined rows are computed from the standardised parameters. Every value is v = e·Πᵢ wᵢ^(cᵢ/2) in variances
 * w, so ∂v = ∂e·Πᵢ wᵢ^(cᵢ/2) + v·Σᵢ cᵢ ∂wᵢ / (2 wᵢ): gradients and their images are sums of few, shared ones.
 */
export function standardizeRows(
  model: Model,
  scales: readonly GroupScales[],
  estimates: readonly number[],
  kind: Standardization,
  variance: EstimateVariance | undefined,
): StandardizedColumn {
  const t = model.parameters.length;
  const values = new Float64Array(model.rows.length).fill(NaN);
  const standardErrors = values.slice();
  const gradients = model.rows.some(({ expression }) => expression !== undefined)
    ? new Float64Array(model.rows.length * t)
    : undefined;
  const scratch = new Float64Array(t);
  const image = new Float64Array(t);
  model.rows.forEach((row, index) => {
    if (row.group === 0) return;
    const group = scales[row.group - 1]!;
    const parts = scaledNames(row).filter(({ name }) => isScaled(group, name, kind));
    const variances = parts.map(({ name, residual }) => (residual ? group.residual : group.implied)(name));
    const scale = parts.reduce((product, { exponent }, i) => {
      return product * variances[i]!.variance ** (exponent / 2);
    }, 1);
    const value = estimates[index]! * scale;
    values[index] = value;
    if (!variance) return;
    const gradient = gradients ? gradients.subarray(index * t, index * t + t) : scratch.fill(0);
    image.fill(0);
    variances.forEach((own, i) => {
      if (own.variance === 0) [gradient, image].forEach((vector) => vector.fill(NaN));
      if (!own.derivative) return;
      const share = (value * parts[i]!.exponent) / (2 * own.variance);
      addScaled(share, own.derivative, 0, gradient, 0, t);
      addScaled(share, own.image(variance), 0, image, 0, t);
    });
    if (row.parameter !== FIXED) {
      gradient[row.parameter]! += scale;
      variance.addUnitImage(scale, row.parameter, image);
    }
    standardErrors[index] = standardError(variance, gradient, image);
  });
  standardizeDefined(model, { values, standardErrors }, gradients, variance);
  return { values, standardErrors };
}

/** √(g V gᵀ), which rounding must not make negative; NaN where g is. */
function standardError(variance: EstimateVariance, gradient: Float64Array, image: Float64Array): number {
  return Math.sqrt(Math.max(0, variance.variance(gradient, image)));
}

interface Scaled {
  readonly name: string;
  readonly exponent: number;
  readonly residual: boolean;
}

/** The factor that turns a row's value into its standardised value. */
export function standardizationFactor(
  group: GroupScales<Pick<ScaleVariance, "variance">>,
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

/** A variance w that scales others. */
export class ScaleVariance {
  #image: Float64Array | undefined;

  /** `derivative` is ∂w/∂θ; absent where w is fixed. */
  constructor(
    readonly variance: number,
    readonly derivative: Float64Array | undefined,
  ) {}

  /** The image of ∂w under the variance of the estimates, computed once: one fit has one. */
  image(variance: EstimateVariance): Float64Array {
    if (this.#image) return this.#image;
    const { derivative } = this;
    const image = new Float64Array(derivative!.length);
    variance.addImage(1, derivative!, image);
    this.#image = image;
    return image;
  }
}

/** What standardisation reads of one group. */
export interface GroupScales<Scale = ScaleVariance> {
  readonly implied: (name: string) => Scale;
  readonly residual: (name: string) => Scale;
  readonly observed: ReadonlySet<string>;
  readonly covariates: ReadonlySet<string>;
}

function isScaled(
  { observed, covariates }: Pick<GroupScales, "observed" | "covariates">,
  name: string,
  kind: Standardization,
): boolean {
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
  const psiDerivatives = new Map<number, Float64Array>();
  for (const { row, column, parameter, factor } of structure.covariances) {
    if (row !== column || parameter === FIXED) continue;
    const derivative = new Float64Array(t);
    derivative[parameter] = Math.sign(psi[row]!) * factor;
    psiDerivatives.set(row, derivative);
  }
  const ofVariables = structure.variables.map(
    (_, index) => new ScaleVariance(variances[index]!, derivatives.subarray(index * t, index * t + t)),
  );
  const ofSources = structure.sources.map(
    (_, source) => new ScaleVariance(Math.abs(psi[source]!), psiDerivatives.get(source)),
  );
  const none = new ScaleVariance(0, undefined);
  const ofSource = (source: number): ScaleVariance => ofSources[source] ?? none;
  return {
    implied(name) {
      const index = indexOf.get(name);
      return index === undefined ? ofSource(sourceIndex.get(name)!) : ofVariables[index]!;
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
function standardizeDefined(
  model: Model,
  { values, standardErrors }: StandardizedColumn,
  gradients: Float64Array | undefined,
  variance: EstimateVariance | undefined,
): void {
  if (!gradients) return;
  const t = model.parameters.length;
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
    if (!variance) return;
    const gradient = gradients.subarray(index * t, index * t + t);
    result.gradient.forEach((partial, parameter) => {
      if (partial !== 0) addScaled(partial, gradients, rowOf[parameter]! * t, gradient, 0, t);
    });
    const image = new Float64Array(t);
    variance.addImage(1, gradient, image);
    standardErrors[index] = standardError(variance, gradient, image);
  });
}
