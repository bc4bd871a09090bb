import type { Entry } from "../../../model/model.ts";
import { topologicalOrder } from "../../../model/topology.ts";
import type { TracedForm } from "./conditionalForm.ts";
import {
  countNegative,
  invertSymmetric,
  logDeterminant,
  type Matrix,
  multiply,
  multiplyToSymmetric,
  symmetric,
  trace,
  transpose,
  zeros,
} from "./matrices.ts";
import type { EntryDerivatives, StructureScalars } from "./structureScalars.ts";
import type { Scalar } from "./tape.ts";

/**
 * Maximum likelihood through Σ itself (DESIGN, "Forward and backward"): applies to every structure.
 *
 *     A = Λ(I − B)⁻¹,  X = ΨA,  Σ = AᵀX,  W = Σ⁻¹,  d = m − μ,  G = W − W(S + dᵀd)W,  R = X G (I − B)⁻ᵀ,  t = (I − B)⁻¹Wdᵀ
 *     F = ln|Σ| + tr((S + dᵀd)W),   ∂F/∂Λ = 2R,  ∂F/∂B = 2AᵀR − 2μᵀtᵀ,  ∂F/∂Ψ = AGAᵀ,  ∂F/∂α = −2tᵀ
 */
export function traceCovarianceForm(s: StructureScalars): TracedForm {
  const { tape, p, q, observed } = s;
  const k = observed.length;
  const totalEffects = s.loadings.map((row) => propagate(s, row));
  const cross = multiply(tape, s.covariances, totalEffects, p);
  const onObserved = (rows: Matrix): Matrix => rows.map((row) => observed.map((variable) => row[variable]!));
  const effects = onObserved(totalEffects);
  const sigma = multiplyToSymmetric(tape, transpose(effects, k), onObserved(cross));
  const { inverse, pivots } = invertSymmetric(tape, sigma);
  const mean = s.intercepts && propagate(s, s.intercepts);
  const deviation = mean && observed.map((variable, i) => tape.subtract(s.sampleMean![i]!, mean[variable]!));
  const target = deviation
    ? symmetric(tape, k, (i, j) => tape.add(s.sample[i]![j]!, tape.multiply(deviation[i]!, deviation[j]!)))
    : s.sample;
  const half = multiply(tape, target, inverse, k);
  const sandwich = multiplyToSymmetric(tape, inverse, half);
  const adjoint = symmetric(tape, k, (i, j) => tape.subtract(inverse[i]![j]!, sandwich[i]![j]!));
  const carried = multiply(tape, onObserved(cross), adjoint, k).map((row) => backpropagate(s, row));
  const meanStep = deviation && backpropagate(s, multiply(tape, [deviation], inverse, k)[0]!);
  const sourceGradient = multiply(tape, multiply(tape, effects, adjoint, k), transpose(effects, k), q);
  return {
    value: tape.add(logDeterminant(tape, pivots), trace(tape, half)),
    defect: countNegative(tape, pivots),
    pivots,
    derivatives: entryDerivatives(s, { totalEffects, carried, sourceGradient, mean, meanStep }),
  };
}

interface Products {
  readonly totalEffects: Matrix;
  /** R. */
  readonly carried: Matrix;
  readonly sourceGradient: Matrix;
  readonly mean: Scalar[] | undefined;
  /** t. */
  readonly meanStep: Scalar[] | undefined;
}

function entryDerivatives(s: StructureScalars, products: Products): EntryDerivatives {
  const { tape, p } = s;
  const two = tape.constant(2);
  const pathProduct = multiply(tape, transpose(products.totalEffects, p), products.carried, p);
  const pathGradient = (row: number, column: number): Scalar => {
    const product = pathProduct[row]![column]!;
    if (!products.mean || !products.meanStep) return product;
    return tape.subtract(product, tape.multiply(products.mean[row]!, products.meanStep[column]!));
  };
  return {
    loading: ({ row, column }: Entry) => tape.multiply(two, products.carried[row]![column]!),
    path: ({ row, column }: Entry) => tape.multiply(two, pathGradient(row, column)),
    covariance: ({ row, column }: Entry) =>
      tape.multiply(row === column ? tape.one : two, products.sourceGradient[row]![column]!),
    intercept: ({ column }: Entry) => tape.multiply(tape.constant(-2), products.meanStep![column]!),
  };
}

/** row (I − B)⁻¹: row[c] += Σ_a B_ac row[a], causes first. */
export function propagate({ tape, structure, paths }: StructureScalars, row: readonly Scalar[]): Scalar[] {
  const out = row.slice();
  const order = topologicalOrder(structure);
  for (const child of order) {
    for (const cause of order) {
      if (paths[cause]![child] === tape.zero) continue;
      out[child] = tape.add(out[child]!, tape.multiply(paths[cause]![child]!, out[cause]!));
    }
  }
  return out;
}

/** Spreads values on the observed variables to all, then row (I − B)⁻ᵀ: row[a] += Σ_c B_ac row[c], effects first. */
function backpropagate(s: StructureScalars, onObserved: readonly Scalar[]): Scalar[] {
  const { tape, structure, paths, p } = s;
  const out = zeros(tape, 1, p)[0]!;
  s.observed.forEach((variable, i) => (out[variable] = onObserved[i]!));
  for (const child of topologicalOrder(structure).reverse()) {
    for (let cause = 0; cause < p; cause++) {
      if (paths[cause]![child] === tape.zero) continue;
      out[cause] = tape.add(out[cause]!, tape.multiply(paths[cause]![child]!, out[child]!));
    }
  }
  return out;
}
