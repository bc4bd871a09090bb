import { readFileSync } from "node:fs";
import { dataSetFor, type DataSet } from "../../src/data/dataSet.ts";
import type { Moments } from "../../src/data/moments.ts";
import { readData } from "../../src/data/readData.ts";
import { type Model, observedIndices } from "../../src/model/model.ts";
import { type GroupEqual, type ModelKind, parseModel } from "../../src/model/parseModel.ts";

const FOLDER = new URL("../fixtures/", import.meta.url);

export interface ReferenceParameter {
  readonly lhs: string;
  readonly op: string;
  readonly rhs: string;
  readonly group?: number;
  readonly free: number;
  readonly est: number;
  readonly se_expected?: number | null;
  readonly se_observed?: number | null;
  readonly se?: number | null;
  readonly z?: number | null;
  readonly pvalue?: number | null;
  readonly "ci.lower"?: number | null;
  readonly "ci.upper"?: number | null;
  readonly "std.lv": number | null;
  readonly "std.all": number | null;
  readonly "std.nox": number | null;
}

/** A certified lavaan fit; see test/fixtures/reference/README.md for the keys. */
export interface ReferenceCase {
  readonly id: string;
  readonly model: string;
  readonly lavaan_function: ModelKind;
  readonly n: number;
  readonly ngroups?: number;
  readonly group_labels?: readonly string[] | null;
  readonly nobs_per_group?: readonly number[];
  /** In the folder's `data`; null where only moments were published. */
  readonly datafile: string | null;
  readonly sample: readonly {
    readonly names: readonly string[];
    readonly cov: readonly (readonly number[])[];
    readonly mean?: readonly number[];
  }[];
  readonly options: Readonly<Record<string, unknown>>;
  readonly fit: Readonly<Record<string, number | null>>;
  readonly parameters: readonly ReferenceParameter[];
  readonly implied: readonly {
    readonly cov: readonly (readonly number[])[];
    readonly names: readonly string[];
  }[];
  readonly r2?: unknown;
  readonly modification_indices?: readonly Readonly<Record<string, string | number | null>>[];
  readonly factor_scores_regression_first5?: unknown;
  readonly warnings: readonly string[];
}

export function readCase(id: string, folder = "reference"): ReferenceCase {
  return JSON.parse(readFileSync(new URL(`${folder}/${id}.json`, FOLDER), "utf8")) as ReferenceCase;
}

export function readFixture(path: string): string {
  return readFileSync(new URL(path, FOLDER), "utf8");
}

/** The model of a case with the defaults of the lavaan function that fitted it. */
export function caseModel(reference: ReferenceCase): Model {
  const { options } = reference;
  const labels = reference.group_labels ?? [];
  return parseModel(reference.model, {
    as: reference.lavaan_function,
    stdLv: options["std.lv"] === true,
    meanStructure: options["meanstructure"] === true,
    fixedX: options["fixed.x"] === true,
    ...(labels.length > 1 && {
      groups: labels,
      groupEqual: (options["group.equal"] ?? []) as GroupEqual[],
    }),
  });
}

/** The case's own sample moments, as certified; for cases without raw data. */
export function caseMoments(reference: ReferenceCase, model: Model): Moments[] {
  return model.structures.map((structure, g) => {
    const names = observedIndices(structure).map((index) => structure.variables[index]!.name);
    const { cov, mean, names: stated } = reference.sample[g]!;
    const index = names.map((name) => stated.indexOf(name));
    return {
      names,
      n: reference.nobs_per_group?.[g] ?? reference.n,
      covariance: Float64Array.from(index.flatMap((i) => index.map((j) => cov[i]![j]!))),
      mean: mean && Float64Array.from(index, (i) => mean[i]!),
    };
  });
}

/** The case's data as `fit` takes them: raw cases where its file has them, else its sample moments. */
export function caseData(reference: ReferenceCase, model: Model, folder = "reference"): DataSet {
  if (reference.datafile === null) {
    const groups = caseMoments(reference, model).map((moments) => ({ label: "", moments }));
    return { groups, warnings: [] };
  }
  const file = readData(readFixture(`${folder}/data/${reference.datafile}`));
  const group = (reference.group_labels?.length ?? 0) > 1 ? "school" : undefined;
  const missing = reference.options["missing"] === "ml" ? "fiml" : "listwise";
  return dataSetFor(model, file, { group, missing });
}
