import type { Moments } from "../../src/data/moments.ts";
import { type Entry, FIXED, type Model, type Parameter, type Structure } from "../../src/model/model.ts";

/** A small seeded generator for test inputs (mulberry32); not for statistics. */
export function generator(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

export interface RandomModelOptions {
  readonly p: number;
  readonly q: number;
  readonly edgeProbability: number;
  /** Share of variables that are not observed; at least one stays observed. */
  readonly unobserved?: number;
  readonly freeCovariances?: boolean;
  readonly means?: boolean;
  /** Share of entries that reuse an earlier entry's parameter. */
  readonly equal?: number;
  readonly groups?: number;
}

/** A random model with every kind of parameter, and a θ at which Σ is positive definite. */
export function randomModel(
  options: RandomModelOptions,
  seed: number,
): { model: Model; theta: Float64Array } {
  const random = generator(seed);
  const builder = new Builder(random, options.equal ?? 0);
  const structures = Array.from({ length: options.groups ?? 1 }, () =>
    randomStructure(options, random, builder),
  );
  const model: Model = {
    parameters: builder.parameters,
    structures,
    meanStructure: options.means ?? false,
    rows: [],
  };
  return { model, theta: Float64Array.from(builder.theta) };
}

class Builder {
  readonly parameters: Parameter[] = [];
  readonly theta: number[] = [];
  private readonly ofKind = new Map<string, number[]>();
  constructor(
    private readonly random: () => number,
    private readonly equal: number,
  ) {}

  free(row: number, column: number, value: number, kind: string): Entry {
    const candidates = this.ofKind.get(kind) ?? [];
    this.ofKind.set(kind, candidates);
    const reuse = candidates.length > 0 && this.random() < this.equal;
    const parameter = reuse
      ? candidates[Math.floor(this.random() * candidates.length)]!
      : this.parameters.push({
          name: `${kind}${this.parameters.length}`,
          start: undefined,
          lower: -Infinity,
          upper: Infinity,
        }) - 1;
    if (!reuse) {
      this.theta.push(value);
      candidates.push(parameter);
    }
    return { row, column, parameter, factor: 0.5 + this.random(), value: NaN, fromSample: false };
  }
}

export function fixedEntry(row: number, column: number, value: number): Entry {
  return { row, column, parameter: FIXED, factor: 1, value, fromSample: false };
}

function randomStructure(options: RandomModelOptions, random: () => number, builder: Builder): Structure {
  const { p, q, edgeProbability } = options;
  const symmetric = (): number => 2 * random() - 1;
  const loadings: Entry[] = [];
  const paths: Entry[] = [];
  const covariances: Entry[] = [];
  const sources = Array.from({ length: q + p }, (_, l) => `u${l}`);
  for (let l = 0; l < q; l++) {
    for (let c = 0; c < p; c++) {
      if (random() < Math.min(1, edgeProbability * 2))
        loadings.push(builder.free(l, c, 0.6 * symmetric(), "l"));
    }
  }
  for (let c = 0; c < p; c++) loadings.push(builder.free(q + c, c, 0.7 + 0.5 * random(), "e"));
  const rank = Array.from({ length: p }, () => random());
  const spread = 0.8 / Math.sqrt(1 + p * edgeProbability);
  for (let a = 0; a < p; a++) {
    for (let c = 0; c < p; c++) {
      if (rank[a]! < rank[c]! && random() < edgeProbability)
        paths.push(builder.free(a, c, spread * symmetric(), "b"));
    }
  }
  for (let l = 0; l < q + p; l++) {
    covariances.push(
      options.freeCovariances ? builder.free(l, l, 0.8 + 0.4 * random(), "v") : fixedEntry(l, l, 1),
    );
    if (options.freeCovariances && l > 0 && random() < 0.3) {
      covariances.push(builder.free(l - 1, l, 0.2 * symmetric(), "c"));
    }
  }
  const observed = Array.from({ length: p }, () => random() >= (options.unobserved ?? 0));
  observed[0] = true;
  return {
    label: "",
    variables: observed.map((isObserved, index) => ({ name: `x${index}`, observed: isObserved })),
    sources,
    loadings,
    paths,
    covariances,
    intercepts: options.means ? observed.map((_, c) => builder.free(0, c, symmetric(), "a")) : [],
  };
}

/** Random positive-definite sample moments of the named variables, or of x0, x1, … where only their number is given. */
export function randomMoments(variables: number | readonly string[], n: number, seed: number): Moments {
  const names =
    typeof variables === "number" ? Array.from({ length: variables }, (_, i) => `x${i}`) : variables;
  const k = names.length;
  const random = generator(seed);
  const rows = k + 5;
  const data = Float64Array.from({ length: rows * k }, () => 2 * random() - 1);
  const covariance = new Float64Array(k * k);
  for (let i = 0; i < k; i++) {
    for (let j = 0; j < k; j++) {
      let sum = i === j ? 0.3 : 0;
      for (let r = 0; r < rows; r++) sum += (3 * data[r * k + i]! * data[r * k + j]!) / rows;
      covariance[i * k + j] = sum;
    }
  }
  return {
    names,
    n,
    covariance,
    mean: Float64Array.from({ length: k }, () => 2 * random() - 1),
  };
}

/** A chain x0 → x1 → … of `p` variables, as deep as a graph can be, whose neighbours share a latent each. */
export function chainModel(p: number): { model: Model; theta: Float64Array } {
  const parameters: Parameter[] = [];
  const theta: number[] = [];
  const free = (row: number, column: number, value: number): Entry => {
    const parameter =
      parameters.push({ name: `θ${theta.length}`, start: undefined, lower: -Infinity, upper: Infinity }) - 1;
    theta.push(value);
    return { row, column, parameter, factor: 1, value: NaN, fromSample: false };
  };
  const all = Array.from({ length: p }, (_, i) => i);
  const between = all.slice(1);
  const loadings = all.map((i) => free(i, i, 0.8 + 0.1 * Math.sin(i)));
  for (const i of between) {
    loadings.push(free(p + i - 1, i - 1, 0.3 + 0.1 * Math.cos(i)), free(p + i - 1, i, 0.2));
  }
  const q = 2 * p - 1;
  const structure: Structure = {
    label: "",
    variables: all.map((i) => ({ name: `x${i}`, observed: true })),
    sources: Array.from({ length: q }, (_, l) => `u${l}`),
    loadings,
    paths: between.map((i) => free(i - 1, i, 0.6 + 0.1 * Math.sin(2 * i))),
    covariances: Array.from({ length: q }, (_, l) => fixedEntry(l, l, 1)),
    intercepts: [],
  };
  const model: Model = { parameters, structures: [structure], meanStructure: false, rows: [] };
  return { model, theta: Float64Array.from(theta) };
}
