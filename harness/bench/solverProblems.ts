import { uniformFloat64 } from "pure-rand/distribution/uniformFloat64";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import { AccumulationMethod } from "../../src/engine/cpu/accumulationMethod.ts";
import { compileStructure, loadParameters } from "../../src/engine/cpu/compiled.ts";
import type { Problem } from "../../src/engine/engine.ts";
import { type Entry, FIXED, type Model, type Parameter } from "../../src/model/model.ts";

/** How the latents and causes of a benchmark AMASEM are laid out; q = 3p/2 in all of them. */
export type Shape = "small districts" | "one district" | "dense";

export const SHAPES: readonly Shape[] = ["small districts", "one district", "dense"];

/** An AMASEM, a θ near the truth, and the truth's own covariance as S. */
export interface SolverProblem {
  readonly problem: Problem;
  readonly theta: Float64Array;
}

/**
 * p observed variables with a private error each and p/2 shared latents.
 * Small districts: latents with two neighbours as children, three causes a variable. One district: latents with three
 * random children, three causes. Dense: every latent on every variable, every earlier variable a cause.
 */
export function solverProblem(shape: Shape, p: number, seed = 1): SolverProblem {
  const random = xoroshiro128plus(seed);
  const symmetric = (size: number): number => size * (2 * uniformFloat64(random) - 1);
  const parameters: Parameter[] = [];
  const truth: number[] = [];
  const free = (row: number, column: number, value: number): Entry => {
    parameters.push({ name: `θ${parameters.length}`, start: undefined, lower: -Infinity, upper: Infinity });
    truth.push(value);
    return { row, column, parameter: parameters.length - 1, factor: 1, value: NaN, fromSample: false };
  };
  const pick = (count: number, below: number): Set<number> => {
    const chosen = new Set<number>();
    while (chosen.size < Math.min(count, below)) chosen.add(Math.floor(uniformFloat64(random) * below));
    return chosen;
  };
  const loadings: Entry[] = [];
  const paths: Entry[] = [];
  const all = Array.from({ length: p }, (_, i) => i);
  for (const i of all) loadings.push(free(i, i, 0.8));
  for (let l = 0; l < p / 2; l++) {
    const children = shape === "dense" ? all : shape === "small districts" ? [2 * l, 2 * l + 1] : pick(3, p);
    for (const c of children)
      loadings.push(free(p + l, c, symmetric(shape === "dense" ? 1.5 / Math.sqrt(p) : 0.8)));
  }
  for (const c of all) {
    const causes = shape === "dense" ? all.slice(0, c) : pick(3, c);
    for (const a of causes) paths.push(free(a, c, symmetric(shape === "dense" ? 0.5 / Math.sqrt(p) : 0.4)));
  }
  const q = p + p / 2;
  const structure = {
    label: "",
    variables: all.map((i) => ({ name: `x${i + 1}`, observed: true })),
    sources: Array.from({ length: q }, (_, l) => `u${l + 1}`),
    loadings,
    paths,
    covariances: Array.from({ length: q }, (_, l) => ({
      row: l,
      column: l,
      parameter: FIXED,
      factor: 1,
      value: 1,
      fromSample: false,
    })),
    intercepts: [],
  };
  const model: Model = { parameters, structures: [structure], meanStructure: false, rows: [] };
  const covariance = impliedCovariance(model, Float64Array.from(truth));
  const names = structure.variables.map(({ name }) => name);
  const moments = [{ names, n: 10 * p, covariance, mean: undefined }];
  const theta = Float64Array.from(truth, (value) => value * (1 + symmetric(0.1)));
  return { problem: { model, moments, discrepancy: "maximumLikelihood" }, theta };
}

/** Σ of a model at θ, in the order in which its variables are stated. */
export function impliedCovariance(model: Model, theta: Float64Array): Float64Array {
  const compiled = compileStructure(model.structures[0]!, theta.length);
  loadParameters(compiled, theta);
  const method = new AccumulationMethod(compiled);
  method.forward();
  // Compiled variables stand in topological order, moments as stated.
  const { k, observed } = compiled;
  return Float64Array.from(
    { length: k * k },
    (_, at) => method.sigma[observed[Math.floor(at / k)]! * k + observed[at % k]!]!,
  );
}

/** Dense Λ (q×p), B (p×p) and S in float32, as the peers take them. */
export interface DenseProblem {
  readonly p: number;
  readonly q: number;
  readonly loadings: Float32Array;
  readonly paths: Float32Array;
  readonly sample: Float32Array;
}

export function densify({ problem, theta }: SolverProblem): DenseProblem {
  const structure = problem.model.structures[0]!;
  const p = structure.variables.length;
  const q = structure.sources.length;
  const fill = (rows: number, entries: readonly Entry[]): Float32Array => {
    const out = new Float32Array(rows * p);
    for (const { row, column, parameter } of entries) out[row * p + column] = theta[parameter]!;
    return out;
  };
  return {
    p,
    q,
    loadings: fill(q, structure.loadings),
    paths: fill(p, structure.paths),
    sample: Float32Array.from(problem.moments[0]!.covariance),
  };
}
