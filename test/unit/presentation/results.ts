import { readFileSync } from "node:fs";
import { dataSetFor, groupLabels } from "../../../src/data/dataSet.ts";
import { readData } from "../../../src/data/readData.ts";
import { parseModel, type ModelKind } from "../../../src/model/parseModel.ts";
import { fit, type FitOptions } from "../../../src/statistics/fit.ts";
import type { FitResult } from "../../../src/statistics/result.ts";

const FIXTURES = new URL("../../fixtures/reference/", import.meta.url);

/** A real fit, in float64, of one of the reference models. */
export async function referenceFit(
  name: string,
  group?: string,
  options: FitOptions = {},
): Promise<FitResult> {
  const { model, datafile, lavaan_function } = JSON.parse(
    readFileSync(new URL(`${name}.json`, FIXTURES), "utf8"),
  ) as { model: string; datafile: string; lavaan_function: ModelKind };
  const file = readData(readFileSync(new URL(`data/${datafile}`, FIXTURES), "utf8"));
  const parsed = parseModel(model, { as: lavaan_function, groups: groupLabels(file, group) });
  return fit(parsed, dataSetFor(parsed, file, { group }), { backend: "cpu", ...options });
}
