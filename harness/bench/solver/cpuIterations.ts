import { compileStructure, loadParameters } from "../../../src/engine/cpu/compiled.ts";
import { AccumulationMethod } from "../../../src/engine/cpu/accumulationMethod.ts";
import { CovarianceMethod } from "../../../src/engine/cpu/covarianceMethod.ts";
import { createDiscrepancy } from "../../../src/engine/cpu/discrepancies/create.ts";
import { Objective } from "../../../src/engine/cpu/objective.ts";
import type { Evaluation, Method, Problem } from "../../../src/engine/engine.ts";
import { minimiseLbfgs } from "../../../src/fit/lbfgs.ts";
import { quantile, summarise, type Timing } from "../measure.ts";
import type { SolverProblem } from "../solverProblems.ts";
import type { Phase } from "../page/phases.ts";

/** What one method costs in float64 on one core. */
export interface CpuIteration {
  readonly method: Method;
  /** F and its gradient. */
  readonly timing: Timing;
  /** Medians; the district form takes each district through all steps before the next, so it has no split. */
  readonly phases: Partial<Record<Phase, number>>;
}

/** As many iterations as take about this long; what takes longer than the second figure runs no second time. */
const RUN_MILLISECONDS = 200;
const SLOW_MILLISECONDS = 2000;
const MOST_ITERATIONS = 300;

type Evaluate = (theta: Float64Array) => Evaluation;

/** Times one method's evaluations, and L-BFGS around them for the price of its step. */
export function timeCpu({ problem, theta }: SolverProblem, method: Method): CpuIteration {
  const times: number[] = [];
  const phases = new Map<Phase, number[]>();
  const note = (phase: Phase, milliseconds: number): void => {
    phases.set(phase, [...(phases.get(phase) ?? []), milliseconds]);
  };
  const evaluate = method === "district" ? wholeEvaluation(problem) : splitEvaluation(problem, method, note);
  const timed: Evaluate = (at) => {
    const began = performance.now();
    const evaluation = evaluate(at);
    times.push(performance.now() - began);
    return evaluation;
  };
  // Not counted: the JavaScript engine compiles what it runs often. It has compiled a large problem by its second column.
  let iterations = 1;
  let began = performance.now();
  descend(problem, timed, theta, iterations);
  const first = performance.now() - began;
  if (first < SLOW_MILLISECONDS) {
    iterations = Math.max(1, Math.min(MOST_ITERATIONS, Math.round(RUN_MILLISECONDS / first)));
    descend(problem, timed, theta, iterations);
    times.length = 0;
    phases.clear();
    began = performance.now();
    descend(problem, timed, theta, iterations);
  }
  const spent = times.reduce((sum, time) => sum + time, 0);
  note("step", (performance.now() - began - spent) / times.length);
  return {
    method,
    timing: summarise(method, times),
    phases: Object.fromEntries([...phases].map(([phase, list]) => [phase, quantile(list, 0.5)])),
  };
}

function descend(problem: Problem, evaluate: Evaluate, theta: Float64Array, maxIterations: number): void {
  const { parameters } = problem.model;
  const lower = Float64Array.from(parameters, () => -Infinity);
  const upper = Float64Array.from(parameters, () => Infinity);
  minimiseLbfgs({ lower, upper, evaluate }, theta, { maxIterations, tolerance: 0 });
}

function wholeEvaluation(problem: Problem): Evaluate {
  const objective = new Objective(problem, "district");
  return (theta) => objective.evaluate(theta);
}

/** What the engine's objective does for one group without means whose variables are all observed, with a clock between. */
function splitEvaluation(
  problem: Problem,
  method: Method,
  note: (phase: Phase, milliseconds: number) => void,
): Evaluate {
  const [structure, moments] = [problem.model.structures[0]!, problem.moments[0]!];
  const compiled = compileStructure(structure, problem.model.parameters.length);
  const form = method === "accumulation" ? new AccumulationMethod(compiled) : new CovarianceMethod(compiled);
  const discrepancy = createDiscrepancy(problem.discrepancy, moments);
  const { p } = compiled;
  const g = new Float64Array(p * p);
  return (theta) => {
    const gradient = new Float64Array(theta.length);
    let began = performance.now();
    const lap = (phase: Phase): void => {
      note(phase, performance.now() - began);
      began = performance.now();
    };
    loadParameters(compiled, theta);
    form.forward();
    lap("forward");
    const value = discrepancy.evaluate(form.sigma, undefined, g, new Float64Array(p));
    lap("discrepancy");
    form.backward(g, gradient);
    lap("backward");
    return { value, gradient, status: Number.isNaN(value) ? "notPositiveDefinite" : "ok" };
  };
}
