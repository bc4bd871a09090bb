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

/**
 * A direction that moves an effect without moving Σ, or `undefined` where the effect is locally identifiable.
 * Of the null-space basis that elimination gives, the vector with the fewest parameters that moves the effect
 * is chosen; which parameters those are is exact, their movements are computed at a real random point.
 * `moves` says whether a null vector of a trial moves what is asked.
 */
export function nullDirection(
  model: Model,
  local: LocalIdentifiability,
  moves: (trial: RankTrial, v: Float64Array) => boolean,
  seed = 1,
): NullDirection | undefined {
  const trial = local.trials[0]!;
  let support: number[] | undefined;
  for (const column of trial.form.free.slice(0, MOST_CANDIDATES)) {
    const v = nullVector(trial.form, (other) => (other === column ? 1 : 0));
    const moved = [...v.keys()].filter((parameter) => v[parameter] !== 0);
    if (moves(trial, v) && (support === undefined || moved.length < support.length)) support = moved;
  }
  return support === undefined ? undefined : realDirection(model, support, seed);
}

/** Whether a null vector moves a parameter. */
export function movesParameter(parameter: number): (trial: RankTrial, v: Float64Array) => boolean {
  return (_, v) => v[parameter] !== 0;
}

/** Whether a null vector moves a total effect. */
export function movesEffect(effect: EffectPlace): (trial: RankTrial, v: Float64Array) => boolean {
  return (trial, v) => effectDerivatives(trial, effect, v)[effect.to] !== 0;
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
