import type { Moments } from "../../data/moments.ts";
import { exogeniseRoots } from "../../model/exogenise.ts";
import type { Model, Structure } from "../../model/model.ts";
import type { CustomDiscrepancy, DiscrepancyName, IterateOptions } from "../engine.ts";
import { readFloats } from "./buffers.ts";
import { createEvaluator } from "./createEvaluator.ts";
import type { Evaluator } from "./evaluator.ts";
import { Optimiser } from "./optimiser.ts";
import { submit } from "./submission.ts";

/** What `step` does, Adam at a learning rate of 0.01 unless said otherwise, and how Σ and F are computed. */
export interface SolverOptions extends Partial<
  Pick<IterateOptions, "optimiser" | "learningRate" | "schedule" | "momentum">
> {
  /** Default "maximumLikelihood". */
  readonly discrepancy?: DiscrepancyName | CustomDiscrepancy;
  /** Both form Σ; default "covariance". */
  readonly method?: "covariance" | "accumulation";
}

/** A float64 copy of a matrix, row-major, with the names of its rows and columns. */
export interface LabelledMatrix {
  readonly rows: readonly string[];
  readonly columns: readonly string[];
  readonly values: Float64Array;
}

/**
 * The SEMNAN solver for those who write their own loop: `forward`, `loss`, `backward`, `step`, in this order, any
 * number of times. Weights are θ, one number a free parameter; everything stays on the device but what is asked for.
 * Float32, and the units are the caller's: variables of about unit variance keep most digits. It owns GPU memory:
 * call `dispose`.
 */
export class Solver implements Disposable {
  private constructor(
    private readonly evaluator: Evaluator,
    private readonly optimiser: Optimiser,
    private readonly structure: Structure,
    private readonly moments: Moments,
  ) {}

  /**
   * A solver of one structure for the sample moments of its observed variables.
   *
   * @throws ModelError on a cycle, DataError where S is singular, LimitError where the model does not fit the device,
   * ShaderError where a discrepancy's WGSL does not compile.
   */
  static async create(
    device: GPUDevice,
    stated: Structure,
    moments: Moments,
    options: SolverOptions = {},
  ): Promise<Solver> {
    const model = modelOf(stated);
    const { discrepancy = "maximumLikelihood", method = "covariance", optimiser = "adam" } = options;
    const evaluator = await createEvaluator(device, { model, moments: [moments], discrepancy }, { method });
    try {
      const stepper = await Optimiser.create(evaluator.workspace, {
        ...options,
        optimiser,
        start: new Float64Array(model.parameters.length),
        // The caller decides when to stop.
        maxIterations: 2 ** 31,
        tolerance: 0,
      });
      return new Solver(evaluator, stepper, exogeniseRoots(stated), moments);
    } catch (error) {
      evaluator.dispose();
      throw error;
    }
  }

  /** Bytes of GPU memory that this solver holds. */
  get bytes(): number {
    return this.evaluator.workspace.buffers.bytes;
  }

  /** θ as the next `forward` will take it. */
  async weights(): Promise<Float64Array> {
    const { device, theta, graph } = this.evaluator.workspace;
    return Float64Array.from(await readFloats(device, theta, graph.parameterCount));
  }

  /** Sets θ, rounded to float32. */
  setWeights(theta: ArrayLike<number>): void {
    this.evaluator.setTheta(theta);
  }

  /** Computes Σ(θ). */
  async forward(): Promise<void> {
    await this.run(this.evaluator.steps.forward);
  }

  /** F(Σ), after `forward`; Infinity where Σ is not positive definite. */
  async loss(): Promise<number> {
    await this.run(this.evaluator.steps.loss);
    return (await this.evaluator.read()).value;
  }

  /** ∂F/∂θ, after `loss`. */
  async backward(): Promise<Float64Array> {
    await this.run(this.evaluator.steps.backward);
    return (await this.evaluator.read()).gradient;
  }

  /** One step of the optimiser, after `backward`. */
  async step(): Promise<void> {
    await this.run([this.optimiser.work]);
  }

  /** Σ of the observed variables in the order of the moments, after `forward`. */
  async visibleCovariance(): Promise<LabelledMatrix> {
    const { device, sizes, graph, matrices } = this.evaluator.workspace;
    const { names, covariance } = this.moments;
    const width = 4 * sizes.observed_quads;
    const difference = await readFloats(device, matrices.difference, graph.k * width);
    const values = new Float64Array(graph.k ** 2);
    // The matrix on the device is Σ − S, or Σ itself where the discrepancy works with that.
    const added = this.evaluator.holdsDifference ? covariance : undefined;
    graph.moment.forEach((row, i) => {
      graph.moment.forEach((column, j) => {
        const at = row * graph.k + column;
        values[at] = difference[i * width + j]! + (added?.[at] ?? 0);
      });
    });
    return { rows: names, columns: names, values };
  }

  /** A = Λ(I − B)⁻¹, the total effect of every source on every variable, after `forward`; exogenous latents are sources. */
  async totalEffects(): Promise<LabelledMatrix> {
    const { device, sizes, graph, matrices } = this.evaluator.workspace;
    const { p, q } = graph;
    const width = 4 * sizes.source_quads;
    const effects = await readFloats(device, matrices.effects, p * width);
    const values = new Float64Array(q * p);
    graph.order.forEach((variable, position) => {
      for (let l = 0; l < q; l++) values[l * p + variable] = effects[position * width + l]!;
    });
    const columns = this.structure.variables.map(({ name }) => name);
    return { rows: this.structure.sources, columns, values };
  }

  dispose(): void {
    this.optimiser.dispose();
    this.evaluator.dispose();
  }

  [Symbol.dispose](): void {
    this.dispose();
  }

  private async run(work: Evaluator["work"]): Promise<void> {
    const { device } = this.evaluator.workspace;
    await submit(device, work, 1, () => device.queue.onSubmittedWorkDone());
  }
}

/** A model of nothing but the structure: parameters without names of their own. */
function modelOf(structure: Structure): Model {
  const entries = [structure.loadings, structure.paths, structure.covariances].flat();
  const count = entries.reduce((most, entry) => Math.max(most, entry.parameter + 1), 0);
  const parameters = Array.from({ length: count }, (_, index) => ({
    name: `θ${index + 1}`,
    start: undefined,
    lower: -Infinity,
    upper: Infinity,
  }));
  return { parameters, structures: [structure], meanStructure: false, rows: [] };
}
