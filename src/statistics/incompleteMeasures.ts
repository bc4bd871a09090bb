import type { Table } from "../data/moments.ts";
import { invertPositiveDefinite, multiply, transpose } from "../engine/cpu/linalg.ts";
import { submatrix } from "../engine/cpu/submatrix.ts";
import { constrainedInverse } from "../fit/informationAlgebra.ts";
import { evaluateIncomplete, expectedIncompleteWeight, incompleteScoreProducts } from "../fit/missing.ts";
import { addQuadraticForm } from "../fit/momentObjective.ts";
import { expectedWeight, modelledMoments, momentVector } from "../fit/momentSpace.ts";
import type { Fitted } from "./fitted.ts";
import { type IncompleteGroup, incompleteBaseline } from "./incomplete.ts";
import type { Test } from "./incrementalFit.ts";
import { exogenousIndices, likelihoodDiscrepancy } from "./logLikelihood.ts";
import { robustIndices } from "./scaledMeasures.ts";
import { baselineMomentModel } from "./baselineModel.ts";
import { type MomentModel, traceOfProduct } from "./scaledTest.ts";
import { fittedMomentModel } from "./testModels.ts";

/** Unit information at the saturated moments of one group, on the moments that covariates do not fix. */
interface SaturatedCurvature {
  /** Positions of those moments among all m. */
  readonly index: readonly number[];
  /** Observed (W) and expected information of the incomplete data, W⁻¹, and the information W_c of complete data. */
  readonly incomplete: Float64Array;
  readonly expected: Float64Array;
  readonly inverse: Float64Array;
  readonly complete: Float64Array;
  /** W⁻¹ B W⁻¹ with casewise score products B. */
  readonly gamma: Float64Array;
}

/**
 * Fit measures for incomplete data that do not depend on how much is missing (Zhang and Savalei 2022): the discrepancy of
 * the full-information estimates from the saturated moments, as for complete data, corrected by
 *
 *     c = tr(W_c W⁻¹ U W⁻¹) / df              normal data (their version 6; lavaan's for ML)
 *     c = tr(U W⁻¹ W_c W⁻¹ U Γ) / df          any data (version 3; lavaan's for MLR)
 *
 * with U = W − WΔE⁻¹ΔᵀW, W and W_c the saturated information of the incomplete and of complete data.
 */
export function incompleteRobustMeasures(
  fitted: Fitted,
  df: number,
  baselineDf: number,
): Record<string, number> {
  const { problem, states, incomplete, multiplier, settings, theta, constraints } = fitted;
  if (!incomplete || !(df > 0)) return {};
  const curvatures = incomplete.map((group, g) => saturatedCurvature(group, exogenousIndices(problem, g)));
  if (!curvatures.every((curvature) => curvature !== undefined)) return {};
  const expects = settings.information === "expected";
  const anyData = settings.test !== "standard";
  const model = fittedMomentModel(fitted, new Float64Array(theta.length ** 2));
  const independence = baselineMomentModel(fitted);
  const test: Test = {
    chisq: states.reduce((sum, state) => sum + state.moments.n * likelihoodDiscrepancy(state), 0),
    df,
  };
  const chisq = incomplete.reduce((sum, group) => {
    const { sigma, mean } = incompleteBaseline(group);
    return sum + group.moments.n * completeDiscrepancy(group, sigma, mean);
  }, 0);
  const baseline: Test = { chisq, df: baselineDf };
  const c = correction(model, curvatures, constraints, expects, anyData) / df;
  const c0 = correction(independence, curvatures, new Float64Array(0), expects, anyData) / baselineDf;
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

function saturatedCurvature(
  { table, patterns, moments }: IncompleteGroup,
  covariates: readonly number[],
): SaturatedCurvature | undefined {
  const { covariance, names } = moments;
  const mean = moments.mean!;
  const k = names.length;
  const index = modelledMoments(k, true, covariates);
  const m = index.length;
  const part = (matrix: Float64Array): Float64Array => submatrix(matrix, Math.sqrt(matrix.length), index);
  const curvature = evaluateIncomplete(patterns, k, covariance, mean, 0)!.curvature();
  const incomplete = part(curvature).map((value) => 0.5 * value);
  const inverted = invertPositiveDefinite(incomplete, m);
  if (!inverted) return undefined;
  const { inverse } = inverted;
  const products = part(incompleteScoreProducts(table, patterns, covariance, mean));
  return {
    index,
    incomplete,
    expected: part(expectedIncompleteWeight(patterns, k, covariance)),
    inverse,
    complete: part(expectedWeight(invertPositiveDefinite(covariance, k)!.inverse, k, true)),
    gamma: multiply(multiply(inverse, products, m, m, m), inverse, m, m, m),
  };
}

/**
 * The trace over the stacked groups, whose blocks scale with their shares f (W → fW, W_c → fW_c, Γ → Γ/f). As
 * U W⁻¹ = I − W P with P = Δ E⁻¹ Δᵀ, it is tr(W_c W⁻¹) − tr(E⁻¹ ΔᵀW_cΔ), or with Γ
 * tr(W_cΓ) − 2 tr(E⁻¹ ΔᵀW_cΓWΔ) + tr(E⁻¹ ΔᵀW_cΔ E⁻¹ ΔᵀWΓWΔ).
 */
function correction(
  model: MomentModel,
  curvatures: readonly SaturatedCurvature[],
  constraints: Float64Array,
  expects: boolean,
  anyData: boolean,
): number {
  const { shares, t } = model;
  const deltas = model.deltas();
  const sum = (middle: (curvature: SaturatedCurvature) => Float64Array): Float64Array => {
    const out = new Float64Array(t * t);
    curvatures.forEach((curvature, g) => {
      const rows = selectRows(deltas[g]!, curvature.index, t);
      addQuadraticForm(rows, middle(curvature), t, shares[g]!, out);
    });
    return out;
  };
  const unit = sum(({ expected, incomplete }) => (expects ? expected : incomplete));
  const inverse = constrainedInverse(unit, t, constraints);
  if (!inverse) return NaN;
  const el = multiply(
    inverse,
    sum(({ complete }) => complete),
    t,
    t,
    t,
  );
  if (!anyData) {
    const whole = curvatures.reduce((total, c) => total + traceOfProduct(c.complete, c.inverse), 0);
    return whole - traceOfProduct(el, identity(t));
  }
  const product = ({ complete, gamma, incomplete }: SaturatedCurvature): Float64Array => {
    const m = Math.sqrt(gamma.length);
    return multiply(multiply(complete, gamma, m, m, m), incomplete, m, m, m);
  };
  const sandwich = ({ gamma, incomplete: w }: SaturatedCurvature): Float64Array => {
    const m = Math.sqrt(gamma.length);
    return multiply(multiply(w, gamma, m, m, m), w, m, m, m);
  };
  const er = multiply(inverse, sum(sandwich), t, t, t);
  const whole = curvatures.reduce((total, c) => total + traceOfProduct(c.complete, c.gamma), 0);
  const cross = traceOfProduct(inverse, sum(product));
  return whole - 2 * cross + traceOfProduct(el, transpose(er, t, t));
}

function identity(n: number): Float64Array {
  return Float64Array.from({ length: n * n }, (_, i) => (i % (n + 1) === 0 ? 1 : 0));
}

function selectRows(matrix: Float64Array, rows: readonly number[], width: number): Float64Array {
  const out = new Float64Array(rows.length * width);
  rows.forEach((row, i) => out.set(matrix.subarray(row * width, row * width + width), i * width));
  return out;
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
