import { alignData } from "../../../src/data/alignData.ts";
import { bindSample } from "../../../src/fit/bindSample.ts";
import { estimate } from "../../../src/fit/estimate.ts";
import { scaleProblem } from "../../../src/fit/scale.ts";
import { startingValues } from "../../../src/fit/starts.ts";
import { type Entry, observedIndices, observedNames } from "../../../src/model/model.ts";
import { caseData, caseModel, type FitCase } from "../fitCases.ts";

/** One element of a matrix: factor·θ[parameter], or value where parameter is negative. */
export interface MatrixEntry {
  readonly row: number;
  readonly column: number;
  readonly parameter: number;
  readonly factor: number;
  readonly value: number;
}

/** A covariance structure as other programs take it: x = e + xB, cov e = Ψ (symmetric, each pair once). */
export interface MatrixProblem {
  readonly name: string;
  readonly n: number;
  readonly p: number;
  /** Places of the observed variables, in the order of `sample`. */
  readonly observed: readonly number[];
  readonly paths: readonly MatrixEntry[];
  readonly errors: readonly MatrixEntry[];
  /** Our own computed starting values: every program begins from the same point. */
  readonly start: readonly number[];
  /** k×k, row-major, in unit variances. */
  readonly sample: readonly number[];
  /** n times the least F, found in float64: what a peer has to reach. */
  readonly chisq: number;
}

/** A case in that form, scaled to unit variances; `undefined` where it has means or needs more than paths and errors. */
export async function matrixProblem(entry: FitCase): Promise<MatrixProblem | undefined> {
  if (entry.mean) return undefined;
  const stated = caseModel(entry);
  const { moments } = alignData(caseData(entry), stated.structures.map(observedNames)).groups[0]!;
  const model = bindSample(stated, [moments]);
  const { problem } = scaleProblem({ model, moments: [moments], discrepancy: "maximumLikelihood" });
  const structure = problem.model.structures[0]!;
  const variableOf = new Map(structure.loadings.map(({ row, column }) => [row, column]));
  const isRam = structure.loadings.every(
    ({ parameter, value }) => parameter < 0 && Math.abs(value - 1) < 1e-12,
  );
  if (!isRam || variableOf.size !== structure.loadings.length) return undefined;
  const plain = ({ row, column, parameter, factor, value }: Entry): MatrixEntry => ({
    row,
    column,
    parameter,
    factor,
    value: parameter < 0 ? value : 0,
  });
  const { value } = await estimate(problem);
  return {
    name: entry.name,
    n: entry.n,
    p: structure.variables.length,
    observed: observedIndices(structure),
    paths: structure.paths.map(plain),
    errors: structure.covariances.map((one) =>
      plain({ ...one, row: variableOf.get(one.row)!, column: variableOf.get(one.column)! }),
    ),
    start: [...startingValues(problem)],
    sample: [...problem.moments[0]!.covariance],
    chisq: entry.n * value,
  };
}
