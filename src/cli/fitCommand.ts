import { writeFile } from "node:fs/promises";
import { hardwareIsPlausible } from "../../harness/browser/flags.ts";
import { BackendUnavailableError, OptionError } from "../errors.ts";
import { readAnalysis, runAnalysis, type Analysis, type PreparedAnalysis } from "../embed/analysis.ts";
import { bindSample } from "../fit/bindSample.ts";
import { chooseBackend, type BackendChoice } from "../fit/chooseBackend.ts";
import { formatCsv } from "../presentation/csv.ts";
import { formatJson } from "../presentation/json.ts";
import { formatTable } from "../presentation/table.ts";
import { bootstrap } from "../statistics/bootstrap.ts";
import type { FitResult } from "../statistics/result.ts";
import { analysisOf, type AnalysisOptions } from "./analysisOptions.ts";
import { displayName, readText, requireWritable } from "./files.ts";
import { fitInBrowser } from "./inBrowser.ts";
import { showProgress } from "./progress.ts";

/** The options of `semnan fit` that say nothing about the fit itself. */
export interface FitOutputOptions {
  readonly format: "table" | "json" | "csv";
  readonly out?: string | undefined;
  readonly digits?: number | undefined;
  readonly browser?: string | undefined;
  readonly bootstrap?: number | undefined;
  readonly starts?: number | undefined;
  readonly diagram?: string | undefined;
}

export type FitCommandOptions = FitOutputOptions & AnalysisOptions;

/** What starting a browser and its GPU process has been seen to take on a machine with a GPU. */
const BROWSER_START_SECONDS = 1;

/** `semnan fit MODEL DATA`: writes the result and returns the exit code, 0 or 1. @throws SemnanError for bad input. */
export async function fitCommand(
  modelPath: string,
  dataPath: string,
  options: FitCommandOptions,
): Promise<number> {
  refuseWhatIsMissing(options);
  refuseSwappedFiles(modelPath, dataPath);
  for (const path of [options.out, options.diagram]) if (path !== undefined) await requireWritable(path);
  const modelText = await readText(modelPath);
  const analysis = analysisOf(options, modelText, await readText(dataPath));
  const prepared = readAnalysis(analysis);
  const fitted = await runSomewhere(analysis, prepared, options.browser);
  const result = await runBootstrap(fitted, analysis, prepared, options.bootstrap);
  const text = FORMATS[options.format](result, options);
  if (options.out === undefined) process.stdout.write(text);
  else await writeFile(options.out, text);
  if (options.diagram !== undefined) {
    // The layout library is loaded only where something is drawn.
    const { diagramFile } = await import("../presentation/diagram/modelDiagram.ts");
    await writeFile(options.diagram, diagramFile(prepared.model, result));
  }
  return result.converged && result.identified ? 0 : 1;
}

const FORMATS = {
  table: (result: FitResult, { digits }: FitOutputOptions): string =>
    formatTable(result, digits === undefined ? {} : { digits }),
  json: formatJson,
  csv: formatCsv,
};

async function runSomewhere(
  analysis: Analysis,
  prepared: PreparedAnalysis,
  browser: string | undefined,
): Promise<FitResult> {
  const choice = choose(analysis, prepared);
  if (choice.kind === "cpu") return runHere(analysis, prepared, choice.reason);
  try {
    return await runInBrowser(analysis, browser);
  } catch (error) {
    if (analysis.fitSettings?.backend === "webgpu" || !(error instanceof BackendUnavailableError))
      throw error;
    return runHere(analysis, prepared, error.message);
  }
}

/** Decides without starting a browser, which would already cost more than most fits. */
function choose({ fitSettings = {} }: Analysis, { model, data }: PreparedAnalysis): BackendChoice {
  const { backend = "auto", discrepancy = "maximumLikelihood" } = fitSettings;
  if (backend !== "auto") return { kind: backend, reason: "asked for" };
  const moments = data.groups.map((group) => group.moments);
  const problem = { model: bindSample(model, moments), moments, discrepancy };
  return chooseBackend(problem, { hardware: hardwareIsPlausible(), startSeconds: BROWSER_START_SECONDS });
}

async function runHere(analysis: Analysis, prepared: PreparedAnalysis, reason: string): Promise<FitResult> {
  const progress = await showProgress();
  try {
    const here: Analysis = { ...analysis, fitSettings: { ...analysis.fitSettings, backend: "cpu" } };
    const onProgress = progress.update.bind(progress);
    const result = await runAnalysis(here, { onProgress }, prepared);
    return { ...result, backend: { ...result.backend, reason } };
  } finally {
    progress.stop();
  }
}

/** While the browser works, Ctrl-C closes it before this process ends. */
async function runInBrowser(analysis: Analysis, browser: string | undefined): Promise<FitResult> {
  const progress = await showProgress();
  const abort = new AbortController();
  const interrupt = (): void => abort.abort(new Interruption());
  process.once("SIGINT", interrupt).once("SIGTERM", interrupt);
  try {
    const onProgress = progress.update.bind(progress);
    return await fitInBrowser(analysis, { browser, signal: abort.signal, onProgress });
  } finally {
    process.off("SIGINT", interrupt).off("SIGTERM", interrupt);
    progress.stop();
  }
}

/** The user pressed Ctrl-C. */
export class Interruption extends Error {
  override readonly name = "Interruption";
}

function refuseWhatIsMissing({ starts }: FitOutputOptions): void {
  if (starts !== undefined) throw new OptionError("this version has no --starts", "Leave it out.");
}

/** Refits the model to resamples in float64 threads. Ctrl-C ends the run; what is done by then is reported. */
async function runBootstrap(
  fitted: FitResult,
  { fitSettings = {} }: Analysis,
  { model, data }: PreparedAnalysis,
  replicates: number | undefined,
): Promise<FitResult> {
  if (replicates === undefined) return fitted;
  const abort = new AbortController();
  const interrupt = (): void => abort.abort();
  process.once("SIGINT", interrupt).once("SIGTERM", interrupt);
  try {
    return (await bootstrap(model, data, fitted, { ...fitSettings, replicates, signal: abort.signal }))
      .result;
  } finally {
    process.off("SIGINT", interrupt).off("SIGTERM", interrupt);
  }
}

function refuseSwappedFiles(modelPath: string, dataPath: string): void {
  if (modelPath === "-" && dataPath === "-") {
    throw new OptionError(
      "model and data cannot both come from standard input",
      "Put one of them into a file.",
    );
  }
  if (/\.csv$/i.test(modelPath) && /\.(lav|dag)$/i.test(dataPath)) {
    throw new OptionError(
      `${displayName(modelPath)} looks like data and ${displayName(dataPath)} like a model`,
      "The model comes first: semnan fit MODEL DATA.",
    );
  }
}
