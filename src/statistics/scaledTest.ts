import { invertPositiveDefinite, multiply } from "../engine/cpu/linalg.ts";
import { submatrix } from "../engine/cpu/submatrix.ts";
import { constrainedInverse } from "../fit/informationAlgebra.ts";
import { evaluateIncomplete, expectedIncompleteWeight, incompleteScoreProducts } from "../fit/missing.ts";
import { addQuadraticForm } from "../fit/momentObjective.ts";
import {
  expectedWeight,
  modelledMoments,
  momentCount,
  momentJacobian,
  observedWeight,
} from "../fit/momentSpace.ts";
import { baselineGroup, covariateIndices } from "./baseline.ts";
import { estimatorWeights } from "./covarianceOfEstimates.ts";
import type { Fitted } from "./fitted.ts";
import { incompleteBaseline } from "./incomplete.ts";
import type { Test } from "./incrementalFit.ts";
import { exogenousIndices } from "./logLikelihood.ts";
import { scoreProducts, sampleFourthMoments } from "./robust.ts";

/** A χ² statistic corrected for non-normality. */
export interface ScaledTest extends Test {
  /** What the statistic was divided by. */
  readonly scaling: number;
  /** What was added after that (scaled.shifted only). */
  readonly shift: number;
  /** tr(UΓ), the mean of the uncorrected statistic under the model. */
  readonly trace: number;
  /** Scaling factors of the saturated and of the fitted model's log-likelihood (yuan.bentler.mplus only). */
  readonly logLikelihoodScalings?: { readonly saturated: number; readonly model: number };
}

/** One model in moment space: Jacobians, weights and residual-free score products, group by group. */
export interface MomentModel {
  readonly deltas: readonly Float64Array[];
  readonly weights: readonly Float64Array[];
  /** Mean outer products of casewise scores by the moments; computed where asked for. */
  readonly scoreProducts: () => readonly Float64Array[];
  readonly shares: readonly number[];
  readonly t: number;
  readonly unitInverse: Float64Array;
}

/** What the corrections need of the data. */
export interface MomentSample {
  /** Γ of each group; empty where data are incomplete. */
  readonly gammas: readonly Float64Array[];
  /** Σ_g tr(B A⁻¹) of the saturated model: score products B against observed information A; tr(Γ V(S)) if complete. */
  readonly saturatedTrace: number;
  /** Moments that are not fixed by covariates. */
  readonly count: number;
}

/**
 * Corrects χ² for non-normality with U = V − VΔE⁻¹ΔᵀV:
 *
 *     satorra.bentler     χ²·df / tr(UΓ)
 *     mean.var.adjusted   χ²·d / tr(UΓ) on d = tr(UΓ)² / tr((UΓ)²) degrees of freedom (Satterthwaite)
 *     scaled.shifted      a χ² + df − a tr(UΓ), a = √(df / tr((UΓ)²))   (Asparouhov and Muthén 2010)
 *     yuan.bentler.mplus  tr(UΓ) replaced by tr(Γ V(S)) − tr(E⁻¹ B), B the casewise score products
 */
export function scaleTest(
  test: Test,
  kind: string,
  model: MomentModel,
  sample: MomentSample,
  parameterRows: number,
): ScaledTest {
  const none = { ...test, scaling: NaN, shift: 0, trace: NaN };
  if (!(test.df > 0)) return { ...none, chisq: test.chisq };
  if (kind === "yuan.bentler.mplus") {
    const h1 = sample.saturatedTrace;
    const h0 = traceOfProduct(model.unitInverse, quadraticSum(model, model.scoreProducts()));
    const scaling = (h1 - h0) / test.df;
    const logLikelihoodScalings = { saturated: h1 / sample.count, model: h0 / parameterRows };
    return {
      chisq: test.chisq / scaling,
      df: test.df,
      scaling,
      shift: 0,
      trace: h1 - h0,
      logLikelihoodScalings,
    };
  }
  const { trace, traceOfSquare } = traces(model, sample.gammas);
  if (kind === "scaled.shifted") {
    const a = Math.sqrt(test.df / traceOfSquare);
    const shift = test.df - a * trace;
    return { chisq: test.chisq * a + shift, df: test.df, scaling: 1 / a, shift, trace };
  }
  const df = kind === "mean.var.adjusted" ? (trace * trace) / traceOfSquare : test.df;
  return { chisq: (test.chisq * df) / trace, df, scaling: trace / df, shift: 0, trace };
}

/** tr(UΓ) and tr((UΓ)²) over the groups, with A_g = V_g Γ_g and M = Σ (n_g/N) ΔᵀVΓVΔ. */
function traces(model: MomentModel, gammas: readonly Float64Array[]) {
  const { deltas, weights, shares, t, unitInverse } = model;
  const first = new Float64Array(t * t);
  const second = new Float64Array(t * t);
  let trace = 0;
  let traceOfSquare = 0;
  deltas.forEach((delta, g) => {
    const v = weights[g]!;
    const m = Math.sqrt(v.length);
    const a = multiply(v, gammas[g]!, m, m, m);
    const av = multiply(a, v, m, m, m);
    trace += traceOf(a, m);
    traceOfSquare += traceOfSelfProduct(a, m);
    addQuadraticForm(delta, av, t, shares[g]!, first);
    addQuadraticForm(delta, multiply(a, av, m, m, m), t, shares[g]!, second);
  });
  const em = multiply(unitInverse, first, t, t, t);
  return {
    trace: trace - traceOf(em, t),
    traceOfSquare: traceOfSquare - 2 * traceOfProduct(unitInverse, second) + traceOfSelfProduct(em, t),
  };
}

function quadraticSum({ deltas, shares, t }: MomentModel, middles: readonly Float64Array[]): Float64Array {
  const out = new Float64Array(t * t);
  deltas.forEach((delta, g) => addQuadraticForm(delta, middles[g]!, t, shares[g]!, out));
  return out;
}

function traceOf(a: Float64Array, n: number): number {
  let sum = 0;
  for (let i = 0; i < n; i++) sum += a[i * n + i]!;
  return sum;
}

/** Σ aᵢⱼ bᵢⱼ = tr(AᵀB). */
export function traceOfProduct(a: Float64Array, b: Float64Array): number {
  return a.reduce((sum, value, i) => sum + value * b[i]!, 0);
}

/** tr(AA). */
function traceOfSelfProduct(a: Float64Array, n: number): number {
  let sum = 0;
  for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) sum += a[i * n + j]! * a[j * n + i]!;
  return sum;
}

export function momentSample(fitted: Fitted): MomentSample {
  const { problem, states, incomplete } = fitted;
  const { meanStructure } = problem.model;
  const count = problem.moments.reduce((sum, { names: { length: k } }, g) => {
    const x = exogenousIndices(problem, g).length;
    return sum + momentCount(k, meanStructure) - (x > 0 ? momentCount(x, meanStructure) : 0);
  }, 0);
  if (incomplete) {
    const saturatedTrace = incomplete.reduce((sum, { table, patterns, moments }, g) => {
      const { covariance, mean } = moments;
      const k = moments.names.length;
      const index = modelledMoments(k, true, exogenousIndices(problem, g));
      const part = (matrix: Float64Array): Float64Array => submatrix(matrix, momentCount(k, true), index);
      const products = part(incompleteScoreProducts(table, patterns, covariance, mean!));
      const information = part(evaluateIncomplete(patterns, k, covariance, mean!, 0)!.curvature());
      const inverted = invertPositiveDefinite(
        information.map((value) => 0.5 * value),
        index.length,
      );
      return sum + (inverted ? traceOfProduct(products, inverted.inverse) : NaN);
    }, 0);
    return { gammas: [], saturatedTrace, count };
  }
  const gammas = states.map((_, g) => sampleFourthMoments(fitted, g));
  const saturatedTrace = problem.moments.reduce((sum, { covariance, names: { length: k } }, g) => {
    const { inverse } = invertPositiveDefinite(covariance, k)!;
    return sum + traceOfProduct(gammas[g]!, expectedWeight(inverse, k, meanStructure));
  }, 0);
  return { gammas, saturatedTrace, count };
}

/** The fitted model in moment space. */
export function fittedMomentModel(fitted: Fitted, unitInverse: Float64Array): MomentModel {
  const { states, theta } = fitted;
  return {
    deltas: states.map((state) => momentJacobian(state, theta.length)),
    weights: estimatorWeights(fitted),
    scoreProducts: () => states.map((state, g) => scoreProducts(fitted, g, state)),
    shares: states.map(({ weight }) => weight),
    t: theta.length,
    unitInverse,
  };
}

/** One group of the independence model: which moments are free, its weight, information and score products. */
interface BaselineMoments {
  readonly index: readonly number[];
  readonly weight: Float64Array;
  readonly information: Float64Array;
  readonly products: () => Float64Array;
}

/** The independence model in moment space: each group's free (co)variances and means are parameters of its own. */
export function baselineMomentModel(fitted: Fitted): MomentModel {
  const { states } = fitted;
  const groups = states.map((_, g) => baselineMoments(fitted, g));
  const t = groups.reduce((sum, { index }) => sum + index.length, 0);
  const unit = new Float64Array(t * t);
  let start = 0;
  const deltas = groups.map(({ index, weight, information }, g) => {
    const m = Math.sqrt(weight.length);
    const delta = new Float64Array(m * t);
    index.forEach((a, i) => (delta[a * t + start + i] = 1));
    const block = submatrix(information, m, index);
    const f = index.length;
    for (let i = 0; i < f; i++) {
      for (let j = 0; j < f; j++) {
        unit[(start + i) * t + start + j] = states[g]!.weight * block[i * f + j]!;
      }
    }
    start += f;
    return delta;
  });
  return {
    deltas,
    weights: groups.map(({ weight }) => weight),
    scoreProducts: () => groups.map(({ products }) => products()),
    shares: states.map(({ weight }) => weight),
    t,
    unitInverse: constrainedInverse(unit, t, new Float64Array(0)) ?? unit.map(() => NaN),
  };
}

function baselineMoments(fitted: Fitted, g: number): BaselineMoments {
  const { problem, states, settings, incomplete } = fitted;
  const { moments, k, meanStructure } = states[g]!;
  const { sigma, inverse, free } = baselineGroup(moments, covariateIndices(problem.model, g, moments.names));
  const modelled = new Set(modelledMoments(k, meanStructure, exogenousIndices(problem, g)));
  const offset = meanStructure ? k : 0;
  const index = [
    ...Array.from({ length: offset }, (_, i) => i),
    ...free.map(([i, j]) => offset + (j * (j + 1)) / 2 + i),
  ].filter((a) => modelled.has(a));
  const group = incomplete?.[g];
  if (group) {
    const at = incompleteBaseline(problem, group, g);
    const weight = expectedIncompleteWeight(group.patterns, k, at.sigma);
    const state = { sigma: at.sigma, mu: at.mean, inverse };
    const products = (): Float64Array => scoreProducts(fitted, g, state);
    const observed = evaluateIncomplete(group.patterns, k, at.sigma, at.mean, 0)!.curvature();
    const information = settings.information === "observed" ? observed.map((v) => 0.5 * v) : weight;
    return { index, weight, information, products };
  }
  const weight = expectedWeight(inverse, k, meanStructure);
  const mu = moments.mean ?? new Float64Array(k);
  const target = { second: moments.covariance, deviation: new Float64Array(k) };
  const information =
    settings.information === "observed" ? observedWeight(inverse, target, k, meanStructure) : weight;
  return {
    index,
    weight,
    information,
    products: () => scoreProducts(fitted, g, { sigma, mu, inverse }),
  };
}
