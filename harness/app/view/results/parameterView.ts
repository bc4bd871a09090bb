import { html, type TemplateResult } from "lit-html";
import { formatNumber, formatPlain } from "../../../../src/presentation/numbers.ts";
import type { ParameterEstimate } from "../../../../src/statistics/result.ts";
import type { FinishedFit } from "../../state/appState.ts";
import { sortableTable, type Column } from "./sortableTable.ts";

const number = (pick: (row: ParameterEstimate) => number | undefined, digits = 3) => ({
  value: (row: ParameterEstimate): number => pick(row) ?? NaN,
  text: (row: ParameterEstimate): string => formatNumber(pick(row) ?? NaN, digits),
});
/** Fixed parameters have no uncertainty to show. */
const uncertain = (pick: (row: ParameterEstimate) => number | undefined) =>
  number((row) => (row.free || row.op === ":=" ? pick(row) : NaN));

const COLUMNS: readonly Column<ParameterEstimate>[] = [
  { head: "Left", value: ({ lhs }) => lhs },
  { head: "Op", title: "Operator: =~ measures, ~ regresses on, ~~ covaries with", value: ({ op }) => op },
  { head: "Right", value: ({ rhs }) => rhs },
  { head: "Label", value: ({ label }) => label },
  { head: "Estimate", ...number(({ estimate }) => estimate) },
  { head: "SE", title: "Standard error", ...uncertain(({ standardError }) => standardError) },
  { head: "z", title: "Estimate divided by its standard error", ...uncertain(({ z }) => z) },
  {
    head: "p",
    title: "Probability of a z as large if the parameter were zero",
    value: ({ pValue, free, op }) => (free || op === ":=" ? pValue : NaN),
    text: ({ pValue, free, op }) => (free || op === ":=" ? formatPlain(pValue, 3) : ""),
  },
  { head: "Lower", title: "Lower end of the confidence interval", ...uncertain(({ ciLower }) => ciLower) },
  { head: "Upper", title: "Upper end of the confidence interval", ...uncertain(({ ciUpper }) => ciUpper) },
  {
    head: "Std",
    title: "Standardised: all variables scaled to unit variance",
    ...number((row) => row.standardized),
  },
];

const GROUP: Column<ParameterEstimate> = { head: "Group", value: ({ group }) => group };

/** Every parameter, sortable by every column. */
export function parameterView({ result }: FinishedFit): TemplateResult {
  const columns = (result.groups?.length ?? 1) > 1 ? [GROUP, ...COLUMNS] : COLUMNS;
  return html`${sortableTable("Parameters", result.parameters, columns)}`;
}
