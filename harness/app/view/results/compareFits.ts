import { SemnanError } from "../../../../src/errors.ts";
import { formatNumber, statedProbability } from "../../../../src/presentation/numbers.ts";
import { compareNested } from "../../../../src/statistics/nestedTests.ts";
import type { FinishedFit } from "../../state/appState.ts";
import { parameterName } from "../parameterName.ts";

/** A number of two fits; NaN where one of them lacks it. */
export interface Pair {
  readonly name: string;
  readonly here: number;
  readonly there: number;
}

export interface Comparison {
  readonly isSameData: boolean;
  readonly measures: readonly Pair[];
  readonly parameters: readonly Pair[];
  /** The likelihood-ratio test in words, where it may be one. */
  readonly test: string | undefined;
}

const MEASURES: readonly (readonly [key: string, words: string])[] = [
  ["chisq", "χ²"],
  ["df", "degrees of freedom"],
  ["pvalue", "p of χ²"],
  ["cfi", "CFI"],
  ["tli", "TLI"],
  ["rmsea", "RMSEA"],
  ["srmr", "SRMR"],
  ["logl", "log-likelihood"],
  ["aic", "AIC"],
  ["bic", "BIC"],
];

/** Two fits side by side, parameters matched by what they stand for. */
export function compareFits(here: FinishedFit, there: FinishedFit): Comparison {
  const [mine, theirs] = [here.result, there.result];
  const isSameData = here.inputs.data?.text === there.inputs.data?.text;
  const shared = MEASURES.filter(([key]) => key in mine.fitMeasures || key in theirs.fitMeasures);
  const others = new Map(theirs.parameters.map((row) => [parameterName(row), row.estimate]));
  const own = new Map(mine.parameters.map((row) => [parameterName(row), row.estimate]));
  const names = [...new Set([...own.keys(), ...others.keys()])];
  return {
    isSameData,
    measures: shared.map(([key, name]) => ({
      name,
      here: mine.fitMeasures[key] ?? NaN,
      there: theirs.fitMeasures[key] ?? NaN,
    })),
    parameters: names.map((name) => ({ name, here: own.get(name) ?? NaN, there: others.get(name) ?? NaN })),
    test: isSameData ? ratioTest(here, there) : undefined,
  };
}

/** χ² of the difference, for models of which one is a special case of the other; that is for the reader to know. */
function ratioTest(here: FinishedFit, there: FinishedFit): string | undefined {
  try {
    const { chisqDifference, dfDifference, pValue } = compareNested([here.result, there.result])[1]!;
    if (!(dfDifference > 0) || !(chisqDifference >= 0)) return undefined;
    const difference = `Δχ² = ${formatNumber(chisqDifference, 2)} on ${dfDifference} df`;
    return `If the smaller model is a special case of the larger one: ${difference}, ${statedProbability(pValue)}.`;
  } catch (error) {
    if (error instanceof SemnanError) return undefined;
    throw error;
  }
}
