import type { Environment } from "./environment.ts";

/** One table of a suite: rows of cells, numbers formatted by the report. */
export interface ReportTable {
  readonly title: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (string | number | null)[])[];
  /** What a reader must know to read the table. */
  readonly note?: string;
}

/** A chart, already drawn. */
export interface ReportChart {
  /** File name without extension; also the anchor. */
  readonly name: string;
  readonly title: string;
  readonly svg: string;
}

/** What a suite found. `raw` keeps every number behind the tables. */
export interface SuiteReport {
  readonly suite: string;
  /** Where a peer beat us, first, in whole sentences; empty where none did. */
  readonly beaten: readonly string[];
  readonly findings: readonly string[];
  readonly tables: readonly ReportTable[];
  readonly charts: readonly ReportChart[];
  readonly raw: unknown;
  readonly seconds: number;
}

/** The Markdown of a report over several suites. */
export function markdownReport(environment: Environment, suites: readonly SuiteReport[]): string {
  const parts = ["# Benchmarks", "", ...describeEnvironment(environment), ""];
  for (const suite of suites) {
    parts.push(`## ${suite.suite}`, "");
    if (suite.beaten.length > 0) parts.push("**Where a peer is faster:**", "", ...bullets(suite.beaten), "");
    if (suite.findings.length > 0) parts.push(...bullets(suite.findings), "");
    for (const table of suite.tables) parts.push(...markdownTable(table), "");
    for (const { name, title } of suite.charts) parts.push(`![${title}](${name}.svg)`, "");
    parts.push(`Suite \`${suite.suite}\`, ${suite.seconds.toFixed(0)} s.`, "");
  }
  return parts.join("\n");
}

function bullets(lines: readonly string[]): string[] {
  return lines.map((line) => `- ${line}`);
}

function describeEnvironment({
  date,
  node,
  processor,
  cores,
  browser,
  adapter,
  versions,
}: Environment): string[] {
  return [
    `Made ${date} by \`npm run bench\` on ${cores} × ${processor}, Node ${node}, ${browser}, adapter ${adapter}.`,
    "",
    `Peers: ${Object.entries(versions)
      .map(([name, version]) => `${name} ${version}`)
      .join(", ")}.`,
  ];
}

function markdownTable({ title, columns, rows, note }: ReportTable): string[] {
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  return [
    `### ${title}`,
    "",
    line(columns),
    line(columns.map((_, index) => (index === 0 ? "---" : "---:"))),
    ...rows.map((row) => line(row.map(formatCell))),
    ...(note === undefined ? [] : ["", note]),
  ];
}

/** Three significant digits, no exponent between a thousandth and ten million. */
export function formatCell(cell: string | number | null): string {
  if (cell === null) return "–";
  if (typeof cell === "string") return cell;
  if (!Number.isFinite(cell)) return String(cell);
  const size = Math.abs(cell);
  if (size !== 0 && (size < 1e-3 || size >= 1e7)) return cell.toExponential(2);
  if (size >= 100) return Math.round(cell).toLocaleString("en");
  return String(Number(cell.toPrecision(3)));
}
