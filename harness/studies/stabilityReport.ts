import * as Plot from "@observablehq/plot";
import type { DiscrepancyName } from "../../src/engine/engine.ts";
import { renderSvg } from "../charts/svg.ts";
import { EIGHT_GRAPHS } from "./eightGraphs.ts";
import { DISCREPANCIES, METHODS, type Optimiser, RATES, type StabilityRow } from "./stabilityDesign.ts";
import { markdownTable, mean, type StudyResult } from "./study.ts";

type Measure = "stable" | "fitted";
type Which = Partial<Pick<StabilityRow, "graph" | "discrepancy" | "method">>;

/** Mean shares of the cells of a table. */
class Shares {
  constructor(private readonly rows: readonly StabilityRow[]) {}

  of(measure: Measure, optimiser: Optimiser, rate: number, which: Which = {}): number {
    const fits = (row: StabilityRow): boolean =>
      Object.entries(which).every(([key, value]) => row[key as keyof Which] === value);
    const cells = this.rows.filter((row) => row.optimiser === optimiser && Object.is(row.rate, rate));
    return mean(cells.filter(fits).map((row) => row[measure]));
  }

  /** 0 and 100 % are exact: what is nearly so is 1 or 99. */
  percent(measure: Measure, optimiser: Optimiser, rate: number, which?: Which): string {
    const share = this.of(measure, optimiser, rate, which);
    const rounded = Math.round(100 * share);
    return `${share > 0 && share < 1 ? Math.min(99, Math.max(1, rounded)) : rounded} %`;
  }

  /** "4 of 4,800", the runs of an optimiser without rates that did not converge. */
  failures(optimiser: Optimiser): string {
    const cells = this.rows.filter((row) => row.optimiser === optimiser);
    const runs = cells.reduce((sum, row) => sum + row.runs, 0);
    const failed = cells.reduce((sum, row) => sum + Math.round(row.runs * (1 - row.stable)), 0);
    return `${failed} of ${runs.toLocaleString("en")}`;
  }

  /** A row for each of `lines`: SGD at every rate, then the default optimiser. */
  table(measure: Measure, on: "float64" | "WebGPU", lines: readonly (readonly [string, Which])[]): string {
    const [sgd, standard] = OPTIMISERS[on];
    const header = ["", ...RATES.map((rate) => `η = ${rate}`), "default optimiser"];
    const body = lines.map(([name, which]) => [
      name,
      ...RATES.map((rate) => this.percent(measure, sgd, rate, which)),
      this.percent(measure, standard, NaN, which),
    ]);
    return markdownTable(header, body);
  }
}

const OPTIMISERS = {
  float64: ["plain SGD", "default"],
  WebGPU: ["SGD on WebGPU", "default on WebGPU"],
} as const satisfies Record<string, readonly [Optimiser, Optimiser]>;

/** The loss of the reference. */
const REFERENCE = { discrepancy: "reverseKullbackLeibler" } as const;

export function describeStability(rows: readonly StabilityRow[]): StudyResult {
  const shares = new Shares(rows);
  const byGraph = EIGHT_GRAPHS.flatMap(({ name }) =>
    METHODS.map((method) => [`${name}, ${method}`, { ...REFERENCE, graph: name, method }] as const),
  );
  const byDiscrepancy = DISCREPANCIES.map((discrepancy) => [discrepancy, { discrepancy }] as const);
  const runsOf = (which: Optimiser): number => rows.find(({ optimiser }) => optimiser === which)!.runs;
  const plain = (rate: number): string => shares.percent("stable", "plain SGD", rate, REFERENCE);
  const report = `
Each of the eight graphs gets random covariances that it can reach, in their own units, and random starts; 100 iterations
of θ ← θ − η ∂F/∂θ in float64, without any guard, count as stable where F and its gradient stay finite. A cell holds ${runsOf("plain SGD")}
runs in float64 and ${runsOf("SGD on WebGPU")} on WebGPU (float32, where the engine halves a step that leaves the positive-definite cone).
The default optimiser (L-BFGS, then the float64 polish, with further starts where one fails) has no learning rate to
choose, runs to its own end, and counts as stable where it converged.

Published shape: SGD is stable up to 1e-2 and fails at 1 and above. Ours for the reference's loss
(\`reverseKullbackLeibler\`), share of stable runs, float64:

${shares.table("stable", "float64", byGraph)}

Share of stable runs by discrepancy, over all graphs and both methods, float64:

${shares.table("stable", "float64", byDiscrepancy)}

The same on WebGPU:

${shares.table("stable", "WebGPU", byDiscrepancy)}

Share of runs whose F fell to a tenth of what it was at the start, float64:

${shares.table("fitted", "float64", byDiscrepancy)}

What to remember: the published shape comes out for the reference's loss: ${plain(0.01)} are stable at 1e-2, ${plain(1)} at 1 and ${plain(10)} at 10.
But finite is not fitted: at rates that are stable everywhere SGD has hardly moved after 100 iterations, and for maximum
likelihood, Bhattacharyya's and Hellinger's distances even 10 stays finite, because their gradients vanish where a step
has thrown Σ far out: those runs are lost all the same. No learning rate serves every discrepancy.
The default optimiser did not converge in ${shares.failures("default")} runs in float64 and in ${shares.failures("default on WebGPU")} on WebGPU.`;
  return { data: { rates: RATES, rows }, report, charts: { rates: ratesChart(shares) } };
}

function ratesChart(shares: Shares): string {
  const shown = ["plain SGD", "SGD on WebGPU", "default"] as const satisfies readonly Optimiser[];
  const points = DISCREPANCIES.flatMap((discrepancy) =>
    shown.flatMap((optimiser) =>
      RATES.flatMap((rate) =>
        (["stable", "fitted"] as const).map((measure) => ({
          discrepancy: NAMES[discrepancy],
          optimiser,
          rate,
          measure: MEASURES[measure],
          share: shares.of(measure, optimiser, optimiser === "default" ? NaN : rate, { discrepancy }),
        })),
      ),
    ),
  );
  return renderSvg("Share of runs that stay finite, and that fit, against the learning rate", {
    width: 1300,
    height: 480,
    marginRight: 110,
    marginTop: 40,
    x: { type: "log", label: "learning rate →", ticks: [1e-4, 1e-2, 1], tickFormat: String },
    y: { label: null, domain: [0, 1], tickFormat: "%", grid: true },
    fx: { label: null, domain: [...new Set(points.map(({ discrepancy }) => discrepancy))] },
    fy: { label: null, domain: Object.values(MEASURES) },
    color: { legend: false, domain: [...shown], range: ["#4e79a7", "#f28e2b", "#59a14f"] },
    marks: [
      Plot.frame({ stroke: "#ddd" }),
      Plot.line(points, {
        x: "rate",
        y: "share",
        stroke: "optimiser",
        fx: "discrepancy",
        fy: "measure",
        strokeWidth: 2,
      }),
      Plot.text(
        shown.map((optimiser, at) => ({ optimiser, y: 0.6 - 0.14 * at, measure: MEASURES.stable })),
        {
          x: 1e-4,
          y: "y",
          text: "optimiser",
          fill: "optimiser",
          fy: "measure",
          fx: () => NAMES.reverseKullbackLeibler,
          textAnchor: "start",
          dx: 4,
        },
      ),
    ],
  });
}

const MEASURES = { stable: "stable", fitted: "fitted" } as const;

const NAMES: Readonly<Record<DiscrepancyName, string>> = {
  reverseKullbackLeibler: "reverse Kullback–Leibler",
  maximumLikelihood: "maximum likelihood",
  bhattacharyya: "Bhattacharyya",
  squaredHellinger: "squared Hellinger",
  generalizedLeastSquares: "generalized least squares",
  unweightedLeastSquares: "unweighted least squares",
};
