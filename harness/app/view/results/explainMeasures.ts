import { formatNumber, formatPlain } from "../../../../src/presentation/numbers.ts";

export interface ExplainedMeasure {
  readonly title: string;
  readonly value: string;
  /** By the customary cut-offs; "none" where there are none. */
  readonly verdict: "good" | "fair" | "poor" | "none";
  readonly words: string;
  /** The measures that this one shows. */
  readonly keys: readonly string[];
}

type Measures = Readonly<Record<string, number>>;

/** Cut-offs of Hu & Bentler (1999, doi:10.1080/10705519909540118) and, for RMSEA, Browne & Cudeck (1992). */
export function explainMeasures(m: Measures): ExplainedMeasure[] {
  const all = [exactFit(m), rmsea(m), comparative(m), srmr(m), information(m)];
  return all.filter((measure): measure is ExplainedMeasure => measure !== undefined);
}

function exactFit({ chisq, df, pvalue }: Measures): ExplainedMeasure | undefined {
  if (chisq === undefined || df === undefined || !Number.isFinite(chisq)) return undefined;
  if (df <= 0) {
    return {
      title: "χ² test",
      value: formatNumber(chisq, 2),
      verdict: "none",
      words:
        "The model has as many parameters as there are moments: it fits any data, so there is nothing to test.",
      keys: ["chisq", "df", "pvalue"],
    };
  }
  const p = pvalue ?? NaN;
  return {
    title: "χ² test of exact fit",
    value: `${formatNumber(chisq, 2)} on ${df} df, p = ${formatPlain(p, 3)}`,
    verdict: p >= 0.05 ? "good" : p >= 0.01 ? "fair" : "poor",
    words:
      p >= 0.05
        ? "The data do not contradict the model: differences this large are common by chance."
        : "The data differ from the model by more than chance explains. In large samples small misfits suffice for that.",
    keys: ["chisq", "df", "pvalue"],
  };
}

function rmsea({ rmsea: value, rmseaCiLower, rmseaCiUpper }: Measures): ExplainedMeasure | undefined {
  if (value === undefined || !Number.isFinite(value)) return undefined;
  const interval =
    rmseaCiLower !== undefined && Number.isFinite(rmseaCiLower)
      ? ` (90 % interval ${formatNumber(rmseaCiLower, 3)} to ${formatNumber(rmseaCiUpper ?? NaN, 3)})`
      : "";
  return {
    title: "RMSEA",
    value: formatNumber(value, 3) + interval,
    verdict: value <= 0.05 ? "good" : value <= 0.08 ? "fair" : "poor",
    words: "Misfit for each degree of freedom. Up to 0.05 is called close, up to 0.08 acceptable.",
    keys: ["rmsea", "rmseaCiLower", "rmseaCiUpper"],
  };
}

function comparative({ cfi, tli }: Measures): ExplainedMeasure | undefined {
  if (cfi === undefined || !Number.isFinite(cfi)) return undefined;
  return {
    title: "CFI and TLI",
    value: `${formatNumber(cfi, 3)} and ${formatNumber(tli ?? NaN, 3)}`,
    verdict: cfi >= 0.95 ? "good" : cfi >= 0.9 ? "fair" : "poor",
    words:
      "How far the model gets from “no variable is related to any other” (0) to a perfect fit (1). 0.95 and more is called good.",
    keys: ["cfi", "tli"],
  };
}

function srmr({ srmr: value }: Measures): ExplainedMeasure | undefined {
  if (value === undefined || !Number.isFinite(value)) return undefined;
  return {
    title: "SRMR",
    value: formatNumber(value, 3),
    verdict: value <= 0.06 ? "good" : value <= 0.08 ? "fair" : "poor",
    words:
      "The typical difference between an observed correlation and the model's. Up to 0.08 is called good.",
    keys: ["srmr"],
  };
}

function information({ aic, bic, logl }: Measures): ExplainedMeasure | undefined {
  if (aic === undefined || !Number.isFinite(aic)) return undefined;
  return {
    title: "AIC and BIC",
    value: `${formatPlain(aic, 1)} and ${formatPlain(bic ?? NaN, 1)}`,
    verdict: "none",
    words: `For comparing models of the same data: the smaller one explains more for its number of parameters. Log-likelihood ${formatNumber(logl ?? NaN, 3)}.`,
    keys: ["aic", "bic", "logl"],
  };
}
