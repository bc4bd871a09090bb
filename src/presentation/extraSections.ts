import type { FitResult } from "../statistics/result.ts";
import { alignColumns, type TableRow } from "./columns.ts";
import { formatNumber, formatPlain } from "./numbers.ts";

/** The sections that follow the parameters: R², and what was asked for besides. Factor scores are for JSON only. */
export function extraSections(result: FitResult, digits: number): string[] {
  return [
    ...rSquared(result, digits),
    ...standardizedBootstrap(result, digits),
    ...modificationIndices(result, digits),
    ...residualCorrelations(result, digits),
  ];
}

/** ` [label]` of a group (1-based) where there are several. */
function groupSuffix({ groups = [] }: FitResult, group: number): string {
  return groups.length > 1 ? ` [${groups[group - 1]}]` : "";
}

function rSquared(result: FitResult, digits: number): string[] {
  return (result.rSquared ?? []).flatMap(({ names, values }, index) => {
    if (names.length === 0) return [];
    const rows = names.map((name, i) => [`    ${name}`, formatPlain(values[i]!, digits)]);
    const head = [`R-Square${groupSuffix(result, index + 1)}:`, "Estimate"];
    return [""].concat(alignColumns([head, ...rows]));
  });
}

/** What is standardised at a fixed value (a scale, a covariate) does not vary and is left out. */
function standardizedBootstrap(result: FitResult, digits: number): string[] {
  const { bootstrap, parameters } = result;
  if (bootstrap?.standardized === undefined) return [];
  const rows = parameters.flatMap(({ lhs, op, rhs, group, standardized }, index) => {
    const { standardError, ciLower, ciUpper } = bootstrap.standardized![index]!;
    if (!(standardError > 0) || !Number.isFinite(standardized)) return [];
    const name = `    ${lhs} ${op} ${rhs}${groupSuffix(result, group)}`;
    return [
      [name, ...[standardized, standardError, ciLower, ciUpper].map((value) => formatNumber(value, digits))],
    ];
  });
  const head = ["Standardized:", "Std.all", "Boot.SE", "boot.lower", "boot.upper"];
  return [""].concat(alignColumns([head, ...rows]));
}

/** Largest first: the reader looks for what would help most. */
function modificationIndices(result: FitResult, digits: number): string[] {
  const { modificationIndices: indices } = result;
  if (indices === undefined) return [];
  const rows = indices
    .filter(({ mi }) => Number.isFinite(mi))
    .toSorted((a, b) => b.mi - a.mi)
    .map(({ lhs, op, rhs, group, mi, epc, sepcAll }) => [
      `    ${lhs} ${op} ${rhs}${groupSuffix(result, group)}`,
      formatPlain(mi, digits),
      formatNumber(epc, digits),
      formatNumber(sepcAll, digits),
    ]);
  return [""].concat(alignColumns([["Modification Indices:", "mi", "epc", "sepc.all"], ...rows]));
}

function residualCorrelations(result: FitResult, digits: number): string[] {
  return (result.residuals ?? []).flatMap(({ names, correlation }, index) => {
    const rows: TableRow[] = names.map((name, i) => [
      `    ${name}`,
      ...correlation.covariance[i]!.slice(0, i + 1).map((value) => formatPlain(value, digits)),
    ]);
    const head = [`Residual Correlations${groupSuffix(result, index + 1)}:`, ...names];
    return [""].concat(alignColumns([head, ...rows]));
  });
}
