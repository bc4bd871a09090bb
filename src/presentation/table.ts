import type { FitResult } from "../statistics/result.ts";
import { extraSections } from "./extraSections.ts";
import { measureFacts } from "./measureFacts.ts";
import { formatNumber } from "./numbers.ts";
import { resamplingFacts } from "./resamplingFacts.ts";
import { parameterSections } from "./parameterSections.ts";

export interface TableOptions {
  /** Decimals; 3 unless said. */
  readonly digits?: number;
}

/** The text of a fit that a person reads: what was run, how well the model fits, and lavaan's parameter table. */
export function formatTable(result: FitResult, options: TableOptions = {}): string {
  const digits = options.digits ?? 3;
  const lines = [
    headline(result),
    "",
    ...facts(result, digits),
    ...parameterSections(result, digits),
    ...extraSections(result, digits),
    ...result.warnings.flatMap((warning) => ["", `Warning: ${warning}`]),
  ];
  return `${lines.join("\n")}\n`;
}

function headline({ converged, identified, iterations }: FitResult): string {
  const count = iterations.engine + iterations.polish;
  const after = `after ${count} ${count === 1 ? "iteration" : "iterations"}`;
  if (!converged) return `semnan did NOT converge ${after}: the values below are no estimates`;
  return `semnan converged ${after}${identified ? "" : ", but the model is NOT identified"}`;
}

function facts(result: FitResult, digits: number): string[] {
  const { fitMeasures, backend, discrepancy } = result;
  const free = result.parameters.filter((row) => row.free).length;
  const rows = [
    ["Observations", String(result.observations)],
    ["Free parameters", String(fitMeasures["npar"] ?? free)],
    ["Discrepancy", `${discrepancy.name} ${discrepancy.value.toPrecision(6)}`],
    ["Log-likelihood", formatNumber(result.logLikelihood, digits)],
    ...measureFacts(fitMeasures, digits),
    ...resamplingFacts(result, digits),
    ["Computed by", `${backend.kind} (${backend.adapter}), ${backend.method} method`],
    ["Chosen because", backend.reason],
    ["Time", timing(result)],
  ].filter(([, value]) => value !== "");
  // Some facts are long, so they follow their words instead of being aligned to the right.
  const width = Math.max(...rows.map(([words]) => words!.length));
  return rows.flatMap(([words, value]) =>
    wrapped(value!).map((line, at) => `  ${(at === 0 ? words! : "").padEnd(width)}  ${line}`),
  );
}

/** A text in lines of at most 64 columns, broken at blanks: with its words as wide as the parameter table below. */
function wrapped(text: string): string[] {
  return text.match(/\S.{0,63}(?=\s|$)|\S+/g) ?? [text];
}

function timing({ seconds, phases }: FitResult): string {
  const { browserStart, ...ofFit } = phases;
  const parts = Object.entries(ofFit)
    .filter(([, spent]) => spent > 0)
    .map(([phase, spent]) => `${phase} ${formatSeconds(spent)}`);
  const details = parts.length > 0 ? ` (${parts.join(", ")})` : "";
  const before =
    browserStart === undefined ? "" : `, after ${formatSeconds(browserStart)} to start the browser`;
  return formatSeconds(seconds) + details + before;
}

function formatSeconds(seconds: number): string {
  return seconds < 1 ? `${(seconds * 1000).toPrecision(3)} ms` : `${seconds.toFixed(2)} s`;
}
