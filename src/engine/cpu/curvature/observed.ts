import { invertPositiveDefinite, multiply, quadraticForm } from "../linalg.ts";
import { symmetricSandwich } from "../discrepancies/maximumLikelihood.ts";
import {
  type EntryPlace,
  generatorRows,
  type Generators,
  meanGenerator,
  stackLayout,
  stackRows,
} from "./generators.ts";
import { type RowTerm, rowDerivatives } from "./secondOrder.ts";

/** What an entry contributes: its two generator rows and its mean move, as positions in the Gram matrices. */
interface Side {
  readonly u: number;
  readonly v: number;
  readonly weight: number;
  readonly meanRow: number;
  readonly meanScale: number;
}

interface Grams {
  readonly width: number;
  /** P Σ⁻¹ Pᵀ, P N Pᵀ with N = Σ⁻¹(S + dᵀd)Σ⁻¹, and P Σ⁻¹ dᵀ. */
  readonly inverse: Float64Array;
  readonly sample: Float64Array;
  readonly deviation: Float64Array;
}

/**
 * Exact second derivatives of the maximum-likelihood F by pairs of entries, W = Σ⁻¹, N = W(S + dᵀd)W, G = W − N:
 *
 *     ∂²F = −tr(W dΣ_i W dΣ_j) + 2 tr(N dΣ_i W dΣ_j) + tr(G d²Σ_ij)
 *           + 2 dμ_i W dμ_jᵀ − 2 d²μ_ij W dᵀ + 2 dμ_i W dΣ_j W dᵀ + 2 dμ_j W dΣ_i W dᵀ
 *
 * Returned m×m in the order of `places`; `undefined` where Σ is not positive definite.
 * Checked against central differences of the gradient.
 */
export function observedHessian(
  generators: Generators,
  places: readonly EntryPlace[],
  sample: Float64Array,
  sampleMean: Float64Array | undefined,
): Float64Array | undefined {
  const { k } = generators.c;
  const inverted = invertPositiveDefinite(generators.observedSigma, k);
  if (inverted === undefined) return undefined;
  const layout = stackLayout(generators.c);
  const position = new Int32Array(layout.rows).fill(-1);
  const used: number[] = [];
  const place = (row: number): number => {
    if (position[row]! < 0) position[row] = used.push(row) - 1;
    return position[row]!;
  };
  const sides = places.map((entry): Side => {
    const rows = generatorRows(entry, layout);
    const move = sampleMean && meanGenerator(entry, generators.mean);
    return {
      u: rows ? place(rows.u) : -1,
      v: rows ? place(rows.v) : -1,
      weight: rows ? rows.weight : 0,
      meanRow: move ? place(layout.inverse(move.variable)) : -1,
      meanScale: move ? move.scale : 0,
    };
  });
  const deviation = new Float64Array(k);
  if (sampleMean) {
    generators.c.observed.forEach(
      (variable, i) => (deviation[i] = sampleMean[i]! - generators.mean[variable]!),
    );
  }
  const grams = createGrams(generators, used, inverted.inverse, sample, deviation);
  const curvature = new Curvature(generators, places, sides, grams, position);
  const m = places.length;
  const out = new Float64Array(m * m);
  for (let i = 0; i < m; i++) {
    for (let j = 0; j <= i; j++) {
      const value = curvature.covariancePart(i, j) + (sampleMean ? curvature.meanPart(i, j) : 0);
      out[i * m + j] = value;
      out[j * m + i] = value;
    }
  }
  return out;
}

function createGrams(
  generators: Generators,
  used: readonly number[],
  inverse: Float64Array,
  sample: Float64Array,
  deviation: Float64Array,
): Grams {
  const { k } = generators.c;
  const stack = stackRows(generators);
  const selected = new Float64Array(used.length * k);
  used.forEach((row, i) => selected.set(stack.subarray(row * k, row * k + k), i * k));
  const target = sample.map((value, i) => value + deviation[Math.floor(i / k)]! * deviation[i % k]!);
  const middle = new Float64Array(k * k);
  symmetricSandwich(inverse, target, k, new Float64Array(k * k), middle);
  const weightedDeviation = multiply(inverse, deviation, k, k, 1);
  return {
    width: used.length,
    inverse: quadraticForm(selected, inverse, used.length, k),
    sample: quadraticForm(selected, middle, used.length, k),
    deviation: multiply(selected, weightedDeviation, used.length, k, 1),
  };
}

class Curvature {
  constructor(
    private readonly generators: Generators,
    private readonly places: readonly EntryPlace[],
    private readonly sides: readonly Side[],
    private readonly grams: Grams,
    private readonly position: Int32Array,
  ) {}

  covariancePart(i: number, j: number): number {
    const { width, inverse: w, sample: n } = this.grams;
    const a = this.sides[i]!;
    const b = this.sides[j]!;
    if (a.u < 0 || b.u < 0) return 0;
    const { u, v } = a;
    const uu = u * width + b.u;
    const uv = u * width + b.v;
    const vu = v * width + b.u;
    const vv = v * width + b.v;
    const first = -2 * (w[uu]! * w[vv]! + w[uv]! * w[vu]!);
    const second = 2 * (n[vu]! * w[uv]! + n[vv]! * w[uu]! + n[uu]! * w[vv]! + n[uv]! * w[vu]!);
    return a.weight * b.weight * (first + second) + this.secondDerivative(i, j);
  }

  /** tr(G d²Σ_ij) = 2 weight_i (δ_j u_i G v_iᵀ + u_i G δ_j v_iᵀ). */
  private secondDerivative(i: number, j: number): number {
    const { width, inverse, sample } = this.grams;
    const { u, v, weight } = this.sides[i]!;
    const derivatives = rowDerivatives(this.generators, this.places[i]!, this.places[j]!);
    let sum = 0;
    const add = (terms: readonly RowTerm[], other: number): void => {
      for (const { coefficient, row } of terms) {
        const at = this.position[row]! * width + other;
        sum += coefficient * (inverse[at]! - sample[at]!);
      }
    };
    add(derivatives.u, v);
    add(derivatives.v, u);
    return 2 * weight * sum;
  }

  meanPart(i: number, j: number): number {
    const { width, inverse: w, deviation: s } = this.grams;
    const cross = (a: Side, b: Side): number => {
      if (a.meanRow < 0 || b.u < 0) return 0;
      const row = a.meanRow * width;
      return 2 * a.meanScale * b.weight * (w[row + b.u]! * s[b.v]! + w[row + b.v]! * s[b.u]!);
    };
    const a = this.sides[i]!;
    const b = this.sides[j]!;
    let sum = cross(a, b) + cross(b, a);
    if (a.meanRow >= 0 && b.meanRow >= 0) {
      sum += 2 * a.meanScale * b.meanScale * w[a.meanRow * width + b.meanRow]!;
      sum -= 2 * this.meanSecondDerivative(i, j);
    }
    return sum;
  }

  /** d²μ_ij Σ⁻¹ dᵀ. */
  private meanSecondDerivative(i: number, j: number): number {
    const { inverse, mean, c } = this.generators;
    const s = this.grams.deviation;
    const left = this.places[i]!;
    const right = this.places[j]!;
    // The effect of `by` on the move (scale · T_column) of `of`: through T_column, and through μ_row of a path.
    let sum = 0;
    if (right.kind === "path") {
      sum += this.sides[i]!.meanScale * inverse[left.column * c.p + right.row]! * s[this.sides[j]!.meanRow]!;
    }
    if (left.kind === "path") {
      const moveOfRow = inverse[right.column * c.p + left.row]!;
      const scale = right.kind === "path" ? mean[right.row]! : 1;
      sum += scale * moveOfRow * s[this.sides[i]!.meanRow]!;
    }
    return sum;
  }
}
