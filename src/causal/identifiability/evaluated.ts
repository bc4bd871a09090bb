import { FIXED, observedIndices, type Entry, type Model, type Structure } from "../../model/model.ts";
import { topologicalOrder } from "../../model/topology.ts";
import type { Field } from "./field.ts";
import type { Random } from "./random.ts";

/** An entry with its value in a field. `factor` is the derivative of the value by the parameter. */
interface Weight {
  readonly row: number;
  readonly column: number;
  readonly parameter: number;
  readonly factor: number;
  readonly value: number;
}

/** One group of a model at one point of its parameters, over a field. */
export interface EvaluatedStructure {
  readonly structure: Structure;
  readonly field: Field;
  readonly order: readonly number[];
  readonly observed: readonly number[];
  readonly loadings: readonly Weight[];
  readonly paths: readonly Weight[];
  readonly covariances: readonly Weight[];
  readonly intercepts: readonly Weight[];
  /** Paths into, and out of, each variable. */
  readonly into: readonly (readonly Weight[])[];
  readonly outOf: readonly (readonly Weight[])[];
}

/** Generic values of all parameters of a model. */
export function genericPoint(field: Field, model: Model, random: Random): Float64Array {
  return Float64Array.from(model.parameters, () => field.random(random));
}

/** A model's groups at θ. Moments that will come from the sample are generic constants. */
export function evaluate(
  field: Field,
  model: Model,
  theta: Float64Array,
  random: Random,
): EvaluatedStructure[] {
  return model.structures.map((structure) => {
    const weigh = (entries: readonly Entry[]): Weight[] =>
      entries.map(({ row, column, parameter, factor, value, fromSample }) => {
        const scale = field.constant(factor);
        const constant = fromSample ? field.random(random) : parameter === FIXED ? field.constant(value) : 0;
        const number = parameter === FIXED ? constant : field.multiply(scale, theta[parameter]!);
        return { row, column, parameter, factor: scale, value: number };
      });
    const paths = weigh(structure.paths);
    return {
      structure,
      field,
      order: topologicalOrder(structure),
      observed: observedIndices(structure),
      loadings: weigh(structure.loadings),
      paths,
      covariances: weigh(structure.covariances),
      intercepts: weigh(structure.intercepts),
      into: structure.variables.map((_, variable) => paths.filter(({ column }) => column === variable)),
      outOf: structure.variables.map((_, variable) => paths.filter(({ row }) => row === variable)),
    };
  });
}

/** T u for the total effects T = (I − B)⁻¹: t_a = u_a + Σ_c B_ac t_c, effects before causes. O(edges). */
export function pullBack({ field, order, outOf }: EvaluatedStructure, u: Float64Array): Float64Array {
  const t = Float64Array.from(u);
  for (const cause of order.toReversed()) {
    for (const { column, value } of outOf[cause]!) {
      t[cause] = field.add(t[cause]!, field.multiply(value, t[column]!));
    }
  }
  return t;
}

/** r T: s_c = r_c + Σ_a s_a B_ac, causes before effects. O(edges). */
export function pushForward({ field, order, into }: EvaluatedStructure, r: Float64Array): Float64Array {
  const s = Float64Array.from(r);
  for (const effect of order) {
    for (const { row, value } of into[effect]!) {
      s[effect] = field.add(s[effect]!, field.multiply(s[row]!, value));
    }
  }
  return s;
}

/** What Σ u needs and leaves behind, for one u over all variables. */
export interface Propagated {
  /** T u, p entries. */
  readonly effects: Float64Array;
  /** A u = Λ T u, q entries. */
  readonly sources: Float64Array;
  /** Ψ A u, q entries. */
  readonly sourceCovariances: Float64Array;
  /** Σ_full u, p entries. */
  readonly covariances: Float64Array;
}

/** Carries u through T, Λ, Ψ and back: Σ_full u = Tᵀ Λᵀ Ψ Λ T u. O(entries). */
export function propagate(at: EvaluatedStructure, u: Float64Array): Propagated {
  const { field, structure } = at;
  const effects = pullBack(at, u);
  const sources = new Float64Array(structure.sources.length);
  for (const { row, column, value } of at.loadings) {
    sources[row] = field.add(sources[row]!, field.multiply(value, effects[column]!));
  }
  const sourceCovariances = new Float64Array(sources.length);
  for (const { row, column, value } of at.covariances) {
    sourceCovariances[row] = field.add(sourceCovariances[row]!, field.multiply(value, sources[column]!));
    if (row === column) continue;
    sourceCovariances[column] = field.add(sourceCovariances[column]!, field.multiply(value, sources[row]!));
  }
  const arriving = new Float64Array(u.length);
  for (const { row, column, value } of at.loadings) {
    arriving[column] = field.add(arriving[column]!, field.multiply(value, sourceCovariances[row]!));
  }
  return { effects, sources, sourceCovariances, covariances: pushForward(at, arriving) };
}

/** Σ of the observed variables, k×k in their order. O(k · entries). */
export function impliedCovariance(at: EvaluatedStructure): Float64Array {
  const k = at.observed.length;
  const sigma = new Float64Array(k * k);
  const u = new Float64Array(at.structure.variables.length);
  at.observed.forEach((variable, j) => {
    u.fill(0);
    u[variable] = 1;
    const { covariances } = propagate(at, u);
    at.observed.forEach((other, i) => (sigma[i * k + j] = covariances[other]!));
  });
  return sigma;
}
