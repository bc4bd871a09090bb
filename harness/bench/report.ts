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
  /** Where a peer beat us, first, in whole sentences with what it would take; empty where none did. */
  readonly beaten: readonly string[];
  readonly findings: readonly string[];
  /** The suite in one sentence, for the README; default: its first finding. */
  readonly headline?: string;
  readonly tables: readonly ReportTable[];
  readonly charts: readonly ReportChart[];
  readonly raw: unknown;
  readonly seconds: number;
}

/** The Markdown of a report over several suites: where peers win first, then everything. */
export function markdownReport(
  environments: Readonly<Record<string, Environment>>,
  suites: readonly SuiteReport[],
): string {
  const parts = ["# Benchmarks", "", "## Where a peer beats us", ""];
  const beaten = suites.flatMap((suite) => suite.beaten.map((line) => `${line} (suite \`${suite.suite}\`)`));
  parts.push(...(beaten.length > 0 ? bullets(beaten) : ["Nowhere in these suites."]), "");
  for (const suite of suites) {
    parts.push(`## ${suite.suite}`, "");
    if (suite.findings.length > 0) parts.push(...bullets(suite.findings), "");
    for (const table of suite.tables) parts.push(...markdownTable(table), "");
    for (const { name, title } of suite.charts) parts.push(`![${title}](${name}.svg)`, "");
    parts.push(`Suite \`${suite.suite}\`, ${suite.seconds.toFixed(0)} s.`);
    parts.push(...describeEnvironment(environments[suite.suite]!), "");
  }
  return parts.join("\n");
}

function bullets(lines: readonly string[]): string[] {
  return lines.map((line) => `- ${line}`);
}

/** What a figure was measured with, in two sentences. */
export function describeEnvironment(environment: Environment): string[] {
  const { date, node, processor, cores, browser, adapter, versions, start, quick, absent } = environment;
  const list = (record: Readonly<Record<string, string>>): string =>
    Object.entries(record)
      .map(([name, version]) => `${name} ${version}`)
      .join(", ");
  const how = quick ? "`npm run bench -- --quick` (fewer and smaller cases)" : "`npm run bench`";
  const started = start === undefined ? "" : `, which took ${start.toFixed(2)} s to start`;
  return [
    `Made ${date} by ${how} on ${cores} × ${processor}, Node ${node}, ${browser}${started}, adapter ${adapter}.`,
    `Peers: ${list(versions) || "none"}${absent?.length ? `; not there: ${absent.join(", ")}` : ""}.`,
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
