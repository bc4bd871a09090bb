import Papa from "papaparse";
import type { SimulatedRow, SimulationResult } from "../statistics/simulate.ts";
import { alignColumns, type TableRow } from "./columns.ts";
import { formatNumber, formatPlain } from "./numbers.ts";

/** A simulation as a person reads it: what was drawn, and one line for every estimated row. */
export function formatSimulationTable(result: SimulationResult, digits: number): string {
  const { n, replicates, converged, inadmissible, rejected, df, seed, seconds, level } = result;
  const share = `${percent(level)} %`;
  const tail = `at the level of ${percent(1 - level)} %`;
  const facts = [
    ["Cases of each sample", n.join(" + ")],
    ["Seed", String(seed)],
    ["Converged", `${converged.toLocaleString("en")} of ${replicates.toLocaleString("en")}`],
    ["Inadmissible", inadmissible === 0 ? "none" : `${inadmissible.toLocaleString("en")} ${INADMISSIBLE}`],
    [
      "Model rejected",
      df > 0 ? `in ${formatPlain(100 * rejected, 1)} % of the samples (χ², ${df} df, ${tail})` : "",
    ],
    ["Time", `${seconds.toFixed(2)} s`],
  ].filter(([, value]) => value !== "");
  const width = Math.max(...facts.map(([words]) => words!.length));
  const lines = [
    `semnan simulated ${replicates.toLocaleString("en")} samples`,
    "",
    ...facts.map(([words, value]) => `  ${words!.padEnd(width)}  ${value}`),
    ...rowTables(result, digits, share),
    "",
    "  SD: of the estimates; mean SE: of their standard errors; coverage: share of intervals that hold the",
    "  population's value; power: share that exclude 0.",
    ...result.warnings.flatMap((warning) => ["", `Warning: ${warning}`]),
  ];
  return `${lines.join("\n")}\n`;
}

const INADMISSIBLE = "(negative variance or correlation beyond 1; they count)";

function percent(share: number): number {
  return Number((100 * share).toPrecision(6));
}

/** One table for each group. */
function rowTables({ rows, n }: SimulationResult, digits: number, share: string): string[] {
  const head = ["", "population", "mean", "bias", "SD", "mean SE", `coverage ${share}`, "power"];
  const lines: TableRow[] = [];
  for (const group of new Set(rows.map((row) => row.group))) {
    if (group > 0 && n.length > 1) lines.push("", `Group ${group}:`, head);
    else lines.push("", head);
    for (const row of rows) if (row.group === group) lines.push(cells(row, digits));
  }
  return alignColumns(lines);
}

/** What is fixed shows its value only. */
function cells(row: SimulatedRow, digits: number): string[] {
  const name = `  ${row.lhs} ${row.op === "~1" ? "~ 1" : `${row.op} ${row.rhs}`}`;
  const show = (value: number): string => formatNumber(value, digits);
  const population = show(row.population);
  if (!(row.deviation > 0)) return [name, population, "", "", "", "", "", ""];
  const { mean, bias, deviation, meanStandardError, coverage, power } = row;
  // A bias that the decimals hide is none worth an exponent, or a sign.
  const shownBias = formatPlain(bias, digits).replace(/^-(0\.?0*)$/, "$1");
  const numbers = [show(mean), shownBias, show(deviation), show(meanStandardError)];
  return [name, population, ...numbers, formatPlain(coverage, digits), formatPlain(power, digits)];
}

/** NaN and infinities, which JSON lacks, become null. */
export function formatSimulationJson(result: SimulationResult): string {
  const finite = (_key: string, value: unknown): unknown =>
    typeof value === "number" && !Number.isFinite(value) ? null : value;
  return `${JSON.stringify(result, finite, 2)}\n`;
}

const COLUMNS: readonly (keyof SimulatedRow)[] = [
  "lhs",
  "op",
  "rhs",
  "group",
  "population",
  "mean",
  "bias",
  "deviation",
  "meanStandardError",
  "coverage",
  "power",
];

/** The rows as CSV by RFC 4180, every number with all its digits and empty where it does not apply. */
export function formatSimulationCsv({ rows }: SimulationResult): string {
  const cell = (value: string | number): string | number =>
    typeof value === "number" && !Number.isFinite(value) ? "" : value;
  const data = rows.map((row) => COLUMNS.map((column) => cell(row[column])));
  return `${Papa.unparse({ fields: [...COLUMNS], data })}\r\n`;
}
