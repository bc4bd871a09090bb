import { FIXED, observedIndices, type Entry, type Structure } from "../../../src/model/model.ts";

type Matrix = number[][];

const zeros = (rows: number, columns: number): Matrix =>
  Array.from({ length: rows }, () => Array.from({ length: columns }, () => 0));

function multiply(a: Matrix, b: Matrix): Matrix {
  return a.map((row) => b[0]!.map((_, column) => row.reduce((sum, x, k) => sum + x * b[k]![column]!, 0)));
}

const transpose = (a: Matrix): Matrix => a[0]!.map((_, column) => a.map((row) => row[column]!));

/** T = (I − B)⁻¹ = I + B + B² + …, which ends because B is acyclic. */
function totalEffects(paths: Matrix): Matrix {
  const p = paths.length;
  let power = paths.map((row, i) => row.map((_, j) => Number(i === j)));
  const sum = zeros(p, p);
  for (let k = 0; k <= p; k++) {
    power.forEach((row, i) => row.forEach((x, j) => (sum[i]![j]! += x)));
    power = multiply(power, paths);
  }
  return sum;
}

/** Σ = Tᵀ Λᵀ Ψ Λ T and μ = α T of the observed variables, straight from the definition. */
export function impliedMoments(
  structure: Structure,
  valueOf: (entry: Entry) => number,
): { names: string[]; covariance: Matrix; mean: number[] } {
  const [p, q] = [structure.variables.length, structure.sources.length];
  const fill = (rows: number, columns: number, entries: readonly Entry[], symmetric = false): Matrix => {
    const matrix = zeros(rows, columns);
    for (const entry of entries) {
      matrix[entry.row]![entry.column] = valueOf(entry);
      if (symmetric) matrix[entry.column]![entry.row] = valueOf(entry);
    }
    return matrix;
  };
  const total = totalEffects(fill(p, p, structure.paths));
  const a = multiply(fill(q, p, structure.loadings), total);
  const full = multiply(multiply(transpose(a), fill(q, q, structure.covariances, true)), a);
  const mu = multiply(fill(1, p, structure.intercepts), total)[0]!;
  const observed = observedIndices(structure);
  return {
    names: observed.map((index) => structure.variables[index]!.name),
    covariance: observed.map((i) => observed.map((j) => full[i]![j]!)),
    mean: observed.map((i) => mu[i]!),
  };
}

/** The value of an entry at θ, where moments of the sample come from `sampleOf(source or variable names)`. */
export function valuesAt(
  structure: Structure,
  theta: readonly number[],
  sampleOf: (row: string, column: string) => number,
): (entry: Entry) => number {
  const intercepts = new Set(structure.intercepts);
  return (entry) => {
    if (entry.parameter !== FIXED) return theta[entry.parameter]! * entry.factor;
    if (!entry.fromSample) return entry.value;
    if (intercepts.has(entry)) return sampleOf("", structure.variables[entry.column]!.name);
    return sampleOf(structure.sources[entry.row]!, structure.sources[entry.column]!);
  };
}
