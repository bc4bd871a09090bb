import * as Plot from "@observablehq/plot";
import { graphToModel } from "../../src/causal/graph/toModel.ts";
import { makeGraph, type CausalGraph } from "../../src/causal/graph.ts";
import { genericParameters } from "../../src/causal/identifiability/genericValues.ts";
import { randomFrom, type Random } from "../../src/causal/identifiability/random.ts";
import { semnanLayers } from "../../src/causal/operations/layers.ts";
import { observedMoments } from "../../src/causal/weighted.ts";
import { Objective } from "../../src/engine/cpu/objective.ts";
import type { Method } from "../../src/engine/engine.ts";
import { renderSvg } from "../charts/svg.ts";
import { line, markdownTable, quantile, type Study } from "./study.ts";

const SEED = 5;
const LATENTS = [5, 10, 20, 50, 100, 200];
const VISIBLE = 32;
const EFFECTS_OF_A_LATENT = 3;
const METHODS: readonly Method[] = ["covariance", "accumulation", "district"];
const ROUNDS = 15;

interface Timing {
  readonly latents: number;
  readonly method: Method;
  readonly microseconds: number;
}

interface Memory {
  readonly latents: number;
  readonly scheme: string;
  readonly floats: number;
}

/** Study (c): time and memory of one evaluation with gradient against the number of latents. */
export const latentCount: Study = {
  name: "latent-count",
  title: "(c) Run time and memory against the number of latents",
  seed: SEED,
  run() {
    const random = randomFrom(SEED);
    const timings: Timing[] = [];
    const memory: Memory[] = [];
    for (const latents of LATENTS) {
      const graph = graphWith(latents, random);
      for (const method of METHODS)
        timings.push({ latents, method, microseconds: timeOf(graph, method, random) });
      memory.push(...memoryOf(graph, latents));
    }
    return describe(timings, memory);
  },
};

/** 32 variables with two earlier causes each, q latents of three effects each, private errors. */
function graphWith(latents: number, random: Random): CausalGraph {
  const vertices = Array.from({ length: VISIBLE + latents }, (_, index) => ({
    name: index < VISIBLE ? `X${index + 1}` : `U${index - VISIBLE + 1}`,
    latent: index >= VISIBLE,
    ownError: true,
  }));
  const pick = (count: number, below: number): number[] => {
    const chosen = new Set<number>();
    while (chosen.size < Math.min(count, below)) chosen.add(Math.floor(random() * below));
    return [...chosen];
  };
  const edges = Array.from({ length: VISIBLE }, (_, to) => pick(2, to).map((from) => ({ from, to }))).flat();
  for (let latent = VISIBLE; latent < VISIBLE + latents; latent++) {
    edges.push(...pick(EFFECTS_OF_A_LATENT, VISIBLE).map((to) => ({ from: latent, to })));
  }
  return makeGraph({ vertices, edges });
}

/** Median time of a value and gradient in microseconds, of batches long enough for the clock. */
function timeOf(graph: CausalGraph, method: Method, random: Random): number {
  const model = graphToModel(graph);
  const theta = genericParameters(model, random, 0.3);
  const { names, covariance } = observedMoments({ structure: model.structures[0]!, theta });
  const moments = [{ names, n: 1000, covariance, mean: undefined }];
  const objective = new Objective({ model, moments, discrepancy: "maximumLikelihood" }, method);
  const shifted = theta.map((value) => 1.05 * value);
  const batch = (count: number): number => {
    const started = performance.now();
    for (let i = 0; i < count; i++) objective.evaluate(shifted);
    return (1000 * (performance.now() - started)) / count;
  };
  const count = Math.max(5, Math.ceil(10_000 / batch(200)));
  return quantile(
    Array.from({ length: ROUNDS }, () => batch(count)),
    0.5,
  );
}

/**
 * Floats that three schemes keep of Σ while they run: every layer of the SEMNAN on its own, every layer's weights
 * besides, or one array for all layers (µ-SEMNAN).
 */
function memoryOf(graph: CausalGraph, latents: number): Memory[] {
  const widths = semnanLayers(graph).map(({ variables, aliases }) => variables.length + aliases.length);
  const squares = widths.reduce((sum, width) => sum + width * width, 0);
  const weights = widths.slice(1).reduce((sum, width, layer) => sum + width * widths[layer]!, 0);
  const sources = latents + VISIBLE;
  return [
    { latents, scheme: "SEMNAN, a matrix a layer", floats: squares + weights },
    { latents, scheme: "µ-SEMNAN", floats: (sources + VISIBLE) * VISIBLE },
  ];
}

function describe(timings: readonly Timing[], memory: readonly Memory[]) {
  const fitted = METHODS.map((method) =>
    line(
      timings
        .filter((timing) => timing.method === method)
        .map(({ latents, microseconds }) => ({ x: latents, y: microseconds })),
    ),
  );
  const at = (latents: number, method: Method): string =>
    timings.find((timing) => timing.latents === latents && timing.method === method)!.microseconds.toFixed(0);
  const floats = (latents: number, scheme: string): string =>
    memory.find((row) => row.latents === latents && row.scheme === scheme)!.floats.toLocaleString("en");
  const table = markdownTable(
    ["latents", ...METHODS.map((method) => `${method}, µs`), "SEMNAN, floats", "µ-SEMNAN, floats"],
    LATENTS.map((latents) => [
      latents,
      ...METHODS.map((method) => at(latents, method)),
      floats(latents, "SEMNAN, a matrix a layer"),
      floats(latents, "µ-SEMNAN"),
    ]),
  );
  const growth = (): string => (Number(at(200, "covariance")) / Number(at(5, "covariance"))).toFixed(1);
  const layered = LATENTS.map(
    (latents) =>
      memory.find((row) => row.latents === latents && row.scheme !== "µ-SEMNAN")!.floats /
      memory.find((row) => row.latents === latents && row.scheme === "µ-SEMNAN")!.floats,
  );
  const report = `
${VISIBLE} visible variables with two causes each, private errors, and 5 to 200 further latents of
${EFFECTS_OF_A_LATENT} effects each. Time is the median of ${ROUNDS} batches of one maximum-likelihood value with its
gradient, float64 on one core; timings depend on the machine.

${table}

Straight lines through these times: ${METHODS.map((method, m) => `${method} ${lineText(fitted[m]!)}`).join("; ")}.
Theory: the covariance and accumulation methods carry one row for each latent through the graph, so their cost is
linear in q on top of a constant p³ for the inverse of Σ; the district form meets latents only in Ω = ΛᵀΛ.

What to remember: the number of latents is cheap. At p = ${VISIBLE} the constant cost of inverting Σ and of the p² moments
outweighs the first dozens of latents, so forty times as many latents cost ${growth()} times the time by the
covariance method.
µ-SEMNAN's memory is linear in the latents; keeping every layer takes ${Math.min(...layered).toFixed(0)} to
${Math.max(...layered).toFixed(0)} times as much here, because the wide source layers are carried through every layer as aliases.`;
  const time = renderSvg("Time of a value and gradient against the number of latents", {
    x: { type: "log", label: "latents →", ticks: LATENTS, tickFormat: String },
    y: { type: "log", label: "↑ microseconds" },
    marginRight: 100,
    color: { scheme: "Tableau10" },
    marks: [
      Plot.line(timings, { x: "latents", y: "microseconds", stroke: "method", strokeWidth: 2 }),
      Plot.dot(timings, { x: "latents", y: "microseconds", fill: "method" }),
      Plot.text(
        timings.filter(({ latents }) => latents === LATENTS.at(-1)),
        { x: "latents", y: "microseconds", text: "method", fill: "method", dx: 8, textAnchor: "start" },
      ),
    ],
  });
  const space = renderSvg("Floats kept against the number of latents", {
    x: { type: "log", label: "latents →", ticks: LATENTS, tickFormat: String },
    y: { type: "log", label: "↑ floats" },
    marginRight: 190,
    color: { scheme: "Tableau10" },
    marks: [
      Plot.line(memory, { x: "latents", y: "floats", stroke: "scheme", strokeWidth: 2 }),
      Plot.dot(memory, { x: "latents", y: "floats", fill: "scheme" }),
      Plot.text(
        memory.filter(({ latents }) => latents === LATENTS.at(-1)),
        { x: "latents", y: "floats", text: "scheme", fill: "scheme", dx: 8, textAnchor: "start" },
      ),
    ],
  });
  return {
    data: { visible: VISIBLE, timings, memory, lines: fitted },
    report,
    charts: { time, memory: space },
  };
}

function lineText({ intercept, slope, explained }: ReturnType<typeof line>): string {
  return `${intercept.toFixed(0)} µs + ${slope.toFixed(2)} µs · q (R² ${explained.toFixed(3)})`;
}
