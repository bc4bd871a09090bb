import { readFileSync } from "node:fs";
import type { Moments } from "../../src/data/moments.ts";
import type { Model } from "../../src/model/model.ts";
import { parseModel, type ParseModelOptions } from "../../src/model/parseModel.ts";

/** One certified lavaan result of test/fixtures/reference (its README tells how they were made). */
export interface Reference {
  readonly model: string;
  readonly lavaan_function: "cfa" | "sem" | "growth" | "lavaan";
  readonly nobs_per_group: readonly number[];
  readonly group_labels: readonly string[] | null;
  readonly sample: readonly { names: string[]; cov: number[][]; mean?: number[] }[];
  readonly options: Readonly<Record<string, unknown>>;
  readonly F_ML: number;
  readonly fit: Readonly<Record<string, number>>;
  readonly parameters: readonly {
    lhs: string;
    op: string;
    rhs: string;
    free: number;
    est: number;
    se_expected: number;
    se_observed: number;
    "std.lv": number | null;
    "std.all": number | null;
  }[];
}

export function readReference(name: string): Reference {
  return JSON.parse(
    readFileSync(new URL(`../fixtures/reference/${name}.json`, import.meta.url), "utf8"),
  ) as Reference;
}

export function referenceModel({ model, lavaan_function, options, group_labels }: Reference): Model {
  return parseModel(model, {
    as: lavaan_function,
    stdLv: options["std.lv"] as boolean,
    orthogonal: options["orthogonal"] as boolean,
    meanStructure: options["meanstructure"] as boolean,
    ...(group_labels && { groups: [...group_labels] }),
    groupEqual: options["group.equal"] as NonNullable<ParseModelOptions["groupEqual"]>,
  });
}

/** Moments with divisor n, in the order of the model's observed variables. */
export function referenceMoments({ sample, nobs_per_group }: Reference): Moments[] {
  return sample.map(({ names, cov, mean }, g) => ({
    names,
    n: nobs_per_group[g]!,
    covariance: Float64Array.from(cov.flat()),
    mean: mean && Float64Array.from(mean),
  }));
}
