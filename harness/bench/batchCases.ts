import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { DataSet } from "../../src/data/dataSet.ts";
import { dataSetFor } from "../../src/data/dataSet.ts";
import { readData } from "../../src/data/readData.ts";
import { bindSample } from "../../src/fit/bindSample.ts";
import { caseResampler } from "../../src/fit/bootstrap/resampler.ts";
import { estimate } from "../../src/fit/estimate.ts";
import type { Model } from "../../src/model/model.ts";
import { parseModel } from "../../src/model/parseModel.ts";
import { bootstrap, estimatesOf } from "../../src/statistics/bootstrap.ts";
import { fit } from "../../src/statistics/fit.ts";
import type { FitResult } from "../../src/statistics/result.ts";

/** A model whose bootstrap is timed. `goals` are times of lavaan's speed, from the issue that set them. */
export interface BatchCase {
  readonly name: string;
  readonly modelFile: string;
  readonly dataFile: string;
  readonly modelText: string;
  readonly dataText: string;
  readonly model: Model;
  readonly data: DataSet;
  readonly fitted: FitResult;
  readonly goals: { readonly endToEnd: number; readonly steady: number | undefined };
}

const EXAMPLES = join(import.meta.dirname, "..", "examples");

export async function batchCases(): Promise<BatchCase[]> {
  return [
    await prepare("Holzinger–Swineford", "holzinger", { endToEnd: 100, steady: 500 }),
    await prepare("political democracy", "democracy", { endToEnd: 50, steady: undefined }),
  ];
}

async function prepare(name: string, file: string, goals: BatchCase["goals"]): Promise<BatchCase> {
  const modelFile = join(EXAMPLES, `${file}.lav`);
  const dataFile = join(EXAMPLES, `${file}.csv`);
  const [modelText, dataText] = [readFileSync(modelFile, "utf8"), readFileSync(dataFile, "utf8")];
  const model = parseModel(modelText);
  const data = dataSetFor(model, readData(dataText));
  const fitted = await fit(model, data);
  return { name, modelFile, dataFile, modelText, dataText, model, data, fitted, goals };
}

/** Seconds of a bootstrap in float64 threads: the whole call, and its parts. */
export interface CpuBootstrap {
  readonly seconds: number;
  readonly compile: number;
  /** Drawing and fitting alone. */
  readonly run: number;
  readonly deviations: readonly (number | undefined)[];
}

export async function bootstrapHere(
  { model, data, fitted }: BatchCase,
  replicates: number,
): Promise<CpuBootstrap> {
  const began = performance.now();
  const { result } = await bootstrap(model, data, fitted, { replicates, backend: "cpu", threads: 2 });
  const seconds = (performance.now() - began) / 1000;
  const summary = result.bootstrap!;
  if (summary.converged !== replicates)
    throw new Error(`only ${summary.converged} of ${replicates} converged`);
  return {
    seconds,
    compile: summary.compileSeconds,
    run: summary.seconds - summary.compileSeconds,
    deviations: result.parameters.map((row) => row.bootstrapStandardError),
  };
}

/** Seconds for as many replicates by our own single fits, one after the other on one core, from the full sample's estimate. */
export async function oneAtATime({ model, data, fitted }: BatchCase, replicates: number): Promise<number> {
  const start = estimatesOf(model, fitted);
  const resampler = caseResampler(
    data.groups.map(({ table }) => table!),
    1,
  );
  const began = performance.now();
  for (let replicate = 0; replicate < replicates; replicate++) {
    const moments = resampler.moments(replicate);
    const problem = { model: bindSample(model, moments), moments, discrepancy: "maximumLikelihood" as const };
    await estimate(problem, { start });
  }
  return (performance.now() - began) / 1000;
}
