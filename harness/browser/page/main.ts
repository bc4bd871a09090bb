import { reportError, type ErrorReport } from "../../../src/cli/complaint.ts";
import { runAnalysis, type Analysis } from "../../../src/embed/analysis.ts";
import { requestDevice } from "../../../src/engine/gpu/device.ts";
import { webgpu } from "../../../src/engine/gpu/backend.ts";
import type { EstimateProgress } from "../../../src/fit/estimate.ts";
import type { FitResult } from "../../../src/statistics/result.ts";
import { decode, encode } from "../transfer.ts";

/** What the page answers the command. */
export type PageAnswer = { readonly result: FitResult } | { readonly error: ErrorReport };

declare global {
  /** Provided by the command. */
  function semnanProgress(encoded: string): Promise<void>;
}

/** Reports cross a process boundary, so they are thinned out. */
const MILLISECONDS_BETWEEN_REPORTS = 100;

/** Runs an analysis on this page's GPU. The command calls it; texts in, texts out, because of NaN and typed arrays. */
async function answer(encodedAnalysis: string): Promise<string> {
  try {
    const analysis = decode(encodedAnalysis) as Analysis;
    const device = await requestDevice();
    try {
      const result = await runAnalysis(analysis, { gpu: webgpu(device), onProgress: reporter() });
      return encode({ result } satisfies PageAnswer);
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

Object.assign(globalThis, { semnanFit: answer });
