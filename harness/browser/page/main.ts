import { reportError, type ErrorReport } from "../../../src/cli/complaint.ts";
import { runAnalysis, type Analysis } from "../../../src/embed/analysis.ts";
import { requestDevice } from "../../../src/engine/gpu/device.ts";
import { webgpu } from "../../../src/engine/gpu/backend.ts";
import type { GpuBackend } from "../../../src/engine/engine.ts";
import type { EstimateProgress } from "../../../src/fit/estimate.ts";
import type { FitResult } from "../../../src/statistics/result.ts";
import { decode, encode } from "../transfer.ts";
import { type ManyRequest, runMany } from "./many.ts";

/** What the page answers the command. */
export type PageAnswer = { readonly result: FitResult } | { readonly error: ErrorReport };

declare global {
  /** Provided by the command. */
  function semnanProgress(encoded: string): Promise<void>;
}

/** Reports cross a process boundary, so they are thinned out. */
const MILLISECONDS_BETWEEN_REPORTS = 100;

/** Runs an analysis on this page's GPU. The command calls it; texts in, texts out, because of NaN and typed arrays. */
function answerFit(encodedAnalysis: string): Promise<string> {
  return answer((gpu) => runAnalysis(decode(encodedAnalysis) as Analysis, { gpu, onProgress: reporter() }));
}

/** The same for a bootstrap or a search from random starts. */
function answerMany(encodedRequest: string): Promise<string> {
  return answer((gpu) => runMany(decode(encodedRequest) as ManyRequest, gpu));
}

async function answer(work: (gpu: GpuBackend) => Promise<FitResult>): Promise<string> {
  try {
    const device = await requestDevice();
    try {
      return encode({ result: await work(webgpu(device)) } satisfies PageAnswer);
    } finally {
      device.destroy();
    }
  } catch (error) {
    return encode({ error: reportError(error) } satisfies PageAnswer);
  }
}

function reporter(): (progress: EstimateProgress) => void {
  let last = Number.NEGATIVE_INFINITY;
  return (progress) => {
    const now = performance.now();
    if (now - last < MILLISECONDS_BETWEEN_REPORTS) return;
    last = now;
    void semnanProgress(encode(progress));
  };
}

Object.assign(globalThis, { semnanFit: answerFit, semnanMany: answerMany });
