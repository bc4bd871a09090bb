import { normalQuantile, normalTwoSided } from "./distributions.ts";

/**
 * Bootstrap confidence intervals (Davison and Hinkley, Bootstrap Methods, 1997, chapter 5; lavaan's `perc`, `basic`,
 * `norm` and `bca.simple` are the first four).
 */
export type IntervalKind = "percentile" | "basic" | "normal" | "biasCorrected" | "bca";

export interface Interval {
  readonly lower: number;
  readonly upper: number;
}

/** Mean and standard deviation (divisor R − 1) of the finite replicates. */
export function replicateMoments(replicates: ArrayLike<number>): { mean: number; deviation: number } {
  let count = 0;
  let mean = 0;
  let squares = 0;
  for (let i = 0; i < replicates.length; i++) {
    const value = replicates[i]!;
    if (!Number.isFinite(value)) continue;
    count++;
    const step = value - mean;
    mean += step / count;
    squares += step * (value - mean);
  }
  return { mean: count > 0 ? mean : NaN, deviation: count > 1 ? Math.sqrt(squares / (count - 1)) : NaN };
}

/** The finite replicates in ascending order, as the intervals want them. */
export function sortReplicates(replicates: ArrayLike<number>): Float64Array {
  return Float64Array.from(replicates).filter(Number.isFinite).sort();
}

/**
 * An interval of the given level for an estimate t from its sorted replicates. `acceleration` is only read for "bca".
 *
 *     percentile   (q_{α/2}, q_{1−α/2})
 *     basic        (2t − q_{1−α/2}, 2t − q_{α/2})
 *     normal       t − bias ± z s
 *     biasCorrected, bca   (q_{a(α/2)}, q_{a(1−α/2)}),   a(p) = Φ(w + (w + z_p) / (1 − ɑ(w + z_p))),  w = Φ⁻¹(#{t* < t} / R)
 *
 * NaN where there are fewer than two replicates, or all lie on one side of t and w is infinite.
 */
export function bootstrapInterval(
  kind: IntervalKind,
  estimate: number,
  sorted: Float64Array,
  level: number,
  acceleration = 0,
): Interval {
  if (sorted.length < 2) return { lower: NaN, upper: NaN };
  const tail = (1 - level) / 2;
  const quantile = (p: number): number => interpolatedQuantile(sorted, p);
  switch (kind) {
    case "percentile":
      return { lower: quantile(tail), upper: quantile(1 - tail) };
    case "basic":
      return { lower: 2 * estimate - quantile(1 - tail), upper: 2 * estimate - quantile(tail) };
    case "normal": {
      const { mean, deviation } = replicateMoments(sorted);
      const width = normalQuantile(1 - tail) * deviation;
      return { lower: 2 * estimate - mean - width, upper: 2 * estimate - mean + width };
    }
    default: {
      const a = kind === "bca" ? acceleration : 0;
      const w = normalQuantile(shareBelow(sorted, estimate));
      const adjusted = (p: number): number => {
        const shifted = w + normalQuantile(p);
        return normalProbability(w + shifted / (1 - a * shifted));
      };
      return { lower: quantile(adjusted(tail)), upper: quantile(adjusted(1 - tail)) };
    }
  }
}

/** Φ(z). */
function normalProbability(z: number): number {
  const tail = normalTwoSided(z) / 2;
  return z < 0 ? tail : 1 - tail;
}

/** Share of replicates below the estimate, those equal to it counted half. */
function shareBelow(sorted: Float64Array, estimate: number): number {
  let twice = 0;
  for (const value of sorted) twice += value < estimate ? 2 : value === estimate ? 1 : 0;
  return twice / (2 * sorted.length);
}

/**
 * Quantile p by interpolation on the normal scale between the order statistics around (R + 1)p (Davison and Hinkley,
 * equation 5.8); beyond the ends the extreme replicate.
 */
function interpolatedQuantile(sorted: Float64Array, p: number): number {
  if (!(p >= 0 && p <= 1)) return NaN;
  const count = sorted.length;
  const position = (count + 1) * p;
  const k = Math.floor(position);
  if (k < 1) return sorted[0]!;
  if (k >= count) return sorted[count - 1]!;
  const below = normalQuantile(k / (count + 1));
  const above = normalQuantile((k + 1) / (count + 1));
  const share = (normalQuantile(p) - below) / (above - below);
  return sorted[k - 1]! + share * (sorted[k]! - sorted[k - 1]!);
}

/** The acceleration of "bca" from the leave-one-out estimates: Σ δ³ / (6 (Σ δ²)^{3/2}), δ_i = mean − t_(i). */
export function jackknifeAcceleration(leftOut: ArrayLike<number>): number {
  const { mean } = replicateMoments(leftOut);
  let squares = 0;
  let cubes = 0;
  for (let i = 0; i < leftOut.length; i++) {
    const difference = mean - leftOut[i]!;
    if (!Number.isFinite(difference)) continue;
    squares += difference ** 2;
    cubes += difference ** 3;
  }
  return squares > 0 ? cubes / (6 * squares ** 1.5) : 0;
}
