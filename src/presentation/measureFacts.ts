import { formatPlain } from "./numbers.ts";

/** Measures in the order of the summary, with the words that lavaan uses; those that a result lacks are left out. */
const MEASURES: readonly (readonly [name: string, words: string])[] = [
  ["chisq", "Test statistic (chi-square)"],
  ["df", "Degrees of freedom"],
  ["pvalue", "P-value (chi-square)"],
  ["chisq.scaling.factor", "Scaling correction factor"],
  ["cfi", "Comparative fit index (CFI)"],
  ["tli", "Tucker-Lewis index (TLI)"],
  ["rmsea", "RMSEA"],
  ["rmsea.ci.lower", "  90 % interval, lower"],
  ["rmsea.ci.upper", "  90 % interval, upper"],
  ["srmr", "SRMR"],
  ["aic", "Akaike (AIC)"],
  ["bic", "Bayesian (BIC)"],
];

/** Words and value of each measure; scaled and robust versions, where there are any, stand in brackets behind it. */
export function measureFacts(measures: Readonly<Record<string, number>>, digits: number): [string, string][] {
  const show = (name: string): string | undefined => {
    const value = measures[name];
    if (value === undefined || !Number.isFinite(value)) return undefined;
    return formatPlain(value, name.startsWith("df") && Number.isInteger(value) ? 0 : digits);
  };
  return MEASURES.flatMap(([name, words]): [string, string][] => {
    const value = show(name);
    if (value === undefined) return [];
    const [scaled, robust] = [show(`${name}.scaled`), show(`${name}.robust`)];
    const versions = [
      ...(scaled === undefined ? [] : [`scaled ${scaled}`]),
      ...(robust === undefined ? [] : [`robust ${robust}`]),
    ];
    return [[words, versions.length > 0 ? `${value} (${versions.join(", ")})` : value]];
  });
}
