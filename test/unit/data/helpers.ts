import type { DataSet, DataSetOptions } from "../../../src/data/dataSet.ts";
import { dataSetFor } from "../../../src/data/dataSet.ts";
import { readData } from "../../../src/data/readData.ts";
import { DataError } from "../../../src/errors.ts";
import type { Model } from "../../../src/model/model.ts";

/** A model of which the data layer only sees the observed variables. */
export function modelOf(names: readonly string[], labels: readonly string[] = [""]): Model {
  const variables = names.map((name) => ({ name, observed: true }));
  const structures = labels.map((label) => ({
    label,
    variables: [{ name: "latent", observed: false }, ...variables],
    sources: [],
    loadings: [],
    paths: [],
    covariances: [],
    intercepts: [],
  }));
  return { parameters: [], structures, meanStructure: false, rows: [] };
}

export function dataSetFromText(
  text: string,
  names: readonly string[],
  options: DataSetOptions = {},
): DataSet {
  return dataSetFor(modelOf(names), readData(text), options);
}

/** The DataError that an action throws; anything else fails the test. */
export function dataErrorOf(action: () => unknown): DataError {
  try {
    action();
  } catch (error) {
    if (error instanceof DataError) return error;
    throw error;
  }
  throw new Error("no error was thrown");
}
