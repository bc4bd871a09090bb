import { alignData } from "../../src/data/alignData.ts";
import { bindSample } from "../../src/fit/bindSample.ts";
import { CONVERGED, estimate } from "../../src/fit/estimate.ts";
import { minimiseLbfgs } from "../../src/fit/lbfgs.ts";
import { createTarget, polish } from "../../src/fit/polish.ts";
import { scaleProblem } from "../../src/fit/scale.ts";
import { startingValues } from "../../src/fit/starts.ts";
import type { IterationReport, Problem } from "../../src/engine/engine.ts";
import { gpuObstacle } from "../../src/engine/gpu/obstacle.ts";
import { observedNames } from "../../src/model/model.ts";
import { caseData, caseModel, type FitCase, fitCases } from "../bench/fitCases.ts";
import { type ModuleHost, startModuleHost } from "../browser/modules/host.ts";
import { type FirstOrderRule, firstOrderDescent, type Progress } from "./firstOrder.ts";
import { ARRIVED, type Curve, type ModelRow, MOST_ITERATIONS, RATES, RULES } from "./optimisersDesign.ts";
import { describeOptimisers } from "./optimisersReport.ts";
import type { Study } from "./study.ts";

/** Models whose whole descents are shown. */
const REPEATS = 7;
const SHOWN = ["01a_hs_cfa_marker", "02_poldem_sem", "12_pmdag_p40"];

/** Study (g): iterations and time of the default optimiser and of first-order rules, on the reference's models. */
export const optimisers: Study = {
  name: "optimisers",
  title: "(g) Optimisers on the reference's models",
  seed: 0,
  async run() {
    const host = await startModuleHost();
    const rows: ModelRow[] = [];
    const curves: Curve[] = [];
    try {
      for (const fitCase of fitCases()) {
        const found = await followModel(fitCase, host);
        rows.push(found.row);
        if (SHOWN.includes(fitCase.name)) curves.push(...found.curves);
      }
    } finally {
      await host.close();
    }
    return describeOptimisers(rows, curves);
  },
};

async function followModel(fitCase: FitCase, host: ModuleHost): Promise<{ row: ModelRow; curves: Curve[] }> {
  const model = caseModel(fitCase);
  const data = alignData(caseData(fitCase), model.structures.map(observedNames));
  const moments = data.groups.map((group) => group.moments);
  const stated: Problem = { model: bindSample(model, moments), moments, discrepancy: "maximumLikelihood" };
  const least = (await estimate(stated)).value;
  const { problem } = scaleProblem(stated);
  const start = startingValues(problem);
  const ours = fastest(
    fitCase.name,
    () => followDefault(problem, start),
    ({ progress }) => progress,
  );
  const curves = [
    curveOf({ model: fitCase.name, optimiser: "L-BFGS + polish", rate: null }, ours.progress, least),
  ];
  const firstOrder = { SGD: [], Adam: [], Adamax: [] } as Record<FirstOrderRule, (number | null)[]>;
  for (const rule of RULES) {
    const runs = RATES.map((rate) =>
      fastest(
        fitCase.name,
        () => followRule(problem, start, rule, rate, least + ARRIVED),
        (progress) => progress,
      ),
    );
    firstOrder[rule] = runs.map((progress) => arrival(progress, least));
    const [best, rate] = bestOf(runs, firstOrder[rule]);
    curves.push(curveOf({ model: fitCase.name, optimiser: rule, rate }, best, least));
  }
  const lbfgs = arrival(ours.progress, least) ?? NaN;
  const row = {
    model: fitCase.name,
    parameters: model.parameters.length,
    lbfgs,
    engine: ours.engine,
    polish: ours.polish,
    webgpu: await iterationsOnGpu(problem, start, host),
    firstOrder,
  };
  return { row, curves };
}

/** The run that took least time, of as many as its curve deserves: all make the same steps. */
function fastest<Run>(model: string, run: () => Run, progressOf: (run: Run) => readonly Progress[]): Run {
  const runs = Array.from({ length: SHOWN.includes(model) ? REPEATS : 1 }, run);
  const seconds = (one: Run): number => progressOf(one).at(-1)!.seconds;
  return runs.reduce((best, one) => (seconds(one) < seconds(best) ? one : best));
}

/** What `estimate` does, watched. */
function followDefault(
  problem: Problem,
  start: Float64Array,
): { progress: Progress[]; engine: number; polish: number } {
  const target = createTarget(problem);
  const began = performance.now();
  const progress = [{ iteration: 0, value: target.evaluate(start).value, seconds: 0 }];
  const onIteration = (_: number, value: number): void => {
    progress.push({ iteration: progress.length, value, seconds: (performance.now() - began) / 1000 });
  };
  const near = minimiseLbfgs(target, start, { maxIterations: 1000, tolerance: 1e-4, onIteration });
  const end = polish(problem, target, near.theta, { maxIterations: 60, tolerance: CONVERGED, onIteration });
  return { progress, engine: near.iterations, polish: end.iterations };
}

function followRule(
  problem: Problem,
  start: Float64Array,
  rule: FirstOrderRule,
  rate: number,
  target: number,
): Progress[] {
  const { evaluate } = createTarget(problem);
  return firstOrderDescent(evaluate, start, rule, rate, { iterations: MOST_ITERATIONS, target });
}

function arrival(progress: readonly Progress[], least: number): number | null {
  return progress.find(({ value }) => value <= least + ARRIVED)?.iteration ?? null;
}

/** The run that arrived first, or else came lowest. */
function bestOf(runs: readonly Progress[][], arrivals: readonly (number | null)[]): [Progress[], number] {
  const rank = (at: number): number => arrivals[at] ?? MOST_ITERATIONS * (1 + runs[at]!.at(-1)!.value);
  const best = runs.reduce((least, _, at) => (rank(at) < rank(least) ? at : least), 0);
  return [runs[best]!, RATES[best]!];
}

function curveOf(of: Omit<Curve, "points">, progress: readonly Progress[], least: number): Curve {
  // A line on logarithmic paper needs no more than some hundred points.
  const kept = progress.filter(
    ({ iteration }) => iteration % Math.max(1, 10 ** (Math.floor(Math.log10(iteration + 1)) - 1)) === 0,
  );
  const points = kept.map(({ iteration, seconds, value }) => ({
    iteration,
    seconds,
    excess: Math.max(value - least, 1e-16),
  }));
  return { ...of, points };
}

async function iterationsOnGpu(
  problem: Problem,
  start: Float64Array,
  host: ModuleHost,
): Promise<number | null> {
  if (gpuObstacle(problem) !== undefined) return null;
  const report = await host.call<Pick<IterationReport, "iterations">>(
    "/harness/bench/page/evaluate.ts",
    "minimiseOnGpu",
    problem,
    start,
  );
  return report.iterations;
}
