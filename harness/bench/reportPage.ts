import { escapeText } from "../../src/presentation/escapeText.ts";
import type { Environment } from "./environment.ts";
import {
  describeEnvironment,
  formatCell,
  type ReportChart,
  type ReportTable,
  type SuiteReport,
} from "./report.ts";

const STYLE = `
:root { color-scheme: light dark; --paper: #fdfdfc; --ink: #1d2329; --quiet: #56616c; --line: #d9dee3; --warn: #fdf1e3; --warn-line: #b45f06; --link: #1f5f99; }
@media (prefers-color-scheme: dark) {
  :root { --paper: #14181c; --ink: #e5e9ed; --quiet: #a3afba; --line: #343d46; --warn: #2e2415; --warn-line: #e0a458; --link: #8fc1ee; }
}
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 2rem 1.25rem 4rem; max-width: 62rem; background: var(--paper); color: var(--ink); font: 16px/1.55 system-ui, sans-serif; }
h1 { font-size: 1.9rem; margin: 0 0 .5rem; }
h2 { font-size: 1.35rem; margin: 3rem 0 .75rem; padding-top: 1rem; border-top: 1px solid var(--line); }
h3 { font-size: 1rem; margin: 1.75rem 0 .5rem; }
a { color: var(--link); }
nav ul { display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; list-style: none; padding: 0; margin: 1rem 0; }
li { margin: .3rem 0; }
code { font: .92em ui-monospace, monospace; }
.beaten { background: var(--warn); border-left: 4px solid var(--warn-line); padding: .75rem 1.25rem; margin: 1.5rem 0; }
.beaten h2 { border: 0; margin: 0 0 .25rem; padding: 0; font-size: 1.1rem; }
.quiet { color: var(--quiet); font-size: .9rem; }
.table { overflow-x: auto; }
table { border-collapse: collapse; font-size: .875rem; font-variant-numeric: tabular-nums; min-width: 100%; }
th, td { padding: .3rem .6rem; text-align: right; border-bottom: 1px solid var(--line); vertical-align: top; }
th { font-weight: 600; vertical-align: bottom; }
td { white-space: nowrap; }
th:first-child, td:first-child { text-align: left; }
figure { margin: 1.5rem 0; }
figure svg { width: 100%; height: auto; max-width: 52rem; border-radius: 6px; }
`;

/** A static page of the report: no scripts, charts inline, light and dark, where peers beat us on top. */
export function reportPage(
  environments: Readonly<Record<string, Environment>>,
  suites: readonly SuiteReport[],
): string {
  const beaten = suites.flatMap(({ suite, beaten: lines }) =>
    lines.map((line) => `<li>${prose(line)} <a href="#${suite}">suite ${suite}</a></li>`),
  );
  const where = beaten.length > 0 ? `<ul>${beaten.join("\n")}</ul>` : "<p>Nowhere in these suites.</p>";
  const links = suites.map(({ suite }) => `<li><a href="#${suite}">${suite}</a></li>`);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>semnan: benchmarks</title>
<style>${STYLE}</style>
</head>
<body>
<header>
<h1>semnan: benchmarks</h1>
<p>Made by <code>npm run bench</code>, and by nothing else; <a href="results.json">raw results</a>, <a href="report.md">the same as Markdown</a>. Peers are timed in the same run, after their answers have been checked against ours.</p>
</header>
<main>
<section class="beaten" aria-labelledby="beaten"><h2 id="beaten">Where a peer beats us</h2>${where}</section>
<nav aria-label="Suites"><ul>${links.join("")}</ul></nav>
${suites.map((suite) => section(suite, environments[suite.suite]!)).join("\n")}
</main>
</body>
</html>
`;
}

function section(
  { suite, findings, tables, charts, seconds }: SuiteReport,
  environment: Environment,
): string {
  const found =
    findings.length > 0 ? `<ul>${findings.map((line) => `<li>${prose(line)}</li>`).join("\n")}</ul>` : "";
  const made = describeEnvironment(environment).map(prose).join(" ");
  return `<section aria-labelledby="${suite}">
<h2 id="${suite}">${suite}</h2>
${found}
${charts.map(figure).join("\n")}
${tables.map(table).join("\n")}
<p class="quiet">Suite <code>${suite}</code>, ${seconds.toFixed(0)} s. ${made}</p>
</section>`;
}

function figure({ name, title, svg }: ReportChart): string {
  return `<figure id="${name}">${svg.trim()}<figcaption class="quiet">${prose(title)}</figcaption></figure>`;
}

/** Wide tables scroll by themselves, which the keyboard must be able to do too. */
function table({ title, columns, rows, note }: ReportTable): string {
  const head = columns.map((name) => `<th scope="col">${prose(name)}</th>`).join("");
  const body = rows.map(
    (row) => `<tr>${row.map((cell) => `<td>${prose(formatCell(cell))}</td>`).join("")}</tr>`,
  );
  return `<h3>${prose(title)}</h3>
<div class="table" role="region" aria-label="${escapeText(title)}" tabindex="0"><table><thead><tr>${head}</tr></thead><tbody>
${body.join("\n")}
</tbody></table></div>
${note === undefined ? "" : `<p class="quiet">${prose(note)}</p>`}`;
}

/** Text as HTML; `code` between backticks, as the suites write it. */
function prose(text: string): string {
  return escapeText(text).replaceAll(/`([^`]+)`/g, "<code>$1</code>");
}
