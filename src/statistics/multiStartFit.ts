import type { DataSet } from "../data/dataSet.ts";
import { OptionError } from "../errors.ts";
import { boundVariances } from "../fit/bounds.ts";
import { multiStart } from "../fit/multiStart/multiStart.ts";
import { hasConstraints, type Model } from "../model/model.ts";
import { fit, type FitOptions } from "./fit.ts";
import type { FitResult } from "./result.ts";
import { resolveSettings } from "./settings.ts";

export interface MultiStartFitOptions extends FitOptions {
  /** Number of random starts. */
  readonly starts: number;
  readonly threads?: number | undefined;
  /** Ends the search early, and the model is fitted from the best start so far; `signal` ends everything. */
  readonly stop?: AbortSignal | undefined;
  /** Hears how many starts are done. */
  readonly onStarts?: (progress: { readonly done: number; readonly count: number }) => void;
}

/**
 * Fits a model from the best of many random starts; the result's `starts` says which minima were found and how often.
 *
 * Throws OptionError where the estimator is not plain maximum likelihood or generalised least squares on complete data.
 */
export async function fitFromManyStarts(
  model: Model,
  data: DataSet,
  options: MultiStartFitOptions,
): Promise<FitResult> {
  const { family, missing, lost } = resolveSettings(options);
  if (missing === "fiml" || hasConstraints(model) || (family !== "likelihood" && family !== "GLS")) {
    throw new OptionError(
      "Random starts need complete data, no constraints, and maximum likelihood or generalised least squares.",
      "Leave out --starts, or the option that excludes it.",
    );
  }
  const discrepancy =
    family === "GLS" ? "generalizedLeastSquares" : (options.discrepancy ?? "maximumLikelihood");
  const moments = data.groups.map((group) => {
    const { covariance, n } = group.moments;
    return { ...group.moments, covariance: covariance.map((value) => (value * n) / (n - lost)) };
  });
  const {
    starts,
    seed,
    threads,
    backend,
    gpu,
    signal,
    stop,
    bounds = "none",
    onStarts: onProgress,
  } = options;
  const ends = [signal, stop].filter((one) => one !== undefined);
  const found = await multiStart(
    { model: boundVariances(model, bounds), moments, discrepancy },
    { starts, seed, threads, backend, gpu, signal: AbortSignal.any(ends), onProgress },
  );
  signal?.throwIfAborted();
  const [best] = found.optima;
  const result = await fit(model, data, best ? { ...options, start: best.theta } : options);
  return {
    ...result,
    starts: {
      tried: found.tried,
      converged: found.converged,
      retried: found.retried,
      optima: found.optima.map(({ value, count }) => ({ value, count })),
      seconds: found.seconds,
    },
  };
}
