import {
  formatNumber,
  formatPlain,
  statedProbability,
  withMinus,
} from "../../../../src/presentation/numbers.ts";

export interface ExplainedMeasure {
  readonly title: string;
  readonly value: string;
  /** By the customary cut-offs; "none" where there are none. */
  readonly verdict: "good" | "fair" | "poor" | "none";
  readonly words: string;
}

type Measures = Readonly<Record<string, number>>;

/** The version of a measure that the estimator stands for: robust or scaled where there is one. */
function best(measures: Measures, key: string): { readonly value: number; readonly key: string } {
  const version = ["robust", "scaled"].find((each) => Number.isFinite(measures[`${key}.${each}`]));
  const found = version === undefined ? key : `${key}.${version}`;
  return { value: measures[found] ?? NaN, key: found };
}

/** In the title, so that nobody takes a corrected value for the plain one. */
function versionOf(key: string): string {
  return /\.(?:robust|scaled)$/.exec(key)?.[0].replace(".", ", ") ?? "";
}

/** Cut-offs of Hu & Bentler (1999, doi:10.1080/10705519909540118) and, for RMSEA, Browne & Cudeck (1992). */
export function explainMeasures(m: Measures): ExplainedMeasure[] {
  const all = [exactFit(m), rmsea(m), comparative(m), srmr(m), information(m)];
  return all.filter((measure): measure is ExplainedMeasure => measure !== undefined);
}

function exactFit(m: Measures): ExplainedMeasure | undefined {
  const [{ value: chisq, key }, { value: df }, { value: p }] = [
    best(m, "chisq"),
    best(m, "df"),
    best(m, "pvalue"),
  ];
  if (!Number.isFinite(chisq) || !Number.isFinite(df)) return undefined;
  if (df <= 0) {
    return {
      title: "χ² test",
      value: formatNumber(chisq, 2),
      verdict: "none",
      words:
        "The model has as many parameters as there are moments: it fits any data, so there is nothing to test.",
    };
  }
  return {
    title: `χ² test of exact fit${versionOf(key)}`,
    value: `${formatNumber(chisq, 2)} on ${Number(df.toFixed(2))} df, ${statedProbability(p)}`,
    verdict: p >= 0.05 ? "good" : p >= 0.01 ? "fair" : "poor",
    words:
      p >= 0.05
        ? "The data do not contradict the model: differences this large are common by chance."
        : "The data differ from the model by more than chance explains. In large samples small misfits suffice for that.",
  };
}

function rmsea(m: Measures): ExplainedMeasure | undefined {
  const { value, key } = best(m, "rmsea");
  if (!Number.isFinite(value)) return undefined;
  const [{ value: lower }, { value: upper }] = [best(m, "rmsea.ci.lower"), best(m, "rmsea.ci.upper")];
  const level = Math.round(100 * (m["rmsea.ci.level"] ?? 0.9));
  const interval = Number.isFinite(lower)
    ? ` (${level} % interval ${formatPlain(lower, 3)} to ${formatPlain(upper, 3)})`
    : "";
  return {
    title: `RMSEA${versionOf(key)}`,
    value: formatPlain(value, 3) + interval,
    verdict: value <= 0.05 ? "good" : value <= 0.08 ? "fair" : "poor",
    words: "Misfit for each degree of freedom. Up to 0.05 is called close, up to 0.08 acceptable.",
  };
}

function comparative(m: Measures): ExplainedMeasure | undefined {
  const [{ value: cfi, key }, { value: tli }] = [best(m, "cfi"), best(m, "tli")];
  if (!Number.isFinite(cfi)) return undefined;
  return {
    title: `CFI and TLI${versionOf(key)}`,
    value: `${formatPlain(cfi, 3)} and ${formatPlain(tli, 3)}`,
    verdict: cfi >= 0.95 ? "good" : cfi >= 0.9 ? "fair" : "poor",
    words:
      "How far the model gets from “no variable is related to any other” (0) to a perfect fit (1). 0.95 and more is called good.",
  };
}

function srmr({ srmr: value }: Measures): ExplainedMeasure | undefined {
  if (value === undefined || !Number.isFinite(value)) return undefined;
  return {
    title: "SRMR",
    value: formatPlain(value, 3),
    verdict: value <= 0.06 ? "good" : value <= 0.08 ? "fair" : "poor",
    words:
      "The typical difference between an observed correlation and the model's. Up to 0.08 is called good.",
  };
}

function information({ aic, bic, logl }: Measures): ExplainedMeasure | undefined {
  if (aic === undefined || !Number.isFinite(aic)) return undefined;
  return {
    title: "AIC and BIC",
    value: `${formatPlain(aic, 1)} and ${formatPlain(bic ?? NaN, 1)}`,
    verdict: "none",
    words: `For comparing models of the same data: the smaller one explains more for its number of parameters. Log-likelihood ${withMinus(formatNumber(logl ?? NaN, 3))}.`,
  };
}
