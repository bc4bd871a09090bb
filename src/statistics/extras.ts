import { OptionError } from "../errors.ts";
import type { Fitted } from "./fitted.ts";
import { factorScores, type ScoreMethod } from "./factorScores.ts";
import { modificationIndices } from "./modificationIndices.ts";
import { residuals } from "./residuals.ts";
import type { FitResult, NamedMatrix } from "./result.ts";

/** What is computed only where asked for. */
export interface Extras {
  readonly modificationIndices?: boolean | undefined;
  readonly residuals?: boolean | undefined;
  readonly factorScores?: ScoreMethod | undefined;
}

/** The part of a result that holds them. */
export type ExtraResults = Pick<FitResult, "modificationIndices" | "residuals" | "factorScores">;

/** Throws OptionError where factor scores are asked for and there are no cases. */
export async function extraResults(fitted: Fitted, asked: Extras): Promise<ExtraResults> {
  return {
    ...(asked.modificationIndices && { modificationIndices: await modificationIndices(fitted) }),
    ...(asked.residuals && { residuals: residuals(fitted) }),
    ...(asked.factorScores && { factorScores: scoresOfCases(fitted, asked.factorScores) }),
  };
}

function scoresOfCases(fitted: Fitted, method: ScoreMethod): NamedMatrix[] {
  const { cases } = fitted;
  if (!cases) {
    throw new OptionError(
      "Factor scores need the cases.",
      "Give raw data instead of a covariance matrix, or do not ask for scores.",
    );
  }
  return cases.map((table, g) => factorScores(fitted, g, table, method));
}
