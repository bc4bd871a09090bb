import * as Plot from "@observablehq/plot";
import { intervene } from "../../src/causal/effects/intervene.ts";
import { pathEffect } from "../../src/causal/effects/pathEffects.ts";
import { readEdgeList } from "../../src/causal/graph/edgeList.ts";
import { graphToModel } from "../../src/causal/graph/toModel.ts";
import { genericParameters } from "../../src/causal/identifiability/genericValues.ts";
import { randomFrom } from "../../src/causal/identifiability/random.ts";
import { observedMoments, type WeightedModel } from "../../src/causal/weighted.ts";
import { Objective } from "../../src/engine/cpu/objective.ts";
import { invertPositiveDefinite } from "../../src/engine/cpu/linalg.ts";
import type { Problem } from "../../src/engine/engine.ts";
import { renderSvg } from "../charts/svg.ts";
import { adamaxTrajectory, lbfgsTrajectory, type Trajectory } from "./descent.ts";
import { EIGHT_GRAPHS } from "./eightGraphs.ts";
import { markdownTable, mean, quantile, type Study } from "./study.ts";

const SEED = 8;
const STARTS = 30;
/** Iterations at which the fits are compared. */
const CHECKPOINTS = [0, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000];
const LEARNING_RATE = 0.01;

interface Row {
  readonly graph: string;
  readonly optimiser: string;
  readonly iteration: number;
  /** Median discrepancy over the starts. */
  readonly loss: number;
  /** Average |τ_i − τ_j| over pairs of starts. */
  readonly effectDistance: number;
  /** Average symmetric Kullback–Leibler divergence of the distributions after do(X ~ N(0, 1)), over pairs. */
  readonly interventionalDivergence: number;
}

/** Study (d): whether starts agree on the effect as they fit, on the eight graphs, by two optimisers. */
export const identification: Study = {
  name: "identification",
  title: "(d) The identifiability experiment on the eight graphs",
  seed: SEED,
  run() {
    const rows: Row[] = [];
    const random = randomFrom(SEED);
    for (const { name, edges } of EIGHT_GRAPHS) {
      const model = graphToModel(readEdgeList(edges));
      const structure = model.structures[0]!;
      const truth = { structure, theta: genericParameters(model, random, 0.7) };
      const { names, covariance } = observedMoments(truth);
      const moments = [{ names, n: 1000, covariance, mean: undefined }];
      const problem: Problem = { model, moments, discrepancy: "maximumLikelihood" };
      const starts = Array.from({ length: STARTS }, () => genericParameters(model, random, 0.7));
      const optimisers: Record<string, (start: Float64Array) => Trajectory> = {
        "L-BFGS (ours)": (start) => lbfgsTrajectory(problem, start, CHECKPOINTS.at(-1)!),
        "Adamax (paper)": (start) => adamaxTrajectory(problem, start, CHECKPOINTS.at(-1)!, LEARNING_RATE),
      };
      for (const [optimiser, descend] of Object.entries(optimisers)) {
        const trajectories = starts.map(descend);
        for (const iteration of CHECKPOINTS) {
          const fits = trajectories.map((trajectory) => ({
            structure,
            theta: trajectory[Math.min(iteration, trajectory.length - 1)]!,
          }));
          rows.push({ graph: name, optimiser, iteration, ...compare(problem, fits) });
        }
      }
    }
    return describe(rows);
  },
};

function compare(problem: Problem, fits: readonly WeightedModel[]) {
  const objective = new Objective(problem);
  const losses = fits.map(({ theta }) => Math.max(objective.evaluate(theta).value, 1e-17));
  // A start that ended in a local optimum says nothing of identifiability, so only fits near the best are compared.
  const best = Math.min(...losses);
  const perfect = fits.filter((_, index) => losses[index]! <= Math.max(1e-6, 100 * best));
  const compared = perfect.length >= 5 ? perfect : fits;
  const effects = compared.map((fit) => pathEffect(fit, { from: "X", to: "Y", kind: "total" }).estimate);
  const after = compared.map((fit) => {
    return observedMoments(intervene(fit, [{ variable: "X", mean: 0, variance: 1 }])).covariance;
  });
  return {
    loss: quantile(losses, 0.5),
    effectDistance: pairwise(effects, (a, b) => Math.abs(a - b)),
    interventionalDivergence: pairwise(after, symmetricDivergence),
  };
}

function pairwise<T>(items: readonly T[], distance: (a: T, b: T) => number): number {
  return mean(items.flatMap((a, i) => items.slice(i + 1).map((b) => distance(a, b))));
}

/** ½ [KL(a‖b) + KL(b‖a)] of centred normal distributions: ¼ [tr(A B⁻¹) + tr(B A⁻¹)] − k/2. */
function symmetricDivergence(a: Float64Array, b: Float64Array): number {
  const k = Math.sqrt(a.length);
  const trace = (x: Float64Array, y: Float64Array): number => {
    const inverse = invertPositiveDefinite(y, k)?.inverse;
    return inverse === undefined ? Infinity : x.reduce((sum, value, i) => sum + value * inverse[i]!, 0);
  };
  return Math.max(0, (trace(a, b) + trace(b, a)) / 4 - k / 2);
}

function describe(rows: readonly Row[]) {
  const last = CHECKPOINTS.at(-1)!;
  const at = (graph: string, optimiser: string, iteration: number): Row =>
    rows.find((row) => row.graph === graph && row.optimiser === optimiser && row.iteration === iteration)!;
  const [ours, paper] = ["L-BFGS (ours)", "Adamax (paper)"] as const;
  const table = markdownTable(
    [
      "graph",
      "verdict by theory",
      "effect distance, ours at 100",
      "ours at the end",
      "Adamax at 100",
      "Adamax at the end",
      "divergence, ours",
      "divergence, Adamax",
    ],
    EIGHT_GRAPHS.map(({ name, verdicts }) => [
      name,
      verdicts["X -> Y"]!,
      ...[at(name, ours, 100), at(name, ours, last), at(name, paper, 100), at(name, paper, last)].map(
        ({ effectDistance }) => effectDistance.toExponential(1),
      ),
      at(name, ours, last).interventionalDivergence.toExponential(1),
      at(name, paper, last).interventionalDivergence.toExponential(1),
    ]),
  );
  const report = `
For each graph a generic Σ is fitted from ${STARTS} random starts, by L-BFGS as this package uses it and by Adamax at
a constant learning rate of ${LEARNING_RATE}. At every checkpoint the fits near the best loss are compared: the
average distance of their total effects X → Y, and the average divergence of their distributions after
do(X ~ N(0, 1)).

${table}

What to remember: where theory says identifiable, the distance goes to zero with the loss; where it says not, the fits
become perfect and keep disagreeing, and the interventional divergence with them. L-BFGS has separated the two after 50
iterations. At 100 iterations Adamax still ranks them wrongly (its starts differ more on the instrument, which is
identifiable, than on the bow, which is not) and it needs thousands to tell; who runs the experiment with a first-order
method has to look at the loss before believing the distance. The rank test of \`identify\` needs no fit at all.`;
  const long = rows.flatMap(({ graph, optimiser, iteration, ...measures }) =>
    Object.entries(measures).map(([measure, value]) => ({
      graph,
      optimiser,
      iteration: Math.max(iteration, 0.7),
      measure: MEASURES[measure]!,
      value: Math.min(Math.max(value, 1e-15), 1e3),
    })),
  );
  const chart = renderSvg("Loss, effect distance and interventional divergence against iteration", {
    width: 1400,
    height: 620,
    marginRight: 180,
    x: {
      type: "log",
      label: "iteration →",
      ticks: [1, 10, 100, 1000],
      tickFormat: String,
      domain: [0.7, 5000],
    },
    y: { type: "log", label: null, domain: [1e-15, 1e3], ticks: [1e-15, 1e-10, 1e-5, 1], tickFormat: ".0e" },
    fx: { label: null, domain: EIGHT_GRAPHS.map(({ name }) => name) },
    fy: { label: null, domain: Object.values(MEASURES) },
    color: { scheme: "Tableau10", legend: false, domain: [ours, paper] },
    marks: [
      Plot.frame({ stroke: "#ddd" }),
      Plot.line(long, {
        x: "iteration",
        y: "value",
        stroke: "optimiser",
        fx: "graph",
        fy: "measure",
        strokeWidth: 2,
      }),
      Plot.text(
        [
          { text: paper, value: 1e-6, graph: "bow", measure: MEASURES["effectDistance"]! },
          { text: ours, value: 1e-9, graph: "bow", measure: MEASURES["effectDistance"]! },
        ],
        { x: 1, y: "value", text: "text", fill: "text", fx: "graph", fy: "measure", textAnchor: "start" },
      ),
    ],
  });
  return { data: { starts: STARTS, learningRate: LEARNING_RATE, rows }, report, charts: { curves: chart } };
}

const MEASURES: Readonly<Record<string, string>> = {
  loss: "median loss",
  effectDistance: "effect distance",
  interventionalDivergence: "divergence after do(X)",
};
