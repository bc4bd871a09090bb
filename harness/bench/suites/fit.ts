import * as Plot from "@observablehq/plot";
import { fit } from "../../../src/statistics/fit.ts";
import { renderSvg } from "../../charts/svg.ts";
import type { SuiteContext } from "../context.ts";
import { caseData, caseModel, type FitCase, fitCases } from "../fitCases.ts";
import { quantile, type Ratio, ratio, summarise, type Timing } from "../measure.ts";
import { type FitPeer, matrixProblems, presentFitPeers, timePeer } from "../peers/fitPeers.ts";
import type { ReportTable, SuiteReport } from "../report.ts";

/** Our fits inside one round; their median is the round's time. The first, cold ones are reported apart. */
const REPEATS = 5;

/** One model with everybody's times. */
interface Row {
  readonly name: string;
  readonly variables: number;
  readonly parameters: number;
  readonly first: number;
  readonly ours: Timing;
  readonly peers: Readonly<Record<string, { readonly timing: Timing; readonly faster: Ratio }>>;
}

/**
 * Whole fits with standard errors, one at a time, against everybody who is there: `--backend auto`, model and data in
 * memory, process and browser start excluded for all. Every χ² is checked against ours before a time counts.
 */
export async function fitSuite({
  environment,
  quick,
  log,
}: SuiteContext): Promise<Omit<SuiteReport, "seconds">> {
  const cases = fitCases().filter(({ names }) => !quick || names.length <= 20);
  const problems = await matrixProblems(cases);
  const peers = presentFitPeers(environment.versions);
  const cold = new Map<string, number>();
  const chisq = new Map<string, number>();
  const ours = new Map<string, number[]>();
  const theirs = new Map<string, Map<string, number[]>>(peers.map(({ name }) => [name, new Map()]));
  const wrong = new Map<string, Set<string>>(peers.map(({ name }) => [name, new Set()]));
  for (let round = 0; round < (quick ? 1 : 3); round++) {
    for (const entry of cases) {
      const timed = await timeOurs(entry);
      if (round === 0) cold.set(entry.name, timed.first);
      chisq.set(entry.name, timed.chisq);
      push(ours, entry.name, timed.median);
    }
    for (const peer of peers) {
      log(`round ${round + 1}: ${peer.name}`);
      const { fits, wrong: astray } = await timePeer(peer, cases, problems, chisq);
      for (const [name, milliseconds] of fits) push(theirs.get(peer.name)!, name, milliseconds);
      for (const name of astray) wrong.get(peer.name)!.add(name);
    }
  }
  const rows = cases.map((entry) => describe(entry, cold.get(entry.name)!, ours, theirs));
  return {
    suite: "fit",
    ...conclusions(rows, peers, wrong),
    tables: [table(rows, peers)],
    charts: peers.length > 0 ? [speedupChart(rows, peers)] : [],
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

function describe(
  entry: FitCase,
  first: number,
  ours: ReadonlyMap<string, number[]>,
  theirs: ReadonlyMap<string, ReadonlyMap<string, number[]>>,
): Row {
  const mine = summarise(entry.name, ours.get(entry.name)!);
  const peers: Record<string, { timing: Timing; faster: Ratio }> = {};
  for (const [peer, times] of theirs) {
    const rounds = times.get(entry.name);
    // A peer that lost its way in one round has no time.
    if (rounds?.length !== mine.rounds.length) continue;
    const timing = summarise(peer, rounds);
    peers[peer] = { timing, faster: ratio(timing, mine) };
  }
  return {
    name: entry.name,
    variables: entry.names.length,
    parameters: caseModel(entry).parameters.length,
    first,
    ours: mine,
    peers,
  };
}

function conclusions(
  rows: readonly Row[],
  peers: readonly FitPeer[],
  wrong: ReadonlyMap<string, ReadonlySet<string>>,
): Pick<SuiteReport, "beaten" | "headline" | "findings"> {
  const beaten = rows.flatMap(({ name, ours, peers: times }) =>
    Object.entries(times).flatMap(([peer, { timing, faster }]) =>
      faster.median < 1
        ? [
            `${name}: ${peer} needs ${timing.median.toPrecision(2)} ms, we ${ours.median.toPrecision(2)} ms, which hold the baseline model, the fit measures and the standardised solution too: it would take a fit that computes them only when they are asked for.`,
          ]
        : [],
    ),
  );
  const speeds = peers.map(({ name }) => {
    const ratios = rows.flatMap(({ peers: times }) => times[name]?.faster.median ?? []);
    return `${name} ${quantile(ratios, 0.5).toFixed(0)}× (${Math.min(...ratios).toFixed(1)}–${Math.max(...ratios).toFixed(0)}× over ${ratios.length} models)`;
  });
  const headline =
    peers.length > 0
      ? `One fit with standard errors, times faster than each peer, median over models: ${speeds.join(", ")}.`
      : "No peer was there, so there are no ratios.";
  const astray = peers.flatMap(({ name }) => {
    const models = [...wrong.get(name)!];
    return models.length > 0
      ? [`${name} stopped above the minimum, so its time does not count: ${models.join(", ")}.`]
      : [];
  });
  return { beaten, headline, findings: [headline, ...astray] };
}

function table(rows: readonly Row[], peers: readonly FitPeer[]): ReportTable {
  return {
    title: "One fit with standard errors, milliseconds, and times faster with quartiles",
    columns: [
      "model",
      "variables",
      "parameters",
      "ours, first",
      "ours",
      ...peers.flatMap(({ name }) => [name, "times faster"]),
    ],
    rows: rows.map((row) => cells(row, peers)),
    note: `“ours, first” is the first fit of that model in the process, before the JavaScript engine has compiled it. ${peers.map(({ name, what }) => `${name}: ${what}.`).join(" ")} “–”: means or scaled equal parameters, which a peer's matrices here do not hold, or longer than ten seconds.`,
  };
}

function cells({ name, variables, parameters, first, ours, peers: times }: Row, peers: readonly FitPeer[]) {
  const line: (string | number | null)[] = [name, variables, parameters, first, ours.median];
  for (const { name: peer } of peers) {
    const found = times[peer];
    line.push(found?.timing.median ?? null, found ? interval(found.faster) : null);
  }
  return line;
}

function interval({ median, low, high }: Ratio): string {
  const [middle, from, to] = [median, low, high].map((value) => Number(value.toPrecision(2)));
  return `${middle} (${from}–${to})`;
}

const COLOURS: Readonly<Record<string, string>> = {
  lavaan: "#3b6ea5",
  OpenMx: "#c2571a",
  PyTorch: "#3a7d44",
  "ml-matrix": "#8a4f9e",
};

function speedupChart(rows: readonly Row[], peers: readonly FitPeer[]) {
  const title = "Times faster than each peer, one fit with standard errors";
  const points = rows.flatMap(({ name, peers: times }) =>
    Object.entries(times).map(
      ([
        peer,
        {
          faster: { median, low, high },
        },
      ]) => ({ name, peer, median, low, high }),
    ),
  );
  const names = peers.map(({ name }) => name);
  const svg = renderSvg(title, {
    height: 90 + 24 * rows.length,
    marginLeft: 240,
    marginTop: 50,
    marginRight: 30,
    x: {
      type: "log",
      label: "times faster than the peer →",
      grid: true,
      tickFormat: (value: number) => String(value),
    },
    y: { label: null, domain: rows.map(({ name }) => name) },
    color: { domain: names, range: names.map((name) => COLOURS[name]!) },
    marks: [
      Plot.ruleX([1], { strokeWidth: 2 }),
      Plot.ruleY(points, { x1: "low", x2: "high", y: "name", stroke: "peer" }),
      Plot.dot(points, { x: "median", y: "name", fill: "peer", r: 4 }),
      ...names.map((name, place) =>
        Plot.text([name], {
          frameAnchor: "top-left",
          text: [`● ${name}`],
          fill: COLOURS[name]!,
          dx: 110 * place,
          dy: -24,
          textAnchor: "start",
        }),
      ),
    ],
  });
  return { name: "fit-speedup", title, svg };
}
