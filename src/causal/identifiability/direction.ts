import { ModelError } from "../../errors.ts";
import type { Model } from "../../model/model.ts";
import { nullVector } from "./elimination.ts";
import { evaluate, genericPoint } from "./evaluated.ts";
import { REAL } from "./field.ts";
import { effectDerivatives, type EffectPlace, type LocalIdentifiability, type RankTrial } from "./local.ts";
import { randomMeasurement } from "./measurements.ts";
import { randomFrom } from "./random.ts";
import { solveLinear } from "./solve.ts";

/** A direction in parameter space that leaves every observed moment where it is, to first order. */
export interface NullDirection {
  /** The point it is taken at: value of every parameter. */
  readonly at: Readonly<Record<string, number>>;
  /** How much each parameter moves; parameters that are not listed stay. The largest movement is 1. */
  readonly move: Readonly<Record<string, number>>;
}

/** Null vectors that are tried for the shortest one. */
const MOST_CANDIDATES = 64;

/** Finds directions for effects of one model; what it computes for one effect serves the others. */
export interface DirectionFinder {
  /** A direction that moves a parameter, or `undefined` where it is locally identifiable. */
  ofParameter(parameter: number): NullDirection | undefined;
  /** A direction that moves a total effect, or `undefined` where it is locally identifiable. */
  ofEffect(effect: EffectPlace): NullDirection | undefined;
}

interface Candidate {
  readonly vector: Float64Array;
  readonly support: readonly number[];
  /** ∇τ · v for the total effects of a cause, by group, kind and index of the cause. */
  readonly effects: Map<string, Float64Array>;
  direction?: NullDirection;
}

/**
 * Directions that move an effect without moving Σ. Of the null-space basis that elimination gives, the vector
 * with the fewest parameters that moves the effect is chosen; which parameters those are is exact, their
 * movements are computed at a real random point.
 */
export function directionFinder(model: Model, local: LocalIdentifiability, seed = 1): DirectionFinder {
  const trial = local.trials[0]!;
  let candidates: Candidate[] | undefined;
  const shortest = (moves: (candidate: Candidate) => boolean): NullDirection | undefined => {
    candidates ??= shortestFirst(trial);
    const found = candidates.find(moves);
    if (found !== undefined) found.direction ??= realDirection(model, found.support, seed);
    return found?.direction;
  };
  return {
    ofParameter: (parameter) => shortest(({ vector }) => vector[parameter] !== 0),
    ofEffect: (effect) =>
      shortest(({ vector, effects }) => {
        const key = `${effect.group} ${effect.fromSource} ${effect.from}`;
        if (!effects.has(key)) effects.set(key, effectDerivatives(trial, effect, vector));
        return effects.get(key)![effect.to] !== 0;
      }),
  };
}

function shortestFirst(trial: RankTrial): Candidate[] {
  return trial.form.free
    .slice(0, MOST_CANDIDATES)
    .map((column) => {
      const vector = nullVector(trial.form, (other) => (other === column ? 1 : 0));
      const support = [...vector.keys()].filter((parameter) => vector[parameter] !== 0);
      return { vector, support, effects: new Map<string, Float64Array>() };
    })
    .sort((a, b) => a.support.length - b.support.length);
}

/** The null space of the Jacobian's columns `support` is one line; its direction at a real random point. */
function realDirection(model: Model, support: readonly number[], seed: number): NullDirection {
  const random = randomFrom(seed);
  const m = model.parameters.length;
  const theta = genericPoint(REAL, model, random);
  const groups = evaluate(REAL, model, theta, random);
  const [first, ...others] = support;
  const rows = Array.from({ length: support.length + 2 }, () => {
    const measured = randomMeasurement(groups, m, model.meanStructure, random);
    return Float64Array.from([...others.map((parameter) => measured[parameter]!), -measured[first!]!]);
  });
  const { values } = solveLinear(REAL, rows, others.length);
  const steps = [1, ...values];
  if (steps.some((step) => !Number.isFinite(step))) {
    throw new ModelError(
      "A direction that leaves Σ unmoved exists but could not be computed in double precision.",
      "Ask with another seed.",
    );
  }
  const largest = steps.reduce((best, step) => (Math.abs(step) > Math.abs(best) ? step : best), 0);
  const name = (parameter: number): string => model.parameters[parameter]!.name;
  return {
    at: Object.fromEntries(model.parameters.map((parameter, index) => [parameter.name, theta[index]!])),
    move: Object.fromEntries(support.map((parameter, index) => [name(parameter), steps[index]! / largest])),
  };
}
