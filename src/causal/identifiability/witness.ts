import type { Model } from "../../model/model.ts";
import { evaluate, genericPoint, impliedCovariance, type EvaluatedStructure } from "./evaluated.ts";
import { primeField, randomPrime, type PrimeField } from "./field.ts";
import type { Random } from "./random.ts";

/**
 * One generic point of a model modulo a random prime, as a formula sees it: Σ of the observed variables and the
 * coefficients and total effects that the formula should give. A formula that holds at a random point modulo a
 * random prime holds identically, except with a probability of about its degree over 2²⁵ (Schwartz–Zippel).
 */
export interface Witness {
  readonly field: PrimeField;
  readonly sigma: Float64Array;
  /** k×k, row = cause: sums over paths through latents only. */
  readonly coefficients: Float64Array;
  /** k×k, row = cause: total effects. */
  readonly totals: Float64Array;
}

/** A witness for the first group of a model, its variables in the order of `names`. */
export function witness(model: Model, names: readonly string[], random: Random): Witness {
  const field = primeField(randomPrime(random));
  const [at] = evaluate(field, model, genericPoint(field, model, random), random);
  const index = new Map(at!.structure.variables.map(({ name }, variable) => [name, variable]));
  const places = names.map((name) => index.get(name)!);
  const k = names.length;
  const inObserved = at!.observed.map((variable) => places.indexOf(variable));
  const stated = impliedCovariance(at!);
  const sigma = new Float64Array(k * k);
  inObserved.forEach((row, i) =>
    inObserved.forEach((column, j) => (sigma[row * k + column] = stated[i * k + j]!)),
  );
  const coefficients = new Float64Array(k * k);
  const totals = new Float64Array(k * k);
  places.forEach((variable, row) => {
    const direct = spread(at!, variable, (reached) => !at!.structure.variables[reached]!.observed);
    const total = spread(at!, variable, () => true);
    places.forEach((other, column) => {
      coefficients[row * k + column] = direct[other]!;
      totals[row * k + column] = total[other]!;
    });
  });
  return { field, sigma, coefficients, totals };
}

/** Sums of path products from one variable, paths going on from the variables that `passes` accepts. */
function spread(
  { field, order, into }: EvaluatedStructure,
  start: number,
  passes: (variable: number) => boolean,
): Float64Array {
  const reached = new Float64Array(order.length);
  for (const effect of order) {
    for (const { row, value } of into[effect]!) {
      const arriving = row === start ? field.constant(1) : passes(row) ? reached[row]! : 0;
      reached[effect] = field.add(reached[effect]!, field.multiply(arriving, value));
    }
  }
  return reached;
}
