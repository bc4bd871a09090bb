import type { Evaluation } from "../../src/engine/engine.ts";

/** F and the seconds since the start, after iterations 0, 1, 2, … */
export interface Progress {
  readonly iteration: number;
  readonly value: number;
  readonly seconds: number;
}

export type FirstOrderRule = "SGD" | "Adam" | "Adamax";

const [BETA1, BETA2] = [0.9, 0.999];
const MOST_HALVINGS = 24;

/**
 * Steps of a first-order rule (Kingma and Ba 2015, arXiv 1412.6980) as the GPU engine makes them: one that leaves the
 * positive-definite cone is halved. Ends where F falls to `target`, or where no halving helps.
 */
export function firstOrderDescent(
  evaluate: (theta: Float64Array) => Evaluation,
  start: Float64Array,
  rule: FirstOrderRule,
  learningRate: number,
  { iterations, target }: { readonly iterations: number; readonly target: number },
): Progress[] {
  const began = performance.now();
  const theta = start.slice();
  const previous = start.slice();
  const momentum = new Float64Array(theta.length);
  const scale = new Float64Array(theta.length);
  const progress: Progress[] = [];
  let halvings = 0;
  while (progress.length <= iterations && halvings <= MOST_HALVINGS) {
    const { value, gradient, status } = evaluate(theta);
    if (status !== "ok") {
      halvings++;
      for (let j = 0; j < theta.length; j++) theta[j] = (theta[j]! + previous[j]!) / 2;
      continue;
    }
    halvings = 0;
    progress.push({ iteration: progress.length, value, seconds: (performance.now() - began) / 1000 });
    if (value <= target) break;
    previous.set(theta);
    for (let j = 0; j < theta.length; j++) {
      theta[j]! -= learningRate * update(rule, gradient[j]!, j, { momentum, scale, step: progress.length });
    }
  }
  return progress;
}

function update(
  rule: FirstOrderRule,
  slope: number,
  j: number,
  { momentum, scale, step }: { momentum: Float64Array; scale: Float64Array; step: number },
): number {
  if (rule === "SGD") return slope;
  momentum[j] = BETA1 * momentum[j]! + (1 - BETA1) * slope;
  const mean = momentum[j]! / (1 - BETA1 ** step);
  if (rule === "Adam") {
    scale[j] = BETA2 * scale[j]! + (1 - BETA2) * slope * slope;
    return mean / (Math.sqrt(scale[j]! / (1 - BETA2 ** step)) + 1e-8);
  }
  scale[j] = Math.max(BETA2 * scale[j]!, Math.abs(slope));
  return mean / Math.max(scale[j]!, 1e-30);
}
