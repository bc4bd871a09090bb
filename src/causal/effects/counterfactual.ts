import { ModelError } from "../../errors.ts";
import { cholesky, multiply, quadraticForm, solveCholesky } from "../../engine/cpu/linalg.ts";
import { submatrix } from "../../engine/cpu/submatrix.ts";
import { implied, toDense, variableIndex, type WeightedModel } from "../weighted.ts";
import { intervene, type Intervention } from "./intervene.ts";

/** What a unit would have shown: mean and covariance over all variables, in the order of the structure. */
export interface Counterfactual {
  readonly names: readonly string[];
  readonly mean: Float64Array;
  /** p×p; what the unit's data leave open. */
  readonly covariance: Float64Array;
}

/**
 * Abduction, action, prediction (Pearl 2009, section 7.1) in the linear-Gaussian model. With the unit's data
 * x_D on the variables D, A = Λ(I − B)⁻¹ and A_D its columns,
 *
 *     E[ε | x_D] = (x_D − μ_D) Σ_DD⁻¹ A_Dᵀ Ψ,     Var[ε | x_D] = Ψ − Ψ A_D Σ_DD⁻¹ A_Dᵀ Ψ,
 *
 * then the same ε runs through the model after the interventions. `unit` maps names to values; what it does not
 * name is unknown. Throws ModelError for unknown names, values that are not finite, a random intervention
 * (it has no counterfactual value), or where Σ_DD is singular.
 */
export function counterfactual(
  weighted: WeightedModel,
  unit: Readonly<Record<string, number>>,
  interventions: readonly Intervention[],
): Counterfactual {
  const known = Object.entries(unit).map(([name, value]) => {
    if (Number.isFinite(value)) return { index: variableIndex(weighted.structure, name), value };
    throw new ModelError(`The unit's ${name} is ${value}.`, "Leave out what is not known about the unit.");
  });
  if (interventions.some(({ variance = 0 }) => variance > 0)) {
    throw new ModelError("A counterfactual needs fixed values.", "Give interventions without a variance.");
  }
  const { noiseMean, noiseCovariance } = abduct(weighted, known);
  const changed = intervene(weighted, interventions);
  const after = implied(changed);
  const p = changed.structure.variables.length;
  const q = noiseMean.length;
  const mean = multiply(noiseMean, after.sourceEffects, 1, q, p);
  after.mean.forEach((value, variable) => (mean[variable]! += value));
  const transposed = new Float64Array(p * q);
  for (let l = 0; l < q; l++) {
    for (let c = 0; c < p; c++) transposed[c * q + l] = after.sourceEffects[l * p + c]!;
  }
  return {
    names: changed.structure.variables.map(({ name }) => name),
    mean,
    covariance: quadraticForm(transposed, noiseCovariance, p, q),
  };
}

/** Mean and covariance of ε given the unit's data. */
function abduct(
  weighted: WeightedModel,
  known: readonly { index: number; value: number }[],
): { noiseMean: Float64Array; noiseCovariance: Float64Array } {
  const { covariance, mean, sourceEffects } = implied(weighted);
  const { covariances } = toDense(weighted);
  const p = weighted.structure.variables.length;
  const q = weighted.structure.sources.length;
  const d = known.length;
  const indices = known.map(({ index }) => index);
  const factor = new Float64Array(d * d);
  const logDeterminant = cholesky(submatrix(covariance, p, indices), d, factor);
  if (Number.isNaN(logDeterminant)) {
    throw new ModelError(
      "The covariance of the unit's variables is singular.",
      "Leave out variables that are exact sums of others.",
    );
  }
  // Row l of ΨA_D: covariance of source l with the known variables.
  const cross = multiply(covariances, sourceEffects, q, q, p);
  const noiseMean = new Float64Array(q);
  const noiseCovariance = Float64Array.from(covariances);
  const deviation = Float64Array.from(known, ({ index, value }) => value - mean[index]!);
  solveCholesky(factor, d, deviation);
  for (let l = 0; l < q; l++) {
    const column = Float64Array.from(indices, (index) => cross[l * p + index]!);
    column.forEach((value, i) => (noiseMean[l]! += value * deviation[i]!));
    solveCholesky(factor, d, column);
    for (let m = 0; m < q; m++) {
      let explained = 0;
      indices.forEach((index, i) => (explained += cross[m * p + index]! * column[i]!));
      noiseCovariance[m * q + l]! -= explained;
    }
  }
  return { noiseMean, noiseCovariance };
}
