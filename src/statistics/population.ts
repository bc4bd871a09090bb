import type { Moments, Table } from "../data/moments.ts";
import { RandomStream, STREAMS } from "../engine/batch/random/philox.ts";
import { cholesky } from "../engine/cpu/linalg.ts";
import type { Problem } from "../engine/engine.ts";
import { ModelError } from "../errors.ts";
import { bindSample } from "../fit/bindSample.ts";
import { groupStates } from "../fit/groupState.ts";
import { FIXED, type Model, observedIndices } from "../model/model.ts";

/** A model with a value for every parameter: where simulated data come from. */
export interface Population {
  readonly model: Model;
  readonly theta: Float64Array;
}

/**
 * The population that a model states through its starting values (`f =~ start(0.8)*x`). Unstated variances are 1,
 * unstated covariances and intercepts 0.
 *
 * Throws ModelError naming the loadings and regressions without a value.
 */
export function statedPopulation(model: Model): Population {
  const theta = new Float64Array(model.parameters.length).fill(NaN);
  model.parameters.forEach(({ start }, j) => (theta[j] = start ?? NaN));
  for (const { covariances, intercepts } of model.structures) {
    for (const { row, column, parameter } of covariances) {
      if (parameter !== FIXED && Number.isNaN(theta[parameter]!)) theta[parameter] = row === column ? 1 : 0;
    }
    for (const { parameter } of intercepts) {
      if (parameter !== FIXED && Number.isNaN(theta[parameter]!)) theta[parameter] = 0;
    }
  }
  const unknown = model.parameters.flatMap(({ name }, j) => (Number.isNaN(theta[j]!) ? [name] : []));
  if (unknown.length === 0) return { model, theta };
  throw new ModelError(
    `The population has no value for ${unknown.slice(0, 5).join(", ")}${unknown.length > 5 ? " …" : ""}.`,
    "State values as in f =~ start(0.8)*x, or take the estimates of a fitted model (--data in the command).",
  );
}

/**
 * Σ and μ that the population implies, one group each, for the observed variables of `analysis` in its order. Covariates
 * whose moments the model leaves to the sample (`fixed.x`) are independent and standard normal.
 *
 * Throws ModelError where Σ is not positive definite, or the population lacks a variable.
 */
export function populationMoments(
  { model, theta }: Population,
  analysis: Model,
  sizes: readonly number[],
): Moments[] {
  const empty = model.structures.map((structure, g): Moments => {
    const names = observedIndices(structure).map((index) => structure.variables[index]!.name);
    const k = names.length;
    const identity = Float64Array.from({ length: k * k }, (_, i) => (i % (k + 1) === 0 ? 1 : 0));
    return { names, n: sizes[g]!, covariance: identity, mean: new Float64Array(k) };
  });
  const bound = bindSample(model, empty);
  const problem: Problem = { model: bound, moments: empty, discrepancy: "maximumLikelihood" };
  return groupStates(problem, theta).map(({ sigma, mu, k, logDeterminant, moments }, g) => {
    if (Number.isNaN(logDeterminant)) {
      throw new ModelError(
        "The covariance matrix that the population implies is not positive definite.",
        "Check the values: a variance may be negative, or a correlation beyond one.",
      );
    }
    const structure = analysis.structures[g]!;
    const names = observedIndices(structure).map((index) => structure.variables[index]!.name);
    const places = names.map((name) => placeOf(name, moments.names));
    return {
      names,
      n: sizes[g]!,
      covariance: Float64Array.from(places.flatMap((i) => places.map((j) => sigma[i * k + j]!))),
      mean: Float64Array.from(places, (i) => mu[i]!),
    };
  });
}

function placeOf(name: string, names: readonly string[]): number {
  const place = names.indexOf(name);
  if (place >= 0) return place;
  throw new ModelError(
    `The population has no observed variable "${name}".`,
    "Name the variables alike in both models.",
  );
}

/** Normal cases from moments: replicate `replicate` of a seed, one table per group. */
export function simulateCases(moments: readonly Moments[], seed: number, replicate = 0): Table[] {
  return moments.map(({ names, n, covariance, mean }, g) => {
    const k = names.length;
    const factor = new Float64Array(k * k);
    cholesky(covariance, k, factor);
    const random = new RandomStream(seed, replicate, STREAMS.cases + g);
    const columns = names.map(() => new Float64Array(n));
    const normals = new Float64Array(k);
    for (let row = 0; row < n; row++) {
      for (let i = 0; i < k; i++) normals[i] = random.normal();
      for (let i = 0; i < k; i++) {
        let value = mean?.[i] ?? 0;
        for (let j = 0; j <= i; j++) value += factor[i * k + j]! * normals[j]!;
        columns[i]![row] = value;
      }
    }
    return { names, columns, rows: n };
  });
}
