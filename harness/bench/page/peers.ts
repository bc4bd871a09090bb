import { Objective } from "../../../src/engine/cpu/objective.ts";
import { interleave, type Timing } from "../measure.ts";
import { densify, type DenseProblem, type Shape, solverProblem } from "../solverProblems.ts";

/** One implementation of F_ML and its gradient by somebody else. */
interface Peer {
  run(): Promise<unknown>;
  /** F without ln|S| + p, and ∂F/∂Λ (q×p). */
  answer(): Promise<{ value: number; byLoadings: Float64Array }>;
}

interface JaxModule {
  createJaxPeer(backend: string, problem: DenseProblem): Promise<Peer>;
}

interface TensorflowModule {
  createTensorflowPeer(backend: string, wasmFolder: string, problem: DenseProblem): Promise<Peer>;
}

export interface PeerTiming extends Timing {
  /** Largest deviation of the peer's ∂F/∂Λ from float64, relative to its largest entry. */
  readonly deviation: number;
}

const FOLDER = "/harness/bench/peers";

async function createPeer(name: string, problem: DenseProblem): Promise<Peer> {
  const [library, backend = ""] = name.split(" ");
  if (library === "jax-js") {
    const module = (await import(/* @vite-ignore */ `${FOLDER}/dist/jaxjs.js`)) as JaxModule;
    return module.createJaxPeer(backend, problem);
  }
  const module = (await import(/* @vite-ignore */ `${FOLDER}/dist/tensorflow.js`)) as TensorflowModule;
  return module.createTensorflowPeer(
    backend,
    `${FOLDER}/node_modules/@tensorflow/tfjs-backend-wasm/dist/`,
    problem,
  );
}

/** Times peers on one problem after checking their gradients against our float64 engine. */
export async function timePeers(
  names: readonly string[],
  shape: Shape,
  p: number,
  rounds: number,
): Promise<PeerTiming[]> {
  const stated = solverProblem(shape, p);
  const dense = densify(stated);
  const { gradient } = new Objective(stated.problem, "covariance").evaluate(stated.theta);
  const { loadings } = stated.problem.model.structures[0]!;
  const largest = gradient.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const timings: PeerTiming[] = [];
  for (const name of names) {
    const peer = await createPeer(name, dense);
    const { byLoadings } = await peer.answer();
    const deviation = loadings.reduce((most, { row, column, parameter }) => {
      return Math.max(most, Math.abs(byLoadings[row * p + column]! - gradient[parameter]!) / largest);
    }, 0);
    if (!(deviation < 1e-2)) throw new Error(`${name} is wrong: its gradient deviates by ${deviation}`);
    const [timing] = await interleave([{ name, run: async () => void (await peer.run()) }], rounds);
    timings.push({ ...timing!, deviation });
  }
  return timings;
}
