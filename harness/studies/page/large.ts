import type { Method } from "../../../src/engine/engine.ts";
import { requestDevice } from "../../../src/engine/gpu/device.ts";
import { createGpuEngine } from "../../../src/engine/gpu/engine.ts";
import { type Shape, solverProblem } from "../../bench/solverProblems.ts";

export interface LargeRun {
  readonly method: Method;
  readonly startSeconds: number;
  readonly evaluationSeconds: number;
  readonly iterations: number;
  readonly iterationSeconds: number;
  /** F at the start and after the iterations. */
  readonly values: readonly [number, number];
  readonly bytes: number;
  readonly status: string;
  readonly gradient: Float64Array;
}

/** One evaluation and a few iterations of a large problem on WebGPU; the page makes the problem, which is large itself. */
export async function runLarge(
  shape: Shape,
  p: number,
  method: Method,
  iterations: number,
): Promise<LargeRun> {
  const { problem, theta } = solverProblem(shape, p);
  let began = performance.now();
  const lap = (): number => {
    const seconds = (performance.now() - began) / 1000;
    began = performance.now();
    return seconds;
  };
  using engine = await createGpuEngine(await requestDevice(), problem, { method });
  const startSeconds = lap();
  const first = await engine.evaluate(theta);
  lap();
  await engine.evaluate(theta);
  const evaluationSeconds = lap();
  const limits = { optimiser: "lbfgs", maxIterations: iterations, tolerance: 0 } as const;
  const report = await engine.iterate({ start: theta, ...limits });
  return {
    method: engine.backend.method,
    startSeconds,
    evaluationSeconds,
    iterations: report.iterations,
    iterationSeconds: lap() / Math.max(1, report.iterations),
    values: [first.value, report.value],
    bytes: engine.backend.bytes ?? NaN,
    status: first.status,
    gradient: first.gradient,
  };
}
