import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { DataSet } from "../../src/data/dataSet.ts";
import { parseModel, type ModelKind } from "../../src/model/parseModel.ts";
import type { Model } from "../../src/model/model.ts";
import { simulatedPmdag } from "./simulatedPmdag.ts";

/** A model and its moments, for us and for lavaan. */
export interface FitCase {
  readonly name: string;
  readonly as: ModelKind;
  readonly stdLv: boolean;
  readonly text: string;
  readonly names: readonly string[];
  readonly n: number;
  readonly covariance: readonly number[];
  readonly mean: readonly number[] | undefined;
}

const REFERENCE = join(import.meta.dirname, "..", "..", "test", "fixtures", "reference");

interface ReferenceFile {
  readonly model: string;
  readonly lavaan_function: ModelKind;
  readonly nobs_per_group: readonly number[];
  readonly sample: readonly { names: string[]; cov: number[][]; mean?: number[] }[];
  readonly options: Readonly<Record<string, unknown>>;
}

/** The single-group, complete-data, identified maximum-likelihood models of the reference, and a pmDAG of 80 variables. */
export function fitCases(): FitCase[] {
  const skipped = /^(07|09|10a|11[bcdf]|13)/;
  const files = readdirSync(REFERENCE).filter((file) => file.endsWith(".json") && !skipped.test(file));
  return [...files.toSorted().map(readCase), simulatedPmdag(80, 20, 3, 1000)];
}

function readCase(file: string): FitCase {
  const reference = JSON.parse(readFileSync(join(REFERENCE, file), "utf8")) as ReferenceFile;
  const sample = reference.sample[0]!;
  const hasMeans = reference.options["meanstructure"] === true;
  return {
    name: file.replace(/\.json$/, ""),
    as: reference.lavaan_function,
    stdLv: reference.options["std.lv"] === true,
    text: reference.model,
    names: sample.names,
    n: reference.nobs_per_group[0]!,
    covariance: sample.cov.flat(),
    mean: hasMeans ? sample.mean : undefined,
  };
}

export function caseModel({ text, as, stdLv, mean }: FitCase): Model {
  return parseModel(text, { as, stdLv, meanStructure: mean !== undefined });
}

export function caseData({ names, n, covariance, mean }: FitCase): DataSet {
  const moments = {
    names,
    n,
    covariance: Float64Array.from(covariance),
    mean: mean && Float64Array.from(mean),
  };
  return { groups: [{ label: "", moments }], warnings: [] };
}
