import type { Table } from "../data/moments.ts";
import { invertPositiveDefinite, multiply } from "../engine/cpu/linalg.ts";
import { constrainedInverse } from "../fit/informationAlgebra.ts";
import { evaluateIncomplete, expectedIncompleteWeight, incompleteScoreProducts } from "../fit/missing.ts";
import { addQuadraticForm } from "../fit/momentObjective.ts";
import { expectedWeight, momentVector } from "../fit/momentSpace.ts";
import { likelihoodDiscrepancy } from "./discrepancyValue.ts";
import type { Fitted } from "./fitted.ts";
import { type IncompleteGroup, incompleteBaseline } from "./incomplete.ts";
import type { Test } from "./incrementalFit.ts";
import { robustIndices } from "./scaledMeasures.ts";
import { baselineMomentModel, fittedMomentModel, type MomentModel } from "./scaledTest.ts";

/** The incomplete data's own curvature at the saturated moments, group by group. */
interface SaturatedCurvature {
  /** Observed unit information of incomplete data, and that of complete data with the same moments. */
  readonly incomplete: readonly Float64Array[];
  readonly complete: readonly Float64Array[];
  /** Asymptotic covariance of the saturated moments: W⁻¹ B W⁻¹ with casewise score products B. */
  readonly gamma: readonly Float64Array[];
  readonly expected: readonly Float64Array[];
}

/**
 * Fit measures for incomplete data that do not depend on how much is missing (FIML-C, version 3 of Zhang and Savalei
 * 2022): the discrepancy of the full-information estimates from the saturated moments, as for complete data, divided by
 *
 *     c = tr(U W⁻¹ W_c W⁻¹ U Γ) / df,   U = W − W Δ (Δᵀ W Δ)⁻¹ Δᵀ W
 *
 * with W and W_c the saturated information of the incomplete and of complete data. lavaan's `.robust` measures.
 */
export function incompleteRobustMeasures(
  fitted: Fitted,
  df: number,
  baselineDf: number,
): Record<string, number> {
  const { problem, states, incomplete, multiplier, settings, theta, constraints } = fitted;
  if (!incomplete || !(df > 0)) return {};
  const curvature = saturatedCurvature(incomplete);
  if (!curvature) return {};
  const weights = settings.information === "expected" ? curvature.expected : curvature.incomplete;
  const model = fittedMomentModel(fitted, new Float64Array(theta.length ** 2));
  const independence = baselineMomentModel(fitted, { gammas: [], saturatedTrace: NaN, count: NaN });
  const test: Test = {
    chisq: states.reduce((sum, state) => sum + state.moments.n * likelihoodDiscrepancy(state), 0),
    df,
  };
  const chisq = incomplete.reduce((sum, group, g) => {
    const { sigma, mean } = incompleteBaseline(problem, group, g);
    return sum + group.moments.n * completeDiscrepancy(group, sigma, mean);
  }, 0);
  const baseline: Test = { chisq, df: baselineDf };
  const c = correction(model, weights, curvature, constraints) / df;
  const c0 = correction(independence, weights, curvature, new Float64Array(0)) / baselineDf;
  const corrected = { chisq: test.chisq / c, df };
  const common = { test, baseline, c, c0, corrected, cInterval: c };
  return robustIndices({ ...common, n: multiplier, groups: states.length });
}

/** F_ML of Σ₀, μ₀ from the saturated moments. */
function completeDiscrepancy({ moments }: IncompleteGroup, sigma: Float64Array, mean: Float64Array): number {
  const k = mean.length;
  const observed = Array.from({ length: k }, (_, i) => i);
  const { n, covariance } = moments;
  const complete = [{ observed, rows: [], n, mean: moments.mean!, covariance }];
  const at = (s: Float64Array, m: Float64Array): number => evaluateIncomplete(complete, k, s, m, 0)!.value;
  return at(sigma, mean) - at(moments.covariance, moments.mean!);
}

function saturatedCurvature(groups: readonly IncompleteGroup[]): SaturatedCurvature | undefined {
  const incomplete: Float64Array[] = [];
  const complete: Float64Array[] = [];
  const gamma: Float64Array[] = [];
  const expected: Float64Array[] = [];
  for (const { table, patterns, moments } of groups) {
    const { covariance, names } = moments;
    const mean = moments.mean!;
    const k = names.length;
    const w = evaluateIncomplete(patterns, k, covariance, mean, 0)!
      .curvature()
      .map((value) => 0.5 * value);
    const m = Math.sqrt(w.length);
    const inverted = invertPositiveDefinite(w, m);
    if (!inverted) return undefined;
    const products = incompleteScoreProducts(table, patterns, covariance, mean);
    incomplete.push(w);
    complete.push(expectedWeight(invertPositiveDefinite(covariance, k)!.inverse, k, true));
    gamma.push(multiply(multiply(inverted.inverse, products, m, m, m), inverted.inverse, m, m, m));
    expected.push(expectedIncompleteWeight(patterns, k, covariance));
  }
  return { incomplete, complete, gamma, expected };
}

/**
 * tr(U W⁻¹ W_c W⁻¹ U Γ) over the stacked groups. With P = Δ E⁻¹ Δᵀ and X = W⁻¹ W_c W⁻¹, U W⁻¹ = I − W P, so the trace is
 * tr[(I − WP) W_c (I − PW) Γ], group blocks scaled by their shares f: W → fW, W_c → fW_c, Γ → Γ/f.
 */
function correction(
  { deltas, shares, t }: MomentModel,
  weights: readonly Float64Array[],
  { incomplete, complete, gamma }: SaturatedCurvature,
  constraints: Float64Array,
): number {
  const unit = new Float64Array(t * t);
  deltas.forEach((delta, g) => addQuadraticForm(delta, weights[g]!, t, shares[g]!, unit));
  const inverse = constrainedInverse(unit, t, constraints);
  if (!inverse) return NaN;
  // tr(W_c Γ) − 2 tr(E⁻¹ Δᵀ W_c Γ W Δ) + tr(E⁻¹ (ΔᵀW_cΔ) E⁻¹ (ΔᵀWΓWΔ))
  let trace = 0;
  const cross = new Float64Array(t * t);
  const left = new Float64Array(t * t);
  const right = new Float64Array(t * t);
  deltas.forEach((delta, g) => {
    const [w, wc, covariance] = [incomplete[g]!, complete[g]!, gamma[g]!];
    const m = Math.sqrt(w.length);
    const product = multiply(wc, covariance, m, m, m);
    for (let a = 0; a < m; a++) trace += product[a * m + a]!;
    addQuadraticForm(delta, multiply(product, w, m, m, m), t, shares[g]!, cross);
    addQuadraticForm(delta, wc, t, shares[g]!, left);
    addQuadraticForm(delta, multiply(multiply(w, covariance, m, m, m), w, m, m, m), t, shares[g]!, right);
  });
  const el = multiply(inverse, left, t, t, t);
  const er = multiply(inverse, right, t, t, t);
  for (let i = 0; i < t; i++) {
    for (let j = 0; j < t; j++) {
      trace += el[i * t + j]! * er[j * t + i]! - 2 * inverse[i * t + j]! * cross[j * t + i]!;
    }
  }
  return trace;
}

/**
 * The moments that lavaan's GFI takes for incomplete data: available-case means, and covariances over the cases that
 * have both variables (about their own means), times (n − 1)/n.
 */
export function pairwiseMoments(table: Table): Float64Array {
  const k = table.columns.length;
  const mean = Float64Array.from(table.columns, (column) => {
    const values = column.filter((value) => !Number.isNaN(value));
    return values.reduce((sum, value) => sum + value, 0) / values.length;
  });
  const covariance = new Float64Array(k * k);
  for (let i = 0; i < k; i++) {
    for (let j = 0; j <= i; j++) {
      const [x, y] = [table.columns[i]!, table.columns[j]!];
      const rows = Array.from(x.keys()).filter((row) => !Number.isNaN(x[row]! + y[row]!));
      const average = (column: Float64Array): number =>
        rows.reduce((sum, row) => sum + column[row]!, 0) / rows.length;
      const [mx, my] = [average(x), average(y)];
      const products = rows.reduce((sum, row) => sum + (x[row]! - mx) * (y[row]! - my), 0);
      const value = (products / (rows.length - 1)) * ((table.rows - 1) / table.rows);
      covariance[i * k + j] = value;
      covariance[j * k + i] = value;
    }
  }
  return momentVector(covariance, mean, k);
}
