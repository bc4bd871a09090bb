import { invertPositiveDefinite } from "../../src/engine/cpu/linalg.ts";
import type { Problem } from "../../src/engine/engine.ts";
import { alignData } from "../../src/data/alignData.ts";
import { observedNames } from "../../src/model/model.ts";
import { parseModel, type ParseModelOptions } from "../../src/model/parseModel.ts";

/** A way for S to come close to singular. */
export type Illness = "vanishing errors" | "near-Heywood" | "near-collinear";

export interface IllConditioned {
  readonly illness: Illness;
  readonly problem: Problem;
  /** Of the correlation matrix S, largest over smallest eigenvalue. */
  readonly condition: number;
  /** How ill: the condition number, or the inverse of the error variance that vanishes, which leaves S well. */
  readonly severity: number;
}

interface Case {
  readonly model: string;
  readonly options: ParseModelOptions;
  readonly names: readonly string[];
  /** Element (i, j) of S, i > j, where the diagonal is one. */
  readonly covariance: (i: number, j: number) => number;
}

/**
 * A problem whose S has about the wanted condition number, or one whose error variance is its inverse. No model fits its S exactly: covariances are off by a share
 * of ε, the size of what vanishes.
 *
 * - vanishing errors: two correlated factors with four indicators each, whose error variances all shrink;
 * - near-Heywood: one factor, and the error variance of one of its four indicators shrinks;
 * - near-collinear: a regression and another after it, on two causes that become copies of each other.
 */
export function illConditionedProblem(illness: Illness, wanted: number): IllConditioned {
  const { model, options, names, covariance } = CASES[illness](wanted);
  const k = names.length;
  const sample = new Float64Array(k * k);
  for (let i = 0; i < k; i++) {
    sample[i * k + i] = 1;
    for (let j = 0; j < i; j++) sample[i * k + j] = sample[j * k + i] = covariance(i, j);
  }
  const stated = parseModel(model, options);
  const group = { label: "", moments: { names, n: 500, covariance: sample, mean: undefined } };
  const { groups } = alignData({ groups: [group], warnings: [] }, stated.structures.map(observedNames));
  const condition = conditionNumber(sample, k);
  return {
    illness,
    problem: {
      model: stated,
      moments: groups.map(({ moments }) => moments),
      discrepancy: "maximumLikelihood",
    },
    condition,
    severity: illness === "near-Heywood" ? wanted : condition,
  };
}

const CASES: Readonly<Record<Illness, (wanted: number) => Case>> = {
  "vanishing errors": (wanted) => {
    // The largest eigenvalue of such a correlation matrix is near 4·1.3, the smallest is ε.
    const error = 5.2 / wanted;
    return {
      model: "f =~ x1 + x2 + x3 + x4\ng =~ x5 + x6 + x7 + x8",
      options: { as: "cfa", stdLv: true },
      names: numbered(8),
      covariance: (i, j) => {
        const sameFactor = Math.floor(i / 4) === Math.floor(j / 4);
        return Math.max(0, 1 - error) * (sameFactor ? 1 : 0.3) * misfit(i, j, error / 20);
      },
    };
  },
  "near-Heywood": (wanted) => {
    const error = 1 / wanted;
    const loadings = [Math.sqrt(1 - error), 0.7, 0.7, 0.7];
    return {
      model: "f =~ x1 + x2 + x3 + x4",
      options: { as: "cfa", stdLv: true },
      names: numbered(4),
      covariance: (i, j) => loadings[i]! * loadings[j]! * misfit(i, j, error / 20),
    };
  },
  "near-collinear": (wanted) => {
    // Two copies at correlation 1 − ε: eigenvalues near 3 and near ε.
    const gap = Math.min(0.9, 3 / wanted);
    return {
      model: "x3 ~ x1 + x2\nx4 ~ x3 + x2\nx1 ~~ x2",
      options: { as: "sem", fixedX: false },
      names: numbered(4),
      covariance: (i, j) => (i === 1 && j === 0 ? 1 - gap : 0.5 * misfit(i, j, gap / 20)),
    };
  },
};

function numbered(count: number): string[] {
  return Array.from({ length: count }, (_, i) => `x${i + 1}`);
}

/** One plus or minus `size`, or one. */
function misfit(i: number, j: number, size: number): number {
  return 1 + (((i + j) % 3) - 1) * size;
}

/** Largest over smallest eigenvalue of a positive-definite matrix, by power iterations on it and on its inverse. */
export function conditionNumber(matrix: Float64Array, k: number): number {
  const inverse = invertPositiveDefinite(matrix, k)?.inverse;
  return inverse ? largestEigenvalue(matrix, k) * largestEigenvalue(inverse, k) : Infinity;
}

function largestEigenvalue(matrix: Float64Array, k: number): number {
  // Irregular, so that no eigenvector is orthogonal to it.
  let vector = Float64Array.from({ length: k }, (_, i) => 1 + Math.sin(i + 1) / 3);
  let norm = 0;
  for (let step = 0; step < 500; step++) {
    const next = vector.map((_, i) => vector.reduce((sum, value, j) => sum + matrix[i * k + j]! * value, 0));
    norm = Math.hypot(...next);
    vector = next.map((value) => value / norm);
  }
  return norm;
}
