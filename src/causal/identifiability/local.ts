import type { Model } from "../../model/model.ts";
import { echelon, genericNullVector, type Echelon } from "./elimination.ts";
import { evaluate, genericPoint, pushForward, type EvaluatedStructure } from "./evaluated.ts";
import { PRIME_COUNT, primeField, randomPrime } from "./field.ts";
import { randomMeasurement } from "./measurements.ts";
import { randomFrom, type Random } from "./random.ts";

/** The Jacobian of θ ↦ (Σ, μ) at one random point modulo one random prime, eliminated. */
export interface RankTrial {
  readonly groups: readonly EvaluatedStructure[];
  readonly form: Echelon;
  /** A random vector of the null space: it moves θ without moving Σ. */
  readonly nullVector: Float64Array;
}

/** An effect on variable `to` of one group: of the variable or of the source `from`. */
export interface EffectPlace {
  readonly group: number;
  readonly from: number;
  readonly fromSource: boolean;
  readonly to: number;
}

/** Generic local identifiability of a model's parameters and effects. */
export interface LocalIdentifiability {
  readonly parameters: number;
  /** Generic rank of the Jacobian: the dimension of the model. */
  readonly rank: number;
  /** Observed moments that the model could match: variances, covariances and, with means, means. */
  readonly moments: number;
  readonly primes: readonly number[];
  /** Upper bound of the probability that any one verdict is wrong (Schwartz–Zippel). */
  readonly errorBound: number;
  readonly trials: readonly RankTrial[];
  /** Whether the covariances determine a parameter, given by its index. */
  parameterIdentified(parameter: number): boolean;
  /** Whether they determine the sum over all directed paths between two variables. */
  totalEffectIdentified(effect: EffectPlace): boolean;
}

/** Trials go on, up to a limit, until the error bound is below this. */
const ERROR_TARGET = 1e-6;
const MOST_TRIALS = 4;

/**
 * Decides generic local identifiability exactly, up to a stated error probability, in polynomial time.
 *
 * τ(θ) is generically locally identifiable iff ∇τ lies in the row space of the Jacobian J of θ ↦ Σ(θ) at a
 * generic point, that is iff ∇τ · v = 0 for a generic v in the null space of J. J is taken at a random θ modulo
 * a random prime, where ranks are exact, and through random combinations of its rows (`randomMeasurement`),
 * so its k(k+1)/2 rows are never formed. For a parameter ∇τ · v is an entry of v; for total effects
 * T = (I − B)⁻¹, dT = T dB T gives all effects of one variable in O(edges).
 * With m parameters a trial costs O(m · entries + m³). For one verdict to be wrong, every trial must have hit
 * a root of a nonzero minor (Schwartz 1980, Zippel 1979) or a prime that divides all its coefficients.
 */
export function localIdentifiability(model: Model, seed = 1): LocalIdentifiability {
  const random = randomFrom(seed);
  const all: RankTrial[] = [];
  let errorBound = 1;
  while (all.length < 2 || (errorBound > ERROR_TARGET && all.length < MOST_TRIALS)) {
    const trial = rankTrial(model, random);
    all.push(trial);
    errorBound *= failureBound(trial);
  }
  const rank = Math.max(...all.map(({ form }) => form.rows.length));
  // A rank can only drop at an unlucky point, so trials below the largest rank have failed.
  const trials = all.filter(({ form }) => form.rows.length === rank);
  const movements = new Map<string, Float64Array[]>();
  const movementsOf = (effect: EffectPlace): Float64Array[] => {
    const key = `${effect.group} ${effect.fromSource} ${effect.from}`;
    const known =
      movements.get(key) ?? trials.map((trial) => effectDerivatives(trial, effect, trial.nullVector));
    movements.set(key, known);
    return known;
  };
  return {
    parameters: model.parameters.length,
    rank,
    moments: momentCount(model),
    primes: trials.map(({ form }) => form.field.prime),
    errorBound,
    trials,
    parameterIdentified: (parameter) => trials.every(({ nullVector }) => nullVector[parameter] === 0),
    totalEffectIdentified: (effect) => movementsOf(effect).every((moved) => moved[effect.to] === 0),
  };
}

/** ∇τ · v for the total effects τ of one variable or source on every variable of its group. */
export function effectDerivatives(
  { groups }: Pick<RankTrial, "groups">,
  { group, from, fromSource }: EffectPlace,
  v: Float64Array,
): Float64Array {
  const at = groups[group]!;
  const { field } = at;
  const direct = new Float64Array(at.structure.variables.length);
  const changes = new Float64Array(direct.length);
  const change = (column: number, parameter: number, factor: number, weight: number): void => {
    if (parameter < 0) return;
    const moved = field.multiply(field.multiply(factor, v[parameter]!), weight);
    changes[column] = field.add(changes[column]!, moved);
  };
  if (fromSource) {
    for (const { row, column, parameter, factor, value } of at.loadings) {
      if (row !== from) continue;
      direct[column] = value;
      change(column, parameter, factor, field.constant(1));
    }
  } else direct[from] = field.constant(1);
  const total = pushForward(at, direct);
  for (const { row, column, parameter, factor } of at.paths) change(column, parameter, factor, total[row]!);
  return pushForward(at, changes);
}

function rankTrial(model: Model, random: Random): RankTrial {
  const field = primeField(randomPrime(random));
  const m = model.parameters.length;
  const groups = evaluate(field, model, genericPoint(field, model, random), random);
  const rows = Array.from({ length: Math.min(m, momentCount(model)) }, () =>
    randomMeasurement(groups, m, model.meanStructure, random),
  );
  const form = echelon(field, rows, m);
  return { groups, form, nullVector: genericNullVector(form, random) };
}

function momentCount(model: Model): number {
  return model.structures.reduce((sum, { variables }) => {
    const k = variables.filter(({ observed }) => observed).length;
    return sum + (k * (k + 1)) / 2 + (model.meanStructure ? k : 0);
  }, 0);
}

/**
 * Probability that one trial gives one wrong verdict. With ℓ the longest directed path, entries of a measurement
 * have degree at most d = 3ℓ + 5 in θ and the random vectors, so the two minors of size at most r + 1 that
 * decide a verdict have degree at most (r + 1)d; one more root comes from the random null vector. Their
 * coefficients have at most (r + 1)(log₂(r + 1) + 3(ℓ + 2) log₂(p + q)) bits, 25 for each prime that divides
 * them all.
 */
function failureBound({ groups, form }: RankTrial): number {
  const longest = Math.max(...groups.map(longestPath));
  const size = Math.max(
    ...groups.map(({ structure }) => structure.variables.length + structure.sources.length),
  );
  const r = form.rows.length + 1;
  const roots = (2 * r * (3 * longest + 5) + 1) / form.field.prime;
  const bits = r * (Math.log2(r) + 3 * (longest + 2) * Math.log2(size + 1));
  return Math.min(1, roots + (2 * bits) / (25 * PRIME_COUNT));
}

function longestPath({ order, into }: EvaluatedStructure): number {
  const length = new Map<number, number>();
  for (const variable of order) {
    const arriving = into[variable]!.map(({ row }) => 1 + length.get(row)!);
    length.set(variable, Math.max(0, ...arriving));
  }
  return Math.max(0, ...length.values());
}
