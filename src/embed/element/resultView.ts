import { formatNumber, formatPlain } from "../../presentation/numbers.ts";
import type { FitResult, ParameterEstimate } from "../../statistics/result.ts";
import { node } from "./node.ts";

/** The parameter table of a fit, for people. */
export function parameterTable({ parameters }: FitResult): HTMLElement {
  const heads = ["Parameter", "Estimate", "SE", "p", "95 % interval", "Std"];
  const table = node("table", {}, [
    node("thead", {}, [
      node(
        "tr",
        {},
        heads.map((head) => node("th", { scope: "col" }, [head])),
      ),
    ]),
    node("tbody", {}, parameters.map(parameterRow)),
  ]);
  return node("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "Parameters" }, [table]);
}

function parameterRow(row: ParameterEstimate): HTMLElement {
  const isUncertain = row.free || row.op === ":=";
  const interval = `${formatNumber(row.ciLower, 3)} to ${formatNumber(row.ciUpper, 3)}`;
  const cells = [
    formatNumber(row.estimate, 3),
    isUncertain ? formatNumber(row.standardError, 3) : "",
    isUncertain ? formatPlain(row.pValue, 3) : "",
    isUncertain && Number.isFinite(row.ciLower) ? interval : "",
    formatNumber(row.standardized, 3),
  ];
  const name = [row.lhs, row.op, row.rhs].join(" ");
  return node("tr", {}, [
    node("th", { scope: "row" }, [name]),
    ...cells.map((cell) => node("td", {}, [cell])),
  ]);
}

/** What a statistician would warn of, where there is anything. */
export function warningList({ warnings }: FitResult): HTMLElement[] {
  if (warnings.length === 0) return [];
  const entries = warnings.map((warning) => node("li", {}, [warning]));
  return [node("ul", { class: "warnings" }, entries)];
}

/** The usual measures in one line. */
export function measureLine({ fitMeasures: m, observations }: FitResult): HTMLElement {
  const parts = [
    `n = ${observations}`,
    ...(Number.isFinite(m["chisq"])
      ? [`χ² = ${formatNumber(m["chisq"]!, 2)} on ${m["df"]} df (p ${formatPlain(m["pvalue"] ?? NaN, 3)})`]
      : []),
    ...["cfi", "rmsea", "srmr"].flatMap((key) =>
      Number.isFinite(m[key]) ? [`${key.toUpperCase()} ${formatPlain(m[key]!, 3)}`] : [],
    ),
  ];
  return node("p", { class: "measures" }, [parts.join(" · ")]);
}
