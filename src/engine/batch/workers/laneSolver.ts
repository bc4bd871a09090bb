import type { KernelExports } from "../wasm/kernel.ts";
import type { KernelMemory } from "../wasm/layout.ts";

/** One group's data for case resampling, in the scaled problem's units. */
export interface ResamplingGroup {
  readonly rows: number;
  readonly k: number;
  /**
   * rows × 2·pairs: for each case the products x_i x_j (lower triangle by rows) and the values x_i of its deviations
   * from `mean`, padded to an even number of columns.
   */
  readonly table: Float64Array;
  /** What the deviations are taken from. */
  readonly mean: Float64Array;
  /** Places in the sample vector; `meanPlace` is −1 where means are not modelled. */
  readonly covariancePlace: number;
  readonly meanPlace: number;
}

/** Everything a worker needs once. Survives `postMessage`. */
export interface SolverSetup {
  readonly module: WebAssembly.Module;
  readonly memory: KernelMemory;
  readonly free: number;
  /** Lower triangle by rows of the inverse Hessian that every problem starts with. */
  readonly inverseHessian: Float64Array;
  /** Converged where gᵀHg is at most this. */
  readonly tolerance: number;
  readonly mostEvaluations: number;
  /** Variables, place of S in the sample vector and share of the cases, by group. */
  readonly groups: readonly {
    readonly k: number;
    readonly covariancePlace: number;
    readonly share: number;
  }[];
  readonly resampling:
    { readonly key: readonly [number, number]; readonly groups: readonly ResamplingGroup[] } | undefined;
}

/** Problems first … first + count − 1. */
export interface Shard {
  readonly first: number;
  readonly count: number;
  /** θ to start from: t numbers for all, or count×t. */
  readonly starts: Float64Array;
  /** Sample vectors: m numbers for all, or count×m; absent where problem i is the resample number i. */
  readonly samples: Float64Array | undefined;
}

/** Values of `status`: converged, not converged, S or Σ(start) not positive definite. */
export interface ShardResult {
  readonly first: number;
  readonly count: number;
  readonly theta: Float64Array;
  /** F at `theta`. */
  readonly value: Float64Array;
  readonly status: Uint8Array;
  readonly evaluations: Uint16Array;
}

/**
 * Solves shards on one thread with one kernel: two problems at a time, and as soon as one is done the next takes its
 * lane. No lane ever sees another's numbers, so a problem's result does not depend on its neighbours.
 *
 * The class refers to nothing outside itself, because its source text is also what the workers run.
 */
export class LaneSolver {
  static readonly RESTARTS = 1;
  readonly #setup: SolverSetup;
  readonly #kernel: KernelExports;
  readonly #floats: Float64Array;
  readonly #integers: Int32Array;
  readonly #tables: { readonly table: number; readonly sums: number; readonly offsets: number }[] = [];
  /** What a lane begins with: addresses in the kernel's memory, and the two that change from problem to problem. */
  readonly #origin: { readonly inverseHessian: number; readonly zeros: number };
  readonly #start: Float64Array;
  readonly #sample: Float64Array;
  readonly #factor: Float64Array;

  constructor(setup: SolverSetup) {
    this.#setup = setup;
    const memory = new WebAssembly.Memory({ initial: 1 });
    const align = (address: number): number => Math.ceil(address / 16) * 16;
    let next = align(setup.free);
    const take = (bytes: number): number => {
      const address = next;
      next = align(next + bytes);
      return address;
    };
    for (const { rows, table } of setup.resampling?.groups ?? []) {
      const sums = take((table.length / rows) * 8);
      // Offsets are written sixteen at a time.
      this.#tables.push({ sums, offsets: take(4 * rows + 60), table: take(8 * table.length) });
    }
    const { t, m } = setup.memory;
    const zeros = take(8 * 6 * t);
    const [inverseHessian, start, sample] = [setup.inverseHessian.length, t, m].map((count) =>
      take(8 * count),
    ) as [number, number, number];
    this.#origin = { inverseHessian, zeros };
    memory.grow(Math.ceil(next / 65536));
    const host = { memory, logarithm: Math.log };
    this.#kernel = new WebAssembly.Instance(setup.module, { host }).exports as unknown as KernelExports;
    this.#floats = new Float64Array(memory.buffer);
    this.#integers = new Int32Array(memory.buffer);
    setup.resampling?.groups.forEach(({ table }, g) => this.#floats.set(table, this.#tables[g]!.table / 8));
    this.#floats.fill(setup.tolerance, setup.memory.tolerance / 8, setup.memory.tolerance / 8 + 2);
    this.#floats.set(setup.inverseHessian, inverseHessian / 8);
    this.#start = new Float64Array(memory.buffer, start, t);
    this.#sample = new Float64Array(memory.buffer, sample, m);
    this.#factor = new Float64Array(Math.max(...setup.groups.map(({ k }) => k * k)));
  }

  solve(shard: Shard): ShardResult {
    const { memory, mostEvaluations } = this.#setup;
    const { count, first } = shard;
    const result: ShardResult = {
      first,
      count,
      theta: new Float64Array(count * memory.t).fill(NaN),
      value: new Float64Array(count).fill(NaN),
      status: new Uint8Array(count),
      evaluations: new Uint16Array(count),
    };
    const lanes = [0, 1].map((lane) => ({ lane, problem: -1, limit: 0, restarts: 0, constant: 0 }));
    let next = 0;
    const refill = (slot: (typeof lanes)[number]): void => {
      slot.problem = -1;
      while (next < count && slot.problem < 0) {
        const problem = next++;
        slot.constant = this.#loadSample(shard, problem);
        if (Number.isNaN(slot.constant)) {
          result.status[problem] = 2;
          continue;
        }
        this.#begin(slot.lane, shard, problem);
        Object.assign(slot, { problem, limit: mostEvaluations, restarts: 0 });
      }
    };
    lanes.forEach(refill);
    for (;;) {
      const active = lanes.filter(({ problem }) => problem >= 0);
      if (active.length === 0) return result;
      const most = Math.min(...active.map(({ limit, problem }) => limit - result.evaluations[problem]!));
      const watched = active.reduce((mask, { lane }) => mask | (1 << lane), 0);
      const finished = this.#kernel.iterate(most, watched);
      const spent = this.#integers[memory.evaluations / 4]!;
      for (const slot of active) {
        result.evaluations[slot.problem]! += spent;
        const isSpent = result.evaluations[slot.problem]! >= slot.limit;
        if (!isSpent && !(finished & (1 << slot.lane))) continue;
        if (this.#finish(slot, result)) refill(slot);
      }
    }
  }

  /** The sample vectors of resamples first … first + count − 1: count×m. */
  draw(first: number, count: number): Float64Array {
    const { m } = this.#setup.memory;
    const samples = new Float64Array(count * m);
    for (let i = 0; i < count; i++) {
      this.#setup.resampling!.groups.forEach((group, g) => this.#resample(group, g, first + i));
      samples.set(this.#sample, i * m);
    }
    return samples;
  }

  /** Reads a finished lane; false where it got stuck and tries once more with a fresh matrix. */
  #finish(
    slot: { lane: number; problem: number; limit: number; restarts: number; constant: number },
    { theta, value, status }: ShardResult,
  ): boolean {
    const { memory, mostEvaluations } = this.#setup;
    const floats = this.#floats;
    const { lane, problem } = slot;
    const isConverged = floats[memory.state / 8 + lane] === 1;
    const reached = floats[memory.value / 8 + lane]!;
    if (!isConverged && reached < Infinity && slot.restarts < LaneSolver.RESTARTS) {
      slot.restarts++;
      slot.limit += mostEvaluations;
      for (let j = 0; j < memory.t; j++) this.#start[j] = floats[memory.theta / 8 + 2 * j + lane]!;
      this.#reset(lane);
      return false;
    }
    status[problem] = isConverged ? 0 : reached < Infinity ? 1 : 2;
    if (reached < Infinity) {
      // The step from a converged point is known and costs nothing: it takes off most of what is left, and half its
      // slope off F.
      const point = isConverged ? memory.trial : memory.theta;
      const gain = isConverged ? floats[memory.slope / 8 + lane]! / 2 : 0;
      value[problem] = reached - slot.constant + gain;
      for (let j = 0; j < memory.t; j++) {
        theta[problem * memory.t + j] = floats[point / 8 + 2 * j + lane]!;
      }
    }
    return true;
  }

  #begin(lane: number, { starts }: Shard, problem: number): void {
    const { t, m, sample } = this.#setup.memory;
    const own = starts.length === t ? 0 : problem * t;
    for (let j = 0; j < t; j++) this.#start[j] = starts[own + j]!;
    this.#kernel.spread(this.#sample.byteOffset, m, sample + 8 * lane);
    this.#reset(lane);
  }

  /** Puts a lane at `#start` with nothing known but the initial inverse Hessian. */
  #reset(lane: number): void {
    const { memory, inverseHessian } = this.#setup;
    const { t, trial, theta, gradient } = memory;
    const kernel = this.#kernel;
    const start = this.#start.byteOffset;
    kernel.spread(start, t, trial + 8 * lane);
    kernel.spread(start, t, theta + 8 * lane);
    kernel.spread(this.#origin.zeros, 6 * t, gradient + 8 * lane);
    kernel.spread(this.#origin.inverseHessian, inverseHessian.length, memory.inverseHessian + 8 * lane);
    const floats = this.#floats;
    floats[memory.value / 8 + lane] = Infinity;
    floats[memory.length / 8 + lane] = 1;
    floats[memory.slope / 8 + lane] = 0;
  }

  /** Fills the sample vector of a problem; returns Σ_g share_g (ln|S_g| + k_g), NaN where an S is not positive definite. */
  #loadSample({ first, samples }: Shard, problem: number): number {
    const { memory, groups, resampling } = this.#setup;
    if (samples) {
      const own = samples.length === memory.m ? 0 : problem * memory.m;
      for (let j = 0; j < memory.m; j++) this.#sample[j] = samples[own + j]!;
    } else {
      resampling!.groups.forEach((group, g) => this.#resample(group, g, first + problem));
    }
    let constant = 0;
    for (const { k, covariancePlace, share } of groups) {
      constant += share * (this.#logDeterminant(covariancePlace, k) + k);
    }
    return constant;
  }

  /** Moments of the cases that replicate number `replicate` draws with replacement from one group. */
  #resample(group: ResamplingGroup, g: number, replicate: number): void {
    const { rows, k, table, mean, covariancePlace, meanPlace } = group;
    const { sums, offsets, table: address } = this.#tables[g]!;
    const [key0, key1] = this.#setup.resampling!.key;
    this.#kernel.drawRows(key0, key1, replicate, g, rows, (table.length / rows) * 8, offsets);
    this.#kernel[`sumRows${g}`]!(offsets, rows, address, sums);
    const values = this.#floats;
    const products = sums / 8;
    const deviations = products + (k * (k + 1)) / 2;
    let place = 0;
    for (let i = 0; i < k; i++) {
      const meanI = values[deviations + i]! / rows;
      for (let j = 0; j <= i; j++) {
        const meanJ = values[deviations + j]! / rows;
        this.#sample[covariancePlace + place] = values[products + place]! / rows - meanI * meanJ;
        place++;
      }
      if (meanPlace >= 0) this.#sample[meanPlace + i] = mean[i]! + meanI;
    }
  }

  /** ln|S| of a lower triangle in the sample vector by Cholesky; NaN where S is not positive definite. */
  #logDeterminant(covariancePlace: number, k: number): number {
    const factor = this.#factor;
    let product = 0;
    let place = covariancePlace;
    for (let i = 0; i < k; i++) {
      for (let j = 0; j <= i; j++) {
        let sum = this.#sample[place++]!;
        for (let l = 0; l < j; l++) sum -= factor[i * k + l]! * factor[j * k + l]!;
        if (i !== j) {
          factor[i * k + j] = sum / factor[j * k + j]!;
          continue;
        }
        if (!(sum > 1e-12) || sum === Infinity) return NaN;
        factor[i * k + i] = Math.sqrt(sum);
        product += Math.log(sum);
      }
    }
    return product;
  }
}
