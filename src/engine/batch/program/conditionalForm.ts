import { type Entry, FIXED, type Structure } from "../../../model/model.ts";
import {
  countNegative,
  dot,
  identity,
  invertSymmetric,
  logDeterminant,
  type Matrix,
  multiply,
  multiplyToSymmetric,
  subtract,
  symmetric,
  trace,
  transpose,
  zeros,
} from "./matrices.ts";
import type { EntryDerivatives, StructureScalars } from "./structureScalars.ts";
import { propagate } from "./covarianceForm.ts";
import type { Scalar } from "./tape.ts";

/** What a form contributes to a program: F without the terms of S alone, its domain and its derivatives. */
export interface TracedForm {
  /** ln|Σ| + tr(SΣ⁻¹) + d Σ⁻¹ dᵀ. */
  readonly value: Scalar;
  /** Zero where Σ is positive definite, another number (or NaN) elsewhere. */
  readonly defect: Scalar;
  /** What is divided by: pivots of Ω, or of Σ. */
  readonly pivots: readonly Scalar[];
  readonly derivatives: EntryDerivatives;
}

/**
 * Maximum likelihood with the unobserved variables integrated out by conditioning.
 *
 * Let z be all variables, C = I − B, Ω = ΛᵀΨΛ. Their precision K = C Ω⁻¹ Cᵀ is sparse, and Σ on the observed ones
 * has ln|Σ| = ln|Ω| + ln|K_hh|. By Fisher's identity the gradient of F is that of the complete data, whose moments
 * are replaced by their expectation given the sample (β = −K_hh⁻¹K_ho regresses the unobserved h on the observed):
 *
 *     Z_oo = S,  Z_ho = βS,  Z_hh = K_hh⁻¹ + βSβᵀ,   m_h = μ_h + β(m − μ_o),   r = m_z C − α
 *     M = CᵀZC + rᵀr,   F = ln|Ω| + ln|K_hh| + tr(Ω⁻¹M) − |h|
 *     ∂F/∂Ω = Ω⁻¹ − Ω⁻¹MΩ⁻¹ =: D,   ∂F/∂B = −2 (ZC + m_zᵀr) Ω⁻¹,   ∂F/∂α = −2 r Ω⁻¹,   ∂F/∂Λ = 2ΨΛD,   ∂F/∂Ψ = ΛDΛᵀ
 *
 * With nothing unobserved this is the district form (DESIGN). It needs no k×k factorisation: Ω is block-diagonal by
 * district, K_hh has one row per latent. Σ is positive definite iff Ω and K_hh have equally many negative pivots.
 * (Dempster, Laird and Rubin 1977, doi:10.1111/j.2517-6161.1977.tb01600.x; Louis 1982, doi:10.1111/j.2517-6161.1982.tb01203.x.)
 */
export function traceConditionalForm(s: StructureScalars): TracedForm {
  const { tape, p } = s;
  const crossLoadings = multiply(tape, s.covariances, s.loadings, p);
  const omega = multiplyToSymmetric(tape, transpose(s.loadings, p), crossLoadings);
  const { inverse: precision, pivots } = invertSymmetric(tape, omega);
  const coefficients = subtract(tape, identity(tape, p), s.paths);
  const completed = completeMoments(s, coefficients, precision);
  const product = multiply(tape, completed.moments, coefficients, p);
  const residual = residualMean(s, completed.mean, coefficients);
  const withMean = (matrix: Matrix, left: readonly Scalar[] | undefined): Matrix =>
    residual && left
      ? matrix.map((row, i) => row.map((value, j) => tape.add(value, tape.multiply(left[i]!, residual[j]!))))
      : matrix;
  const scatter = withMean(multiplyToSymmetric(tape, transpose(coefficients, p), product), residual);
  const half = multiply(tape, scatter, precision, p);
  const omegaGradient = subtract(tape, precision, multiplyToSymmetric(tape, precision, half));
  const allPivots = [...pivots, ...completed.pivots];
  const value = tape.add(
    tape.subtract(trace(tape, half), tape.constant(s.unobserved.length)),
    logDeterminant(tape, allPivots),
  );
  return {
    value,
    defect: tape.subtract(countNegative(tape, pivots), countNegative(tape, completed.pivots)),
    pivots,
    derivatives: entryDerivatives(s, {
      crossLoadings,
      omegaGradient,
      pathProduct: multiply(tape, withMean(product, completed.mean), precision, p),
      meanProduct: residual && multiply(tape, [residual], precision, p)[0]!,
    }),
  };
}

/** Whether every variable has an error of its own whose variance is not fixed to zero, so that Ω can be inverted. */
export function conditionalFormApplies(structure: Structure): boolean {
  const hasVariance = new Set(
    structure.covariances
      .filter(({ row, column, parameter, value }) => row === column && (parameter !== FIXED || value !== 0))
      .map(({ row }) => row),
  );
  const hasError = new Set(
    structure.loadings
      .filter(({ row, parameter, value }) => hasVariance.has(row) && (parameter !== FIXED || value !== 0))
      .map(({ column }) => column),
  );
  return hasError.size === structure.variables.length;
}

interface CompletedMoments {
  /** Z and m_z. */
  readonly moments: Matrix;
  readonly mean: Scalar[] | undefined;
  /** Pivots of K_hh. */
  readonly pivots: readonly Scalar[];
}

function completeMoments(s: StructureScalars, coefficients: Matrix, precision: Matrix): CompletedMoments {
  const { tape, p, observed, unobserved } = s;
  const k = observed.length;
  const rows = unobserved.map((variable) => coefficients[variable]!);
  const half = multiply(tape, rows, precision, p);
  const select = (variables: readonly number[]): Matrix =>
    transpose(
      variables.map((variable) => coefficients[variable]!),
      p,
    );
  const own = multiplyToSymmetric(tape, half, select(unobserved));
  const cross = multiply(tape, half, select(observed), k);
  const { inverse: conditional, pivots } = invertSymmetric(tape, own);
  // K_ho is sparse and K_hh⁻¹ is not, so K_ho is multiplied first.
  const negated = conditional.map((row) => row.map((x) => tape.negate(x)));
  const regressed = multiply(tape, negated, multiply(tape, cross, s.sample, k), k);
  const moments = zeros(tape, p, p);
  observed.forEach((a, i) => observed.forEach((b, j) => (moments[a]![b] = s.sample[i]![j]!)));
  unobserved.forEach((a, i) => {
    observed.forEach((b, j) => (moments[a]![b] = moments[b]![a] = regressed[i]![j]!));
  });
  const spread = multiply(tape, regressed, transpose(cross, k), unobserved.length);
  const explained = multiplyToSymmetric(tape, spread, negated);
  const completed = symmetric(tape, unobserved.length, (i, j) =>
    tape.add(conditional[i]![j]!, explained[i]![j]!),
  );
  unobserved.forEach((a, i) => unobserved.forEach((b, j) => (moments[a]![b] = completed[i]![j]!)));
  return { moments, mean: completeMean(s, negated, cross), pivots };
}

/** m_z: the sample's means, and for the unobserved their expectation μ_h − K_hh⁻¹ (K_ho (m − μ_o)). */
function completeMean(s: StructureScalars, negated: Matrix, cross: Matrix): Scalar[] | undefined {
  const { tape, observed, unobserved, intercepts, sampleMean } = s;
  if (!intercepts || !sampleMean) return undefined;
  const mean = propagate(s, intercepts);
  const deviation = observed.map((variable, i) => tape.subtract(sampleMean[i]!, mean[variable]!));
  const seen = cross.map((row) => dot(tape, row, deviation));
  const completed = mean.slice();
  observed.forEach((variable, i) => (completed[variable] = sampleMean[i]!));
  unobserved.forEach((variable, i) => {
    completed[variable] = tape.add(mean[variable]!, dot(tape, negated[i]!, seen));
  });
  return completed;
}

/** r = m_z C − α. */
function residualMean(
  { tape, p, intercepts }: StructureScalars,
  mean: readonly Scalar[] | undefined,
  coefficients: Matrix,
): Scalar[] | undefined {
  if (!mean || !intercepts) return undefined;
  const [product] = multiply(tape, [mean.slice()], coefficients, p);
  return product!.map((value, c) => tape.subtract(value, intercepts[c]!));
}

interface Products {
  readonly crossLoadings: Matrix;
  readonly omegaGradient: Matrix;
  readonly pathProduct: Matrix;
  readonly meanProduct: Scalar[] | undefined;
}

function entryDerivatives(s: StructureScalars, products: Products): EntryDerivatives {
  const { tape, p, q } = s;
  const { omegaGradient, pathProduct, meanProduct } = products;
  const loadingGradient = multiply(tape, products.crossLoadings, omegaGradient, p);
  const left = multiply(tape, s.loadings, omegaGradient, p);
  const sourceGradient = multiply(tape, left, transpose(s.loadings, p), q);
  const two = tape.constant(2);
  return {
    loading: ({ row, column }: Entry) => tape.multiply(two, loadingGradient[row]![column]!),
    path: ({ row, column }: Entry) => tape.multiply(tape.constant(-2), pathProduct[row]![column]!),
    covariance: ({ row, column }: Entry) =>
      tape.multiply(row === column ? tape.one : two, sourceGradient[row]![column]!),
    intercept: ({ column }: Entry) => tape.multiply(tape.constant(-2), meanProduct![column]!),
  };
}
