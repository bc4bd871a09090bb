import * as Plot from "@observablehq/plot";
import { fit } from "../../../src/statistics/fit.ts";
import { renderSvg } from "../../charts/svg.ts";
import { caseData, caseModel, type FitCase, fitCases } from "../fitCases.ts";
import { quantile, ratio, summarise, type Timing } from "../measure.ts";
import { timeLavaan } from "../peers/lavaan.ts";
import type { SuiteContext } from "../context.ts";
import type { SuiteReport } from "../report.ts";

/** Our fits inside one round; their median is the round's time. The first, cold ones are reported apart. */
const REPEATS = 5;

/**
 * Whole fits with standard errors, one at a time, against lavaan: `--backend auto`, model and data in memory,
 * process and browser start excluded for both. Every χ² is checked against lavaan's before the times count.
 */
export async function fitSuite({
  environment,
  quick,
  log,
}: SuiteContext): Promise<Omit<SuiteReport, "seconds">> {
  const cases = fitCases().filter(({ names }) => !quick || names.length <= 40);
  const hasLavaan = environment.versions["lavaan"] !== undefined;
  const cold = new Map<string, number>();
  const ours = new Map<string, number[]>();
  const theirs = new Map<string, number[]>();
  for (let round = 0; round < (quick ? 1 : 3); round++) {
    for (const entry of cases) {
      const { first, median, chisq } = await timeOurs(entry);
      if (round === 0) cold.set(entry.name, first);
      push(ours, entry.name, median);
      log(`${entry.name}: ${median.toFixed(2)} ms, χ² ${chisq.toFixed(4)}`);
    }
    if (!hasLavaan) continue;
    for (const [name, { seconds }] of await checkedLavaan(cases)) push(theirs, name, 1000 * seconds);
  }
  const rows = cases.map((entry) => describe(entry, ours, theirs, cold));
  return {
    suite: "fit",
    beaten: rows.flatMap(({ name, speedup }) =>
      speedup !== null && speedup < 1 ? [`${name}: lavaan is faster.`] : [],
    ),
    findings: hasLavaan ? [] : ["lavaan was not there, so there are no ratios."],
    tables: [
      {
        title: "One fit with standard errors, milliseconds",
        columns: [
          "model",
          "variables",
          "parameters",
          "ours, first",
          "ours",
          "lavaan",
          "times faster",
          "quartiles",
        ],
        rows: rows.map((row) => [
          row.name,
          row.variables,
          row.parameters,
          row.first,
          row.ours,
          row.theirs,
          row.speedup,
          row.spread,
        ]),
        note: "“ours, first” is the first fit of that model in the process, before the JavaScript engine has compiled it.",
      },
    ],
    charts: hasLavaan ? [speedupChart(rows)] : [],
    raw: rows,
  };
}

function push(map: Map<string, number[]>, name: string, value: number): void {
  map.set(name, [...(map.get(name) ?? []), value]);
}

async function timeOurs(entry: FitCase): Promise<{ first: number; median: number; chisq: number }> {
  const times: number[] = [];
  let chisq = NaN;
  for (let repeat = 0; repeat <= REPEATS; repeat++) {
    const began = performance.now();
    const result = await fit(caseModel(entry), caseData(entry));
    times.push(performance.now() - began);
    if (!result.converged) throw new Error(`${entry.name} did not converge`);
    chisq = result.fitMeasures["chisq"]!;
  }
  return { first: times[0]!, median: quantile(times.slice(1), 0.5), chisq };
}

async function checkedLavaan(cases: readonly FitCase[]) {
  const timings = await timeLavaan(cases);
  for (const entry of cases) {
    const lavaan = timings.get(entry.name);
    if (!lavaan) throw new Error(`lavaan did not fit ${entry.name}`);
    const result = await fit(caseModel(entry), caseData(entry));
    const difference = result.fitMeasures["chisq"]! - lavaan.chisq;
    // lavaan stops at a relative change of 1e-10 in F, so its χ² may lie above the minimum by about 1e-3.
    if (difference > 1e-3 * Math.max(1, lavaan.chisq)) {
      throw new Error(`${entry.name}: χ² ${result.fitMeasures["chisq"]} above lavaan's ${lavaan.chisq}`);
    }
  }
  return timings;
}

function describe(
  entry: FitCase,
  ours: ReadonlyMap<string, number[]>,
  theirs: ReadonlyMap<string, number[]>,
  cold: ReadonlyMap<string, number>,
) {
  const { name, names } = entry;
  const mine: Timing = summarise(name, ours.get(name)!);
  const peer = theirs.has(name) ? summarise(name, theirs.get(name)!) : undefined;
  const faster = peer && ratio(peer, mine);
  return {
    name,
    variables: names.length,
    parameters: caseModel(entry).parameters.length,
    first: cold.get(name)!,
    ours: mine.median,
    theirs: peer?.median ?? null,
    speedup: faster?.median ?? null,
    spread: faster ? `${faster.low.toFixed(0)}–${faster.high.toFixed(0)}` : null,
  };
}

function speedupChart(rows: readonly { name: string; speedup: number | null }[]) {
  const title = "Times faster than lavaan, one fit with standard errors";
  const svg = renderSvg(title, {
    marginLeft: 240,
    marginRight: 60,
    x: { type: "log", label: "times faster than lavaan →", grid: true },
    y: { label: null },
    marks: [
      Plot.barX(rows, { x1: 1, x2: "speedup", y: "name", fill: "#3b6ea5", sort: { y: "x2", reverse: true } }),
      Plot.text(rows, {
        x: "speedup",
        y: "name",
        text: (row) => `${Math.round(row.speedup)}×`,
        dx: 4,
        textAnchor: "start",
      }),
      Plot.ruleX([1]),
    ],
  });
  return { name: "fit-speedup", title, svg };
}
