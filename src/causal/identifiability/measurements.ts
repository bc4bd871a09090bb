import { FIXED } from "../../model/model.ts";
import { propagate, pullBack, pushForward, type EvaluatedStructure } from "./evaluated.ts";
import type { Random } from "./random.ts";

/**
 * Adds to `row` the derivative of uᵀ Σ w by every parameter (u, w zero outside the observed variables). With
 * T = (I − B)⁻¹ and A = ΛT,
 *
 *     ∂/∂B_ac = (Tu)_c (Σw)_a + (Σu)_a (Tw)_c
 *     ∂/∂Λ_lc = (Tu)_c (ΨAw)_l + (ΨAu)_l (Tw)_c
 *     ∂/∂Ψ_lm = (Au)_l (Aw)_m + (Au)_m (Aw)_l      (half of it where l = m)
 *
 * Matrices uwᵀ + wuᵀ span all symmetric ones, so as many of them as Σ has rank, at random, have the row space
 * of the whole Jacobian: it is never formed. O(entries) a measurement.
 */
export function addCovarianceMeasurement(
  at: EvaluatedStructure,
  u: Float64Array,
  w: Float64Array,
  row: Float64Array,
): void {
  const { field } = at;
  const [pu, pw] = [propagate(at, u), propagate(at, w)];
  const add = (parameter: number, factor: number, value: number): void => {
    if (parameter !== FIXED) row[parameter] = field.add(row[parameter]!, field.multiply(factor, value));
  };
  const cross = (a: number, b: number, c: number, d: number): number =>
    field.add(field.multiply(a, b), field.multiply(c, d));
  for (const { row: a, column: c, parameter, factor } of at.paths) {
    const derivative = cross(pu.effects[c]!, pw.covariances[a]!, pu.covariances[a]!, pw.effects[c]!);
    add(parameter, factor, derivative);
  }
  for (const { row: l, column: c, parameter, factor } of at.loadings) {
    const derivative = cross(
      pu.effects[c]!,
      pw.sourceCovariances[l]!,
      pu.sourceCovariances[l]!,
      pw.effects[c]!,
    );
    add(parameter, factor, derivative);
  }
  for (const { row: l, column: m, parameter, factor } of at.covariances) {
    const derivative =
      l === m
        ? field.multiply(pu.sources[l]!, pw.sources[l]!)
        : cross(pu.sources[l]!, pw.sources[m]!, pu.sources[m]!, pw.sources[l]!);
    add(parameter, factor, derivative);
  }
}

/** Adds to `row` the derivative of μ v: ∂/∂α_i = (Tv)_i and ∂/∂B_ac = μ_a (Tv)_c. O(entries). */
export function addMeanMeasurement(at: EvaluatedStructure, v: Float64Array, row: Float64Array): void {
  const { field } = at;
  const effects = pullBack(at, v);
  const intercepts = new Float64Array(v.length);
  for (const { column, value } of at.intercepts) intercepts[column] = value;
  const mean = pushForward(at, intercepts);
  const add = (parameter: number, factor: number, value: number): void => {
    if (parameter !== FIXED) row[parameter] = field.add(row[parameter]!, field.multiply(factor, value));
  };
  for (const { column, parameter, factor } of at.intercepts) add(parameter, factor, effects[column]!);
  for (const { row: a, column: c, parameter, factor } of at.paths) {
    add(parameter, factor, field.multiply(mean[a]!, effects[c]!));
  }
}

/** One random combination of all observed moments, of all groups, differentiated by every parameter. */
export function randomMeasurement(
  groups: readonly EvaluatedStructure[],
  parameterCount: number,
  withMeans: boolean,
  random: Random,
): Float64Array {
  const row = new Float64Array(parameterCount);
  for (const at of groups) {
    const draw = (): Float64Array => {
      const vector = new Float64Array(at.structure.variables.length);
      for (const variable of at.observed) vector[variable] = at.field.random(random);
      return vector;
    };
    addCovarianceMeasurement(at, draw(), draw(), row);
    if (withMeans) addMeanMeasurement(at, draw(), row);
  }
  return row;
}
