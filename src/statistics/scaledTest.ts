import { multiply } from "../engine/cpu/linalg.ts";
import { addQuadraticForm } from "../fit/momentObjective.ts";
import type { Test } from "./incrementalFit.ts";

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

/** One model as the corrections see it; everything is computed where a correction asks for it. */
export interface MomentModel {
  readonly t: number;
  readonly unitInverse: Float64Array;
  /** n_g / N. */
  readonly shares: readonly number[];
  /** Δ of each group, m×t, and the normal-theory weights V at the model's moments, m×m. */
  readonly deltas: () => readonly Float64Array[];
  readonly weights: () => readonly Float64Array[];
  /** Mean outer product of the cases' scores by the parameters, t×t; and Σ (n_g/N) ΔᵀVΓVΔ. */
  readonly scoreMeat: () => Float64Array;
  readonly gammaMeat: () => Float64Array;
  /** Σ_g tr(V Γ). */
  readonly gammaTrace: () => number;
  /** Σ_g tr((VΓ)²) − 2 tr(E⁻¹ Σ (n_g/N) ΔᵀVΓVΓVΔ) from the cases; absent where moment matrices are the cheaper way. */
  readonly caseSquares?: (() => number) | undefined;
}

/** What the corrections need of the data. */
export interface MomentSample {
  /** Γ of each group; complete data only. */
  readonly gammas: () => readonly Float64Array[];
  /** Σ_g tr(B A⁻¹) of the saturated model: score products B against observed information A; tr(Γ V(S)) if complete. */
  readonly saturatedTrace: () => number;
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
    const h1 = sample.saturatedTrace();
    const h0 = traceOfProduct(model.unitInverse, model.scoreMeat());
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
  const meat = model.gammaMeat();
  const trace = model.gammaTrace() - traceOfProduct(model.unitInverse, meat);
  if (kind === "satorra.bentler") {
    const scaling = trace / test.df;
    return { chisq: test.chisq / scaling, df: test.df, scaling, shift: 0, trace };
  }
  const em = multiply(model.unitInverse, meat, model.t, model.t, model.t);
  const squares = model.caseSquares?.() ?? momentSquares(model, sample.gammas());
  const traceOfSquare = squares + traceOfSelfProduct(em, model.t);
  if (kind === "scaled.shifted") {
    const a = Math.sqrt(test.df / traceOfSquare);
    const shift = test.df - a * trace;
    return { chisq: test.chisq * a + shift, df: test.df, scaling: 1 / a, shift, trace };
  }
  const df = (trace * trace) / traceOfSquare;
  return { chisq: (test.chisq * df) / trace, df, scaling: trace / df, shift: 0, trace };
}

/**
 * The first two terms of tr((UΓ)²) = Σ_g tr((VΓ)²) − 2 tr(E⁻¹ Σ (n_g/N) ΔᵀVΓVΓVΔ) + tr((E⁻¹M)²), M = Σ (n_g/N) ΔᵀVΓVΔ.
 */
function momentSquares(model: MomentModel, gammas: readonly Float64Array[]): number {
  const { shares, t, unitInverse } = model;
  const deltas = model.deltas();
  const second = new Float64Array(t * t);
  let total = 0;
  model.weights().forEach((v, g) => {
    const m = Math.sqrt(v.length);
    const a = multiply(v, gammas[g]!, m, m, m);
    total += traceOfSelfProduct(a, m);
    const middle = multiply(a, multiply(a, v, m, m, m), m, m, m);
    addQuadraticForm(deltas[g]!, middle, t, shares[g]!, second);
  });
  return total - 2 * traceOfProduct(unitInverse, second);
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
