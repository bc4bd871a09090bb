import { html, type TemplateResult } from "lit-html";
import { formatNumber, formatProbability } from "../../../../src/presentation/numbers.ts";
import type { ParameterEstimate } from "../../../../src/statistics/result.ts";
import type { FinishedFit } from "../../state/appState.ts";
import { operatorWords, parameterName } from "../parameterName.ts";
import { sortableTable, type Column } from "./sortableTable.ts";

const number = (pick: (row: ParameterEstimate) => number | undefined, digits = 3) => ({
  value: (row: ParameterEstimate): number => pick(row) ?? NaN,
  text: (row: ParameterEstimate): string => formatNumber(pick(row) ?? NaN, digits),
});
/** Fixed parameters have no uncertainty to show. */
const uncertain = (pick: (row: ParameterEstimate) => number | undefined) =>
  number((row) => (row.free || row.op === ":=" ? pick(row) : NaN));

const COLUMNS: readonly Column<ParameterEstimate>[] = [
  { head: "Parameter", value: (row) => parameterName({ ...row, group: 1 }) },
  { head: "Estimate", ...number(({ estimate }) => estimate) },
  { head: "SE", title: "Standard error", ...uncertain(({ standardError }) => standardError) },
  { head: "z", title: "Estimate divided by its standard error", ...uncertain(({ z }) => z) },
  {
    head: "p",
    title: "Probability of a z as large if the parameter were zero",
    value: ({ pValue, free, op }) => (free || op === ":=" ? pValue : NaN),
    text: ({ pValue, free, op }) => (free || op === ":=" ? formatProbability(pValue) : ""),
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
const LABEL: Column<ParameterEstimate> = { head: "Label", value: ({ label }) => label };

/** Every parameter, sortable by every column. */
export function parameterView({ result }: FinishedFit): TemplateResult {
  const { parameters, groups } = result;
  const columns = [
    ...COLUMNS.slice(0, 1),
    ...((groups?.length ?? 1) > 1 ? [GROUP] : []),
    ...(parameters.some(({ label }) => label !== "") ? [LABEL] : []),
    ...COLUMNS.slice(1),
  ];
  return html`
    <p class="legend soft">
      ${operatorWords(parameters).map(([op, words]) => html`<span><code>${op}</code> ${words}</span>`)}
    </p>
    ${sortableTable("Parameters", parameters, columns)}
  `;
}
