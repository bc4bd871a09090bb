import type { Model } from "../../model/model.ts";
import { totalEffectMatrix, toDense } from "../weighted.ts";
import { topologicalOrder } from "../../model/topology.ts";
import { multiply } from "../../engine/cpu/linalg.ts";
import { genericParameters, withGenericSample } from "./genericValues.ts";
import type { EffectPlace } from "./local.ts";
import { momentMap } from "./momentMap.ts";
import { levenbergMarquardt, type FitPerfectly } from "./perfectFit.ts";
import { randomFrom } from "./random.ts";

/** All perfect fits found to one generic Σ. */
export interface FitFamily {
  readonly starts: number;
  readonly perfect: readonly Float64Array[];
  readonly model: Model;
}

/** What the perfect fits say of one effect. */
export interface EffectSpread {
  readonly starts: number;
  readonly perfectFits: number;
  /** Generic Σ that were fitted, and those with enough perfect fits for agreement to mean something. */
  readonly targets: number;
  readonly settledTargets: number;
  /** Distinct values for the Σ that shows the most of them, in ascending order; at most 12 are listed. */
  readonly values: readonly { readonly value: number; readonly count: number }[];
  /** How many distinct values there are for that Σ. */
  readonly distinct: number;
  /** Present where the values differ in sign only, as effects of a latent without a fixed sign do. */
  readonly signOnly?: true;
}

export interface NumericalOptions {
  /** How many generic Σ are fitted, and from how many starts each; up to four times that where few succeed. */
  readonly targets: number;
  readonly starts: number;
  readonly seed: number;
  readonly fitPerfectly: FitPerfectly;
  readonly signal?: AbortSignal;
}

export const NUMERICAL_DEFAULTS: NumericalOptions = {
  targets: 3,
  starts: 12,
  seed: 1,
  fitPerfectly: levenbergMarquardt,
};

/**
 * Targets where only the fits can tell one value from several: of the graph in figure 5b of Foygel, Draisma and
 * Drton (2012), which has three complex solutions, two in three Σ show one real solution only.
 */
export const OPEN_TARGETS = 16;

/** A fit is perfect below this relative residual; a quadratically convergent search ends a thousand times lower. */
const PERFECT = 1e-11;
/** Perfect fits of one Σ that must agree before their agreement counts. */
const SETTLED = 3;
/** Two values of an effect are the same within this, relative to 1 and to them: √PERFECT, for ill conditioning. */
const SAME = 3e-6;

/**
 * The paper's meta-algorithm: fit a Σ that the model can reach from many random starts and keep the fits that
 * reach it; an effect on whose value they disagree is not identified by that Σ. Agreement is evidence, not proof.
 * Several generic Σ are used, since the number of real solutions may depend on Σ. Deterministic for a seed.
 */
export function perfectFits(model: Model, options: NumericalOptions = NUMERICAL_DEFAULTS): FitFamily[] {
  const random = randomFrom(options.seed);
  return Array.from({ length: options.targets }, () => {
    const bound = withGenericSample(model, random);
    const map = momentMap(bound);
    const truth = genericParameters(bound, random, 0.9);
    const target = map.moments(truth);
    const perfect: Float64Array[] = [];
    let starts = 0;
    const isEnough = (): boolean =>
      starts >= options.starts && (perfect.length >= SETTLED || starts >= 4 * options.starts);
    for (; !isEnough(); starts++) {
      options.signal?.throwIfAborted();
      const fit = options.fitPerfectly(map, target, genericParameters(bound, random, 1.5));
      if (fit.residual <= PERFECT && map.admissible(fit.theta)) perfect.push(fit.theta);
    }
    return { starts, perfect, model: bound };
  });
}

/** Distinct values of effects among the perfect fits. */
export function effectSpreads(
  families: readonly FitFamily[],
  effects: readonly { readonly place: EffectPlace; readonly direct: boolean }[],
): EffectSpread[] {
  const matrices = families.map(({ model, perfect }) =>
    perfect.map((theta) => model.structures.map((structure) => effectMatrices(structure, theta))),
  );
  const starts = families.reduce((sum, family) => sum + family.starts, 0);
  const perfectCount = families.reduce((sum, family) => sum + family.perfect.length, 0);
  return effects.map(({ place, direct }) => {
    const clusters = matrices.map((fits) =>
      cluster(
        fits.map((groups) => {
          const { p, paths, loadings, totals, sourceTotals } = groups[place.group]!;
          const whole = place.fromSource ? sourceTotals : totals;
          const edges = place.fromSource ? loadings : paths;
          return (direct ? edges : whole)[place.from * p + place.to]!;
        }),
      ),
    );
    const most = clusters.reduce((best, next) => (next.length > best.length ? next : best), []);
    const [low, high] = most;
    const signOnly =
      most.length === 2 && Math.abs(low!.value + high!.value) <= 2 * SAME * Math.max(1, high!.value);
    return {
      starts,
      perfectFits: perfectCount,
      targets: families.length,
      settledTargets: families.filter(({ perfect }) => perfect.length >= SETTLED).length,
      values: most.slice(0, 12),
      distinct: most.length,
      ...(signOnly && { signOnly }),
    };
  });
}

function effectMatrices(structure: Model["structures"][number], theta: Float64Array) {
  const dense = toDense({ structure, theta });
  const p = structure.variables.length;
  const totals = totalEffectMatrix(dense.paths, topologicalOrder(structure));
  return {
    p,
    paths: dense.paths,
    loadings: dense.loadings,
    totals,
    sourceTotals: multiply(dense.loadings, totals, structure.sources.length, p, p),
  };
}

function cluster(values: readonly number[]): { value: number; count: number }[] {
  const clusters: { value: number; count: number }[] = [];
  for (const value of values.toSorted((a, b) => a - b)) {
    const last = clusters.at(-1);
    if (last !== undefined && value - last.value <= SAME * Math.max(1, Math.abs(value))) last.count++;
    else clusters.push({ value, count: 1 });
  }
  return clusters;
}
