import { readEdgeList } from "../../src/causal/graph/edgeList.ts";
import { graphToModel } from "../../src/causal/graph/toModel.ts";
import { genericParameters } from "../../src/causal/identifiability/genericValues.ts";
import { type Random, randomFrom } from "../../src/causal/identifiability/random.ts";
import { observedMoments } from "../../src/causal/weighted.ts";
import { Objective } from "../../src/engine/cpu/objective.ts";
import type { DiscrepancyName, IterateOptions, Method, Problem } from "../../src/engine/engine.ts";
import { estimate } from "../../src/fit/estimate.ts";
import { type ModuleHost, startModuleHost } from "../browser/modules/host.ts";
import { EIGHT_GRAPHS } from "./eightGraphs.ts";
import { gradientDescent } from "./gradientDescent.ts";
import type { RunEnd } from "./page/descend.ts";
import { DISCREPANCIES, METHODS, type Optimiser, RATES, type StabilityRow } from "./stabilityDesign.ts";
import { describeStability } from "./stabilityReport.ts";
import type { Study } from "./study.ts";

const SEED = 100;
const PAGE = "/harness/studies/page/descend.ts";
const ITERATIONS = 100;
/** Runs of each cell: in float64, and on software WebGPU, where a run takes a hundred times as long. */
const RUNS = 50;
const GPU_RUNS = 4;
/** A run that ends this much below its start has fitted something. */
const FITTED = 0.1;

/** Study (f): at which learning rates gradient descent survives, and that the default optimiser always does. */
export const stability: Study = {
  name: "stability",
  title: "(f) The stability experiment: gradient descent at six learning rates, and the default optimiser",
  seed: SEED,
  async run() {
    const random = randomFrom(SEED);
    const host = await startModuleHost();
    const rows: StabilityRow[] = [];
    try {
      for (const { name, edges } of EIGHT_GRAPHS) {
        for (const discrepancy of DISCREPANCIES) {
          const cases = drawCases(edges, discrepancy, RUNS, random);
          for (const method of METHODS) {
            const cell = { graph: name, discrepancy, method };
            const ends = [
              ...RATES.map((rate) => plainDescent(cases, method, rate)),
              await defaultFits(cases, method),
              ...(await onWebGpu(host, cases.slice(0, GPU_RUNS), method)),
            ];
            for (const end of ends) rows.push({ ...cell, ...end });
          }
        }
      }
    } finally {
      await host.close();
    }
    return describeStability(rows);
  },
};

/** A covariance that the graph can reach, and where a descent to it starts. */
interface Case {
  readonly problem: Problem;
  readonly start: Float64Array;
  readonly first: number;
}

export function drawCases(
  edges: string,
  discrepancy: DiscrepancyName,
  count: number,
  random: Random,
): Case[] {
  const model = graphToModel(readEdgeList(edges));
  return Array.from({ length: count }, () => {
    const truth = { structure: model.structures[0]!, theta: genericParameters(model, random, 0.7) };
    const { names, covariance } = observedMoments(truth);
    const moments = [{ names, n: 1000, covariance, mean: undefined }];
    const problem: Problem = { model, moments, discrepancy };
    const start = genericParameters(model, random, 0.7);
    return { problem, start, first: new Objective(problem).evaluate(start).value };
  });
}

type Shares = Pick<StabilityRow, "optimiser" | "rate" | "runs" | "stable" | "fitted">;

interface End {
  readonly finite: boolean;
  readonly value: number;
}

function shares(optimiser: Optimiser, rate: number, cases: readonly Case[], ends: readonly End[]): Shares {
  const stable = ends.filter(({ finite }) => finite).length / ends.length;
  const fitted = ends.filter(({ finite, value }, i) => finite && value <= FITTED * cases[i]!.first).length;
  return { optimiser, rate, runs: ends.length, stable, fitted: fitted / ends.length };
}

/** The published rule in float64. */
export function plainDescent(cases: readonly Case[], method: Method, rate: number): Shares {
  const ends = cases.map(({ problem, start }) => {
    const objective = new Objective(problem, method);
    return gradientDescent((theta) => objective.evaluate(theta), start, rate, ITERATIONS);
  });
  return shares("plain SGD", rate, cases, ends);
}

/** What `fit` does from the same start. */
export async function defaultFits(cases: readonly Case[], method: Method): Promise<Shares> {
  const ends: End[] = [];
  for (const { problem, start } of cases) {
    const { converged, value } = await estimate(problem, { start, method });
    ends.push({ finite: converged, value });
  }
  return shares("default", NaN, cases, ends);
}

/** SGD at every rate and the default, on WebGPU. */
async function onWebGpu(host: ModuleHost, cases: readonly Case[], method: Method): Promise<Shares[]> {
  const descents: RunEnd[][] = [];
  const fits: End[] = [];
  for (const { problem, start } of cases) {
    const runs = RATES.map((learningRate): IterateOptions => {
      return { start, optimiser: "sgd", learningRate, tolerance: 0, maxIterations: ITERATIONS };
    });
    descents.push(await host.call(PAGE, "descend", problem, method, runs));
    const fit = await host.call<{ converged: boolean; value: number }>(
      PAGE,
      "fitFrom",
      problem,
      method,
      start,
    );
    fits.push({ finite: fit.converged, value: fit.value });
  }
  const atRate = RATES.map((rate, at) => {
    const ends = descents.map((ofCase): End => {
      const { status, value, gradientNorm } = ofCase[at]!;
      const failed = status === "notFinite" || status === "notPositiveDefinite";
      return { finite: !failed && Number.isFinite(value) && Number.isFinite(gradientNorm), value };
    });
    return shares("SGD on WebGPU", rate, cases, ends);
  });
  return [...atRate, shares("default on WebGPU", NaN, cases, fits)];
}
