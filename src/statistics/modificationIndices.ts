import { quadraticValue } from "../fit/informationAlgebra.ts";
import { type CandidateDirection, createDirections } from "./candidateDirections.ts";
import { groupGradients } from "./discrepancyValue.ts";
import type { Fitted } from "./fitted.ts";
import { unitInformation } from "./information.ts";
import { invertUnit } from "./invertUnit.ts";
import { type Candidate, modificationCandidates } from "./modificationCandidates.ts";
import { rowValues } from "./parameterTable.ts";
import type { ModificationIndex } from "./result.ts";
import { type Standardization, standardizationFactor, standardizationScales } from "./standardize.ts";

/** An efficient variance below this (lavaan's threshold) says that freeing the parameter changes nothing. */
const LEAST_VARIANCE = Number.EPSILON ** (1 / 3);

/** lavaan gives no standardised change of a variance that is this near 0. */
const NO_VARIANCE = Math.sqrt(Number.EPSILON);

/**
 * Modification indices, the score tests of fixing each candidate c where it is (Sörbom 1989), in lavaan's order:
 *
 *     v_c = I_cc − I_cθ I_θθ⁻¹ I_θc,   MI = N s_c² / v_c,   EPC = s_c / v_c
 *
 * with s the unit score −½ ∂F/∂c and I the expected unit information; expected parameter changes also standardised.
 * Candidates that cannot be freed (v_c = 0) are left out; the list is empty where the model is not identified.
 */
export async function modificationIndices(fitted: Fitted): Promise<ModificationIndex[]> {
  const { problem, theta, states, observations } = fitted;
  const { model } = problem;
  const inverse = invertUnit(fitted, await unitInformation(fitted, "expected"));
  if (!inverse) return [];
  const gradients = groupGradients(fitted);
  const directions = states.map((_, g) => createDirections(fitted, g, gradients[g]!));
  const scales = states.map((state, g) => standardizationScales(model, g, state, theta));
  const values = rowValues(problem, theta, undefined);
  const estimates = new Map(model.rows.map((row, i) => [rowKey(row), values[i]!.estimate]));
  return modificationCandidates(model).flatMap((candidate): ModificationIndex[] => {
    const { score, own, cross }: CandidateDirection = directions[candidate.group - 1]!(candidate);
    const variance = own - quadraticValue(inverse, cross);
    if (!(variance >= LEAST_VARIANCE)) return [];
    const epc = score / variance;
    const isVariance = candidate.op === "~~" && candidate.lhs === candidate.rhs;
    // lavaan standardises a variance at its estimate: its residual correlations need it.
    const size = isVariance ? (estimates.get(rowKey(candidate)) ?? 0) : Math.abs(epc);
    const standardized = (kind: Standardization): number => {
      if (isVariance && size < NO_VARIANCE) return 0;
      const factor = standardizationFactor(scales[candidate.group - 1]!, candidate, kind);
      const value = Math.sign(epc) * size * factor;
      return Number.isFinite(value) ? value : NaN;
    };
    const { lhs, op, rhs, group } = candidate;
    return [
      {
        lhs,
        op,
        rhs,
        group,
        mi: (observations * score * score) / variance,
        epc,
        sepcLatent: standardized("latent"),
        sepcAll: standardized("all"),
        sepcAllButCovariates: standardized("allButCovariates"),
      },
    ];
  });
}

function rowKey({ lhs, op, rhs, group }: Candidate): string {
  return JSON.stringify([lhs, op, rhs, group]);
}
