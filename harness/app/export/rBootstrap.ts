import type { BootstrapSummary } from "../../../src/statistics/result.ts";

/** lavaan's names of our intervals. It has no acceleration, so BCa becomes its nearest. */
const INTERVALS: Readonly<Record<BootstrapSummary["interval"], string>> = {
  percentile: "perc",
  basic: "basic",
  normal: "norm",
  biasCorrected: "bca.simple",
  bca: "bca.simple",
};

/**
 * The lines of R that repeat a bootstrap of `fit`. `call` makes R's call of lavaan with further options; it must ask for
 * plain ML where the fit's errors are robust, because lavaan bootstraps nothing else. R draws other resamples.
 */
export function bootstrapLines(
  { kind, replicates, seed, interval, level }: BootstrapSummary,
  call: (options: readonly string[]) => string,
): string[] {
  const begin = [
    "",
    "# The bootstrap: other draws than semnan's, of the same distribution.",
    `set.seed(${seed})`,
  ];
  const ofLevel = level === 0.95 ? "" : `, level = ${level}`;
  switch (kind) {
    case "case":
      return [
        ...begin,
        `bootstrapped <- ${call(['se = "bootstrap"', `bootstrap = ${replicates}`])}`,
        ...(interval === "bca"
          ? ["# Corrected for bias, but not accelerated, which lavaan does not offer."]
          : []),
        `print(parameterEstimates(bootstrapped, boot.ci.type = "${INTERVALS[interval]}"${ofLevel}))`,
      ];
    case "bollenStine":
      return [
        ...begin,
        `bootstrapped <- ${call(['test = "bollen.stine"', `bootstrap = ${replicates}`])}`,
        'print(lavInspect(bootstrapped, "test")$bollen.stine$pvalue)',
      ];
    case "parametric":
      return [
        ...begin,
        `replicates <- bootstrapLavaan(fit, R = ${replicates}, type = "parametric")`,
        "print(cbind(",
        "  se = apply(replicates, 2, sd, na.rm = TRUE),",
        `  t(apply(replicates, 2, quantile, c(1 - ${level}, 1 + ${level}) / 2, na.rm = TRUE))`,
        "))",
      ];
  }
}
