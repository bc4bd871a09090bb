import { hardwareIsPlausible } from "../../harness/browser/flags.ts";
import { runAnalysis, type Analysis, type PreparedAnalysis } from "../embed/analysis.ts";
import { BackendUnavailableError } from "../errors.ts";
import { bindSample } from "../fit/bindSample.ts";
import { chooseBackend, type BackendChoice } from "../fit/chooseBackend.ts";
import type { FitResult } from "../statistics/result.ts";
import { fitInBrowser } from "./inBrowser.ts";
import { interruptible } from "./interruptible.ts";
import { showProgress } from "./progress.ts";

/** What starting a browser and its GPU process has been seen to take on a machine with a GPU. */
const BROWSER_START_SECONDS = 1;

/** Fits once, here or in a browser. Throws Interruption where the user ends it. */
export async function runFit(
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
    const result = await interruptible((signal) => runAnalysis(here, { onProgress, signal }, prepared));
    return { ...result, backend: { ...result.backend, reason } };
  } finally {
    progress.stop();
  }
}

/** While the browser works, Ctrl-C closes it before this process ends. */
async function runInBrowser(analysis: Analysis, browser: string | undefined): Promise<FitResult> {
  const progress = await showProgress();
  try {
    const onProgress = progress.update.bind(progress);
    return await interruptible((signal) => fitInBrowser(analysis, { browser, signal, onProgress }));
  } finally {
    progress.stop();
  }
}
