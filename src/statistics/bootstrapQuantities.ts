import type { DataSet } from "../data/dataSet.ts";
import { TapeEvaluator } from "../engine/batch/program/evaluator.ts";
import { propagate } from "../engine/batch/program/covarianceForm.ts";
import { dot, multiply } from "../engine/batch/program/matrices.ts";
import { layoutSample, packSample } from "../engine/batch/program/sampleLayout.ts";
import { structureScalars } from "../engine/batch/program/structureScalars.ts";
import { Tape } from "../engine/batch/program/tape.ts";
import type { Problem } from "../engine/engine.ts";
import { bindSample } from "../fit/bindSample.ts";
import { errorSources } from "../fit/groupState.ts";
import { evaluateRows } from "../model/expressionValue.ts";
import { FIXED, type Model } from "../model/model.ts";
import { covariateNames } from "./covariates.ts";
import { fixedValue } from "./parameterTable.ts";
import {
  type GroupScales,
  type ScaleVariance,
  type Standardization,
  standardizationFactor,
} from "./standardize.ts";

/** The evaluator of a model's rows at estimates from data. */
export function rowEvaluator(model: Model, data: DataSet): RowEvaluator {
  const moments = data.groups.map((group) => group.moments);
  return new RowEvaluator({ model: bindSample(model, moments), moments, discrepancy: "maximumLikelihood" });
}

/** The values of all rows of the parameter table at one θ, as often as there are replicates. */
export class RowEvaluator {
  readonly #fixed: Float64Array;
  readonly #parameter: Int32Array;
  readonly #hasExpressions: boolean;
  readonly #place: Map<Model["rows"][number], number>;

  constructor(private readonly problem: Problem) {
    const { rows } = problem.model;
    this.#parameter = Int32Array.from(rows, ({ parameter }) => parameter);
    this.#fixed = Float64Array.from(rows, (row) => {
      return row.parameter === FIXED && row.expression === undefined ? fixedValue(problem, row) : NaN;
    });
    this.#hasExpressions = rows.some(({ expression }) => expression !== undefined);
    this.#place = new Map(rows.map((row, index) => [row, index]));
  }

  /** Estimates of free and fixed rows, values of defined ones. */
  evaluate(theta: Float64Array): Float64Array {
    const values = this.#fixed.map((value, i) =>
      this.#parameter[i] === FIXED ? value : theta[this.#parameter[i]!]!,
    );
    if (!this.#hasExpressions) return values;
    for (const { row, value } of evaluateRows(this.problem.model, theta)) {
      values[this.#place.get(row)!] = value;
    }
    return values;
  }
}

/**
 * Standardised values of all rows (see `standardizeRows`) without their gradients, from a straight-line program of the
 * implied variances. Moments that `fixed.x` takes from the sample stay those of the full sample.
 */
export class StandardizedEvaluator {
  readonly #variances: TapeEvaluator;
  readonly #inputs: Float64Array;
  readonly #groups: readonly GroupPlaces[];
  readonly #rowOfParameter: Int32Array;

  constructor(private readonly problem: Problem) {
    const { model, moments } = problem;
    const t = model.parameters.length;
    const layout = layoutSample(model);
    const tape = new Tape();
    const outputs: number[] = [];
    this.#groups = model.structures.map((structure, g) => {
      const s = structureScalars(tape, structure, layout.groups[g]!, t);
      const effects = s.loadings.map((row) => propagate(s, row));
      const cross = multiply(tape, s.covariances, effects, s.p);
      const first = outputs.length;
      for (let i = 0; i < s.p; i++) {
        const column = (rows: readonly number[][]): number[] => rows.map((row) => row[i]!);
        outputs.push(dot(tape, column(effects), column(cross)));
      }
      for (let l = 0; l < s.q; l++) outputs.push(s.covariances[l]![l]!);
      return placesOf(model, g, first);
    });
    this.#variances = new TapeEvaluator(tape, outputs);
    this.#inputs = new Float64Array(t + layout.size);
    packSample(layout, moments, this.#inputs.subarray(t));
    this.#rowOfParameter = new Int32Array(t).fill(-1);
    model.rows.forEach(({ parameter, group }, index) => {
      if (group > 0 && parameter !== FIXED && this.#rowOfParameter[parameter]! < 0) {
        this.#rowOfParameter[parameter] = index;
      }
    });
  }

  /** Standardised values, given the rows' values at θ. Constraints are NaN. */
  evaluate(theta: Float64Array, values: Float64Array, kind: Standardization): Float64Array {
    this.#inputs.set(theta);
    const variances = this.#variances.evaluate(this.#inputs);
    const { model } = this.problem;
    const scales = this.#groups.map((group) => scalesOf(group, variances));
    const out = new Float64Array(values.length).fill(NaN);
    model.rows.forEach((row, index) => {
      if (row.group === 0) return;
      out[index] = values[index]! * standardizationFactor(scales[row.group - 1]!, row, kind);
    });
    if (!model.rows.some(({ op }) => op === ":=")) return out;
    const standardized = Float64Array.from(this.#rowOfParameter, (row) => (row < 0 ? NaN : out[row]!));
    const place = new Map(model.rows.map((row, index) => [row, index]));
    for (const { row, value } of evaluateRows(model, standardized)) {
      if (row.op === ":=") out[place.get(row)!] = value;
    }
    return out;
  }
}

/** Where a group's variances stand among the outputs. */
interface GroupPlaces {
  readonly implied: ReadonlyMap<string, number>;
  readonly residual: ReadonlyMap<string, number>;
  readonly observed: ReadonlySet<string>;
  readonly covariates: ReadonlySet<string>;
}

function placesOf(model: Model, g: number, first: number): GroupPlaces {
  const structure = model.structures[g]!;
  const p = structure.variables.length;
  const errors = errorSources(structure);
  const sources = structure.sources.map((name, l): [string, number] => [name, first + p + l]);
  return {
    implied: new Map([
      ...sources,
      ...structure.variables.map(({ name }, i): [string, number] => [name, first + i]),
    ]),
    residual: new Map([
      ...sources,
      ...structure.variables.flatMap(({ name }, i): [string, number][] =>
        errors[i]! < 0 ? [] : [[name, first + p + errors[i]!]],
      ),
    ]),
    observed: new Set(structure.variables.flatMap(({ name, observed }) => (observed ? [name] : []))),
    covariates: covariateNames(model, g),
  };
}

function scalesOf(
  places: GroupPlaces,
  variances: Float64Array,
): GroupScales<Pick<ScaleVariance, "variance">> {
  const { observed, covariates } = places;
  return {
    implied: (name) => ({ variance: variances[places.implied.get(name)!]! }),
    residual: (name) => ({ variance: Math.abs(variances[places.residual.get(name)!]!) }),
    observed,
    covariates,
  };
}
