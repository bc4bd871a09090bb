import { momentCount } from "../data/moments.ts";
import { momentDerivatives } from "../engine/cpu/curvature/jacobian.ts";
import type { GroupState, LikelihoodTarget } from "./groupState.ts";

/**
 * Moments as one vector: the k means where they are given, then vech Σ, the lower triangle row by row.
 * Matrices on this space (weights, fourth moments, Jacobians) are row-major.
 */
export function momentVector(
  covariance: Float64Array,
  mean: Float64Array | undefined,
  k: number,
): Float64Array {
  const offset = mean ? k : 0;
  const out = new Float64Array(momentCount(k, mean !== undefined));
  if (mean) out.set(mean);
  let a = offset;
  for (let i = 0; i < k; i++) for (let j = 0; j <= i; j++) out[a++] = covariance[i * k + j]!;
  return out;
}

/** Positions of the moments that are not among fixed covariates alone, which the model takes as they are. */
export function modelledMoments(k: number, withMeans: boolean, covariates: readonly number[]): number[] {
  const isFixed = Array.from({ length: k }, (_, i) => covariates.includes(i));
  const index: number[] = [];
  const offset = withMeans ? k : 0;
  for (let i = 0; i < offset; i++) if (!isFixed[i]) index.push(i);
  let a = offset;
  for (let i = 0; i < k; i++)
    for (let j = 0; j <= i; j++, a++) if (!(isFixed[i] && isFixed[j])) index.push(a);
  return index;
}

/** Δ = ∂(μ, vech Σ)/∂θ of one group, m×t. */
export function momentJacobian(state: GroupState, t: number): Float64Array {
  const { k, meanStructure, generators, freeEntries } = state;
  const m = momentCount(k, meanStructure);
  const out = new Float64Array(m * t);
  const derivatives = momentDerivatives(
    generators,
    freeEntries.map(({ place }) => place),
  );
  freeEntries.forEach(({ parameter, factor }, e) => {
    const { sigma, mean } = derivatives[e]!;
    momentVector(sigma, meanStructure ? mean : undefined, k).forEach((value, a) => {
      out[a * t + parameter]! += factor * value;
    });
  });
  return out;
}

/**
 * Normal-theory weight V of the moments, m×m, for W = Σ⁻¹: the expected unit information of the saturated model,
 * V = W for means and tr(W Eₐ W E_b)/2 for (co)variances, Eₐ being the derivative of Σ by its a-th entry.
 */
export function expectedWeight(w: Float64Array, k: number, withMeans: boolean): Float64Array {
  const m = momentCount(k, withMeans);
  const offset = withMeans ? k : 0;
  const out = new Float64Array(m * m);
  if (withMeans) for (let i = 0; i < k; i++) for (let j = 0; j < k; j++) out[i * m + j] = w[i * k + j]!;
  forEachPair(k, (a, i, j, b, r, s) => {
    const value = 0.5 * tracePair(w, w, k, i, j, r, s);
    out[(offset + a) * m + offset + b] = value;
    out[(offset + b) * m + offset + a] = value;
  });
  return out;
}

/**
 * Observed unit information of the saturated model at (μ, Σ): the second derivatives of ½F by the moments, with
 * N = W T W: tr(N Eₐ W E_b) − ½ tr(W Eₐ W E_b), W, and (W E_b W d) between means and (co)variances.
 */
export function observedWeight(
  w: Float64Array,
  { second, deviation }: LikelihoodTarget,
  k: number,
  withMeans: boolean,
): Float64Array {
  const m = momentCount(k, withMeans);
  const offset = withMeans ? k : 0;
  const out = new Float64Array(m * m);
  addObservedWeight(w, { second, deviation }, k, { out, m, offset, scale: 1, position: (i) => i });
  return out;
}

/** One moment: the mean of `row`, or with a `column` ≤ row a (co)variance. */
export interface MomentEntry {
  readonly row: number;
  readonly column?: number;
}

/**
 * The part of `expectedWeight` that belongs to a few moments; of `observedWeight` at means that fit where `second` gives
 * S. Row-major in the order of `entries`.
 */
export function weightBlock(
  w: Float64Array,
  k: number,
  entries: readonly MomentEntry[],
  second?: Float64Array,
): Float64Array {
  const n = second && sandwich(w, second, k);
  const f = entries.length;
  const out = new Float64Array(f * f);
  entries.forEach(({ row: i, column: j }, a) => {
    entries.forEach(({ row: r, column: s }, b) => {
      if (j === undefined || s === undefined) {
        out[a * f + b] = j === s ? w[i * k + r]! : 0;
        return;
      }
      const expected = 0.5 * tracePair(w, w, k, i, j, r, s);
      out[a * f + b] = n ? symmetricTracePair(n, w, k, i, j, r, s) - expected : expected;
    });
  });
  return out;
}

/** Where `addObservedWeight` puts a pattern's k variables among all of them. */
export interface Placement {
  readonly out: Float64Array;
  readonly m: number;
  /** Number of mean entries before the (co)variances; 0 without means. */
  readonly offset: number;
  readonly scale: number;
  readonly position: (i: number) => number;
}

/** out += scale · (observed unit information) on the entries of the variables `position(0 … k−1)`. */
export function addObservedWeight(
  w: Float64Array,
  { second, deviation }: LikelihoodTarget,
  k: number,
  { out, m, offset, scale, position }: Placement,
): void {
  const n = sandwich(w, second, k);
  const entry = (i: number, j: number): number => {
    const [row, column] = [Math.max(position(i), position(j)), Math.min(position(i), position(j))];
    return offset + (row * (row + 1)) / 2 + column;
  };
  forEachPair(k, (_a, i, j, _b, r, s) => {
    const value = scale * (symmetricTracePair(n, w, k, i, j, r, s) - 0.5 * tracePair(w, w, k, i, j, r, s));
    const [a, b] = [entry(i, j), entry(r, s)];
    out[a * m + b]! += value;
    if (a !== b) out[b * m + a]! += value;
  });
  if (offset === 0) return;
  const wd = deviation.map((_, i) => deviation.reduce((sum, d, j) => sum + w[i * k + j]! * d, 0));
  for (let i = 0; i < k; i++) {
    for (let j = 0; j < k; j++) out[position(i) * m + position(j)]! += scale * w[i * k + j]!;
    for (let r = 0; r < k; r++) {
      for (let s = 0; s <= r; s++) {
        const first = w[i * k + r]! * wd[s]!;
        const value = scale * (r === s ? first : first + w[i * k + s]! * wd[r]!);
        const [a, b] = [position(i), entry(r, s)];
        out[a * m + b]! += value;
        out[b * m + a]! += value;
      }
    }
  }
}

/** Visits every pair of entries (i ≥ j) at a and (r ≥ s) at b with b ≤ a. */
function forEachPair(
  k: number,
  visit: (a: number, i: number, j: number, b: number, r: number, s: number) => void,
): void {
  let a = 0;
  for (let i = 0; i < k; i++) {
    for (let j = 0; j <= i; j++, a++) {
      let b = 0;
      for (let r = 0; r <= i; r++) for (let s = 0; s <= r && b <= a; s++, b++) visit(a, i, j, b, r, s);
    }
  }
}

/** tr(M E_ij W E_rs), E having ones at (i, j) and (j, i). */
function tracePair(
  m: Float64Array,
  w: Float64Array,
  k: number,
  i: number,
  j: number,
  r: number,
  s: number,
): number {
  // Σ over (p, q) ∈ {(i,j), (j,i)} and (x, y) ∈ {(r,s), (s,r)} of M_yp W_qx.
  let sum = m[s * k + i]! * w[j * k + r]!;
  if (r !== s) sum += m[r * k + i]! * w[j * k + s]!;
  if (i === j) return sum;
  sum += m[s * k + j]! * w[i * k + r]!;
  if (r !== s) sum += m[r * k + j]! * w[i * k + s]!;
  return sum;
}

/** The part of tr(N E_ij W E_rs) that is symmetric in the two entries. */
function symmetricTracePair(
  n: Float64Array,
  w: Float64Array,
  k: number,
  i: number,
  j: number,
  r: number,
  s: number,
): number {
  return 0.5 * (tracePair(n, w, k, i, j, r, s) + tracePair(n, w, k, r, s, i, j));
}

function sandwich(w: Float64Array, s: Float64Array, k: number): Float64Array {
  const half = new Float64Array(k * k);
  const out = new Float64Array(k * k);
  for (let i = 0; i < k; i++) {
    for (let l = 0; l < k; l++) {
      const scale = w[i * k + l]!;
      for (let j = 0; j < k; j++) half[i * k + j]! += scale * s[l * k + j]!;
    }
  }
  for (let i = 0; i < k; i++) {
    for (let l = 0; l < k; l++) {
      const scale = half[i * k + l]!;
      for (let j = 0; j < k; j++) out[i * k + j]! += scale * w[l * k + j]!;
    }
  }
  return out;
}
