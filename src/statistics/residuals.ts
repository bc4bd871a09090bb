import { momentCount } from "../data/moments.ts";
import { submatrix } from "../engine/cpu/submatrix.ts";
import { invertPositiveDefinite, multiply, transpose } from "../engine/cpu/linalg.ts";
import { type GroupState, likelihoodTarget } from "../fit/groupState.ts";
import {
  expectedWeight,
  modelledMoments,
  momentJacobian,
  momentVector,
  observedWeight,
} from "../fit/momentSpace.ts";
import { estimatorWeights } from "./estimatorWeights.ts";
import type { Fitted } from "./fitted.ts";
import { evaluateIncomplete, expectedIncompleteWeight, incompleteScoreProducts } from "../fit/missing.ts";
import { invertUnit } from "./invertUnit.ts";
import { exogenousIndices } from "./logLikelihood.ts";
import { momentInformation } from "./otherInformation.ts";
import type { GroupResiduals } from "./result.ts";
import { sampleFourthMoments } from "./robust.ts";

/**
 * Residuals S − Σ̂ (and m − μ̂) of each group: raw; as correlations (s_ij/√(s_ii s_jj) − σ_ij/√(σ_ii σ_jj));
 * normalised, divided by the standard error of the sample moment; standardised, divided by that of the residual,
 *
 *     acov(r) = Q Γ Qᵀ / n,   Q = I − (n_g/N) Δ E⁻¹ Δᵀ V
 *
 * with Γ of normal theory at S, or from fourth moments under robust estimators. NaN where a standard error is 0.
 */
export function residuals(fitted: Fitted): GroupResiduals[] {
  const weights = saturatedWeights(fitted);
  const inverse = invertUnit(fitted, momentInformation(fitted, weights));
  return fitted.states.map((state, g) => {
    const { k, moments, sigma, mu, meanStructure } = state;
    const sample = momentVector(moments.covariance, meanStructure ? moments.mean : undefined, k);
    const implied = momentVector(sigma, meanStructure ? mu : undefined, k);
    const raw = sample.map((value, a) => value - implied[a]!);
    const gamma = momentCovariance(fitted, state, g);
    const m = raw.length;
    const z = (variances: Float64Array | undefined): Float64Array =>
      raw.map((value, a) => {
        const variance = variances ? variances[a]! / moments.n : NaN;
        return variance > 1e-14 ? value / Math.sqrt(variance) : NaN;
      });
    const correlation = correlationResiduals(state);
    return {
      names: moments.names,
      raw: unstack(raw, k, meanStructure),
      correlation: unstack(correlation, k, meanStructure),
      normalized: unstack(z(raw.map((_, a) => gamma[a * m + a]!)), k, meanStructure),
      standardized: unstack(
        z(inverse && residualVariances(state, gamma, weights[g]!, inverse)),
        k,
        meanStructure,
      ),
    };
  });
}

/** The diagonal of Q Γ Qᵀ for Q = I − ΔK, K = (n_g/N) E⁻¹ΔᵀV, without forming Q. */
function residualVariances(
  state: GroupState,
  gamma: Float64Array,
  v: Float64Array,
  inverse: Float64Array,
): Float64Array {
  const t = Math.sqrt(inverse.length);
  const m = Math.sqrt(gamma.length);
  const delta = momentJacobian(state, t);
  const k = multiply(multiply(inverse, transpose(delta, m, t), t, t, m), v, t, m, m).map(
    (value) => state.weight * value,
  );
  const kGamma = multiply(k, gamma, t, m, m);
  const middle = multiply(kGamma, transpose(k, t, m), t, m, t);
  const half = multiply(delta, middle, m, t, t);
  return Float64Array.from({ length: m }, (_, a) => {
    let value = gamma[a * m + a]!;
    for (let j = 0; j < t; j++) {
      value += delta[a * t + j]! * (half[a * t + j]! - 2 * kGamma[j * m + a]!);
    }
    return value;
  });
}

/** V of each group: that of the estimator, or the observed information of the moments at Σ̂ where the fit asks for it. */
function saturatedWeights(fitted: Fitted): readonly Float64Array[] {
  const { settings, states, incomplete } = fitted;
  if (settings.information !== "observed") return estimatorWeights(fitted);
  return states.map((state, g) => {
    const { inverse, k, meanStructure, sigma, mu } = state;
    const group = incomplete?.[g];
    if (!group) return observedWeight(inverse, likelihoodTarget(state), k, meanStructure);
    const { patterns } = group;
    return evaluateIncomplete(patterns, k, sigma, mu, 0)!
      .curvature()
      .map((value) => 0.5 * value);
  });
}

/** n times the covariance matrix of the sample moments, or of the saturated ones where data are incomplete. */
function momentCovariance(
  fitted: Fitted,
  { k, moments, meanStructure }: GroupState,
  g: number,
): Float64Array {
  const { settings, momentWeights, incomplete } = fitted;
  const robust = settings.se.startsWith("robust");
  const group = incomplete?.[g];
  if (group) {
    const { covariance, mean } = moments;
    const { patterns, table } = group;
    const m = momentCount(k, true);
    const information =
      settings.information === "observed"
        ? evaluateIncomplete(patterns, k, covariance, mean!, 0)!
            .curvature()
            .map((value) => 0.5 * value)
        : expectedIncompleteWeight(patterns, k, covariance);
    const inverse = invertModelled(information, k, true, exogenousIndices(fitted.problem, g));
    if (!robust) return inverse;
    const products = incompleteScoreProducts(table, patterns, covariance, mean!);
    return multiply(multiply(inverse, products, m, m, m), inverse, m, m, m);
  }
  if (robust) return sampleFourthMoments(fitted, g);
  if (momentWeights && settings.family === "WLS") {
    return invertPositiveDefinite(momentWeights[g]!, momentCount(k, meanStructure))!.inverse;
  }
  const covariates = exogenousIndices(fitted.problem, g);
  if (covariates.length === 0) return normalMomentCovariance(moments.covariance, k, meanStructure);
  const { inverse } = invertPositiveDefinite(moments.covariance, k)!;
  return invertModelled(expectedWeight(inverse, k, meanStructure), k, meanStructure, covariates);
}

/** Inverse of an information matrix of the moments without those of fixed covariates alone, which do not vary. */
function invertModelled(
  information: Float64Array,
  k: number,
  withMeans: boolean,
  covariates: readonly number[],
): Float64Array {
  const m = momentCount(k, withMeans);
  const index = modelledMoments(k, withMeans, covariates);
  const inverted = invertPositiveDefinite(submatrix(information, m, index), index.length);
  const out = new Float64Array(m * m);
  index.forEach((a, i) =>
    index.forEach((b, j) => (out[a * m + b] = inverted?.inverse[i * index.length + j] ?? NaN)),
  );
  return out;
}

/** Γ of normal theory: s_ij between means, s_ir s_js + s_is s_jr between (co)variances. */
function normalMomentCovariance(s: Float64Array, k: number, withMeans: boolean): Float64Array {
  const m = momentCount(k, withMeans);
  const offset = withMeans ? k : 0;
  const out = new Float64Array(m * m);
  if (withMeans) for (let i = 0; i < k; i++) for (let j = 0; j < k; j++) out[i * m + j] = s[i * k + j]!;
  let a = offset;
  for (let i = 0; i < k; i++) {
    for (let j = 0; j <= i; j++, a++) {
      let b = offset;
      for (let r = 0; r < k; r++) {
        for (let c = 0; c <= r; c++, b++) {
          out[a * m + b] = s[i * k + r]! * s[j * k + c]! + s[i * k + c]! * s[j * k + r]!;
        }
      }
    }
  }
  return out;
}

function correlationResiduals({ k, moments, sigma, mu, meanStructure }: GroupState): Float64Array {
  const s = moments.covariance;
  const scaled = (matrix: Float64Array): Float64Array =>
    matrix.map((value, i) => {
      const [row, column] = [Math.floor(i / k), i % k];
      return value / Math.sqrt(matrix[row * k + row]! * matrix[column * k + column]!);
    });
  const [observed, implied] = [scaled(s), scaled(sigma)];
  const mean = moments.mean?.map((value, i) => (value - mu[i]!) / Math.sqrt(s[i * k + i]!));
  return momentVector(
    observed.map((value, i) => value - implied[i]!),
    meanStructure ? mean : undefined,
    k,
  );
}

function unstack(vector: Float64Array, k: number, withMeans: boolean) {
  const covariance = Array.from({ length: k }, () => Array.from({ length: k }, () => 0));
  let a = withMeans ? k : 0;
  for (let i = 0; i < k; i++) {
    for (let j = 0; j <= i; j++, a++) {
      covariance[i]![j] = vector[a]!;
      covariance[j]![i] = vector[a]!;
    }
  }
  return { covariance, ...(withMeans && { mean: Array.from(vector.subarray(0, k)) }) };
}
