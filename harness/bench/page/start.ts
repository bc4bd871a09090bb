import { Objective } from "../../../src/engine/cpu/objective.ts";
import { densify, solverProblem } from "../solverProblems.ts";

/** The package as a page loads it. */
type Semnan = typeof import("../../../src/index.ts");

/** Milliseconds from one step to the next, in a browser that has never seen any of it. */
export interface PageStart {
  /** Fetching and running the module. */
  readonly import: number;
  readonly device: number;
  /** Compiling the shaders of the first fit, and the rest of that fit. */
  readonly compile: number;
  readonly firstFit: number;
  readonly secondFit: number;
}

/** Loads the package and fits one model on the GPU, twice. */
export async function startOurs(modelText: string, dataText: string): Promise<PageStart> {
  const began = performance.now();
  const semnan = (await import(/* @vite-ignore */ address("semnan.js"))) as Semnan;
  const imported = performance.now();
  const device = await semnan.requestDevice();
  const ready = performance.now();
  const model = semnan.parseModel(modelText, { as: "cfa" });
  const data = semnan.dataSetFor(model, semnan.readData(dataText));
  const options = { gpu: semnan.webgpu(device), backend: "webgpu" } as const;
  const result = await semnan.fit(model, data, options);
  const fitted = performance.now();
  await semnan.fit(model, data, options);
  const again = performance.now();
  if (!result.converged || result.backend.kind !== "webgpu") throw new Error("the first fit failed");
  const compile = 1000 * (result.phases.compile ?? 0);
  return {
    import: imported - began,
    device: ready - imported,
    compile,
    firstFit: fitted - ready - compile,
    secondFit: again - fitted,
  };
}

/** From an empty page to the first value and gradient, and what the next one takes. */
export interface FirstEvaluation {
  readonly first: number;
  readonly second: number;
}

const VARIABLES = 64;

interface Evaluator {
  run(): Promise<unknown>;
  /** ∂F/∂Λ, or all of the gradient. */
  answer(): Promise<Float64Array>;
}

/** Loads a library, ours or another's, evaluates F and its gradient twice, and checks the gradient against float64. */
export async function startEvaluating(library: string): Promise<FirstEvaluation> {
  const stated = solverProblem("small districts", VARIABLES);
  const began = performance.now();
  const evaluator = await load(library, stated);
  await evaluator.run();
  const first = performance.now();
  await evaluator.run();
  const second = performance.now();
  const answer = await evaluator.answer();
  const { gradient } = new Objective(stated.problem, "covariance").evaluate(stated.theta);
  const largest = gradient.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const isWhole = answer.length === gradient.length;
  const deviation = stated.problem.model.structures[0]!.loadings.reduce(
    (most, { row, column, parameter }) => {
      const found = isWhole ? answer[parameter]! : answer[row * VARIABLES + column]!;
      return Math.max(most, Math.abs(found - gradient[parameter]!) / largest);
    },
    0,
  );
  // Float32 keeps four digits and more of so well-conditioned a gradient.
  if (!(deviation < 1e-3)) throw new Error(`${library} is wrong: its gradient deviates by ${deviation}`);
  return { first: first - began, second: second - first };
}

async function load(library: string, stated: ReturnType<typeof solverProblem>): Promise<Evaluator> {
  if (library === "semnan") {
    const semnan = (await import(/* @vite-ignore */ address("semnan.js"))) as Semnan;
    const device = await semnan.requestDevice();
    const engine = await semnan.webgpu(device).createEngine(stated.problem, undefined);
    const run = () => engine.evaluate(stated.theta);
    return { run, answer: async () => (await run()).gradient };
  }
  const dense = densify(stated);
  const peer =
    library === "jax-js"
      ? await (
          await importPeer("jaxjs.js")
        )["createJaxPeer"]!("webgpu", dense)
      : await (
          await importPeer("tensorflow.js")
        )["createTensorflowPeer"]!("webgpu", "", dense);
  return { run: () => peer.run(), answer: async () => (await peer.answer()).byLoadings };
}

interface PeerModule {
  run(): Promise<unknown>;
  answer(): Promise<{ byLoadings: Float64Array }>;
}

async function importPeer(
  file: string,
): Promise<Record<string, (...values: readonly unknown[]) => Promise<PeerModule>>> {
  return (await import(/* @vite-ignore */ address(`peers/${file}`))) as Record<
    string,
    (...values: readonly unknown[]) => Promise<PeerModule>
  >;
}

function address(file: string): string {
  return `${location.origin}/${file}`;
}

/** When the page first showed something, in milliseconds after it was asked for. */
export async function firstPaint(): Promise<number> {
  for (;;) {
    const paint = performance.getEntriesByName("first-contentful-paint")[0];
    if (paint) return paint.startTime;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
