import { Objective } from "../../../src/engine/cpu/objective.ts";
import { densify, type DenseProblem, type SolverProblem } from "../solverProblems.ts";

/** What a peer's page module makes: F_ML and its gradient by somebody else. */
interface PeerModule {
  run(): Promise<unknown>;
  /** F without ln|S| + p, and ∂F/∂Λ (q×p). */
  answer(): Promise<{ value: number; byLoadings: Float64Array }>;
}

interface JaxModule {
  createJaxPeer(backend: string, problem: DenseProblem): Promise<PeerModule>;
}

interface TensorflowModule {
  createTensorflowPeer(backend: string, wasmFolder: string, problem: DenseProblem): Promise<PeerModule>;
}

/** A peer whose answer has been checked. */
export interface Peer {
  readonly name: string;
  run(): Promise<void>;
  /** Milliseconds of one evaluation after that, where it takes too long to be timed in rounds. */
  readonly slow: number | undefined;
  /** Largest deviation of its ∂F/∂Λ from float64, relative to its largest entry. */
  readonly deviation: number;
}

export interface Peers {
  readonly peers: readonly Peer[];
  /** Those that are not there, with the reason. */
  readonly leftOut: Readonly<Record<string, string>>;
}

const FOLDER = "/harness/bench/peers";

/** A larger deviation is an error, not float32: the worst seen is a thousandth of it. */
const LARGEST_DEVIATION = 1e-2;
const SLOW_MILLISECONDS = 3000;

async function createPeer(name: string, problem: DenseProblem): Promise<PeerModule> {
  const [library, backend = ""] = name.split(" ");
  if (library === "jax-js") {
    const module = (await import(/* @vite-ignore */ `${FOLDER}/dist/jaxjs.js`)) as JaxModule;
    return module.createJaxPeer(backend, problem);
  }
  const module = (await import(/* @vite-ignore */ `${FOLDER}/dist/tensorflow.js`)) as TensorflowModule;
  const wasmFolder = `${FOLDER}/node_modules/@tensorflow/tfjs-backend-wasm/dist/`;
  return module.createTensorflowPeer(backend, wasmFolder, problem);
}

/** Makes the peers for one problem, each checked against our float64 engine before anybody times it. */
export async function createPeers(names: readonly string[], stated: SolverProblem): Promise<Peers> {
  if (names.length === 0) return { peers: [], leftOut: {} };
  const dense = densify(stated);
  const { gradient } = new Objective(stated.problem, "covariance").evaluate(stated.theta);
  const peers: Peer[] = [];
  const leftOut: Record<string, string> = {};
  for (const name of names) {
    try {
      const made = await createPeer(name, dense);
      const deviation = deviationOf(stated, gradient, (await made.answer()).byLoadings);
      if (!(deviation < LARGEST_DEVIATION)) throw new Error(`its gradient deviates by ${deviation}`);
      const began = performance.now();
      await made.run();
      const once = performance.now() - began;
      const slow = once > SLOW_MILLISECONDS ? once : undefined;
      peers.push({ name, deviation, slow, run: async () => void (await made.run()) });
    } catch (error) {
      leftOut[name] = error instanceof Error ? error.message : String(error);
    }
  }
  return { peers, leftOut };
}

function deviationOf({ problem }: SolverProblem, gradient: Float64Array, byLoadings: Float64Array): number {
  const { loadings, variables } = problem.model.structures[0]!;
  const largest = gradient.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return loadings.reduce((most, { row, column, parameter }) => {
    const found = byLoadings[row * variables.length + column]!;
    const error = Math.abs(found - gradient[parameter]!) / largest;
    return Number.isNaN(error) ? Infinity : Math.max(most, error);
  }, 0);
}
