import {
  formatNumber,
  formatPlain,
  formatProbability,
  statedProbability,
  withMinus,
} from "../../presentation/numbers.ts";
import { sentence } from "../../presentation/sentence.ts";
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
  const shown = (value: number): string => withMinus(formatNumber(value, 3));
  const cells = [
    shown(row.estimate),
    isUncertain ? shown(row.standardError) : "",
    isUncertain ? formatProbability(row.pValue) : "",
    isUncertain && Number.isFinite(row.ciLower) ? `${shown(row.ciLower)} to ${shown(row.ciUpper)}` : "",
    shown(row.standardized),
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
  const entries = warnings.map((warning) => node("li", {}, [sentence(warning)]));
  return [node("ul", { class: "warnings" }, entries)];
}

/** The usual measures in one line. */
export function measureLine({ fitMeasures: m, observations }: FitResult): HTMLElement {
  const parts = [
    `n = ${observations}`,
    ...(Number.isFinite(m["chisq"])
      ? [`χ² = ${formatNumber(m["chisq"]!, 2)} on ${m["df"]} df (${statedProbability(m["pvalue"] ?? NaN)})`]
      : []),
    ...["cfi", "rmsea", "srmr"].flatMap((key) =>
      Number.isFinite(m[key]) ? [`${key.toUpperCase()} ${formatPlain(m[key]!, 3)}`] : [],
    ),
  ];
  return node("p", { class: "measures" }, [parts.join(" · ")]);
}
