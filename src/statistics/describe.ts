import { Objective } from "../engine/cpu/objective.ts";
import type { Estimate } from "../fit/estimate.ts";
import { observedIndices } from "../model/model.ts";
import { covarianceOfEstimates } from "./covarianceOfEstimates.ts";
import { convergenceWarnings, NO_MINIMUM, empiricalWarning, solutionWarnings } from "./diagnostics.ts";
import type { Fitted } from "./fitted.ts";
import { logLikelihood } from "./logLikelihood.ts";
import { modelFitMeasures } from "./modelTest.ts";
import { describeRows, rowValues, standardizedColumns } from "./parameterTable.ts";
import type { ExtraResults } from "./extras.ts";
import type { BackendReport, FitResult } from "./result.ts";
import { rSquared } from "./rSquared.ts";

/** What `describe` needs beyond the estimate. */
export interface Description {
  readonly level: number;
  readonly backend: BackendReport;
  readonly warnings: readonly string[];
  /** `performance.now()` when the fit began. */
  readonly began: number;
  readonly extras: ExtraResults;
}

/** Everything that is reported of a fit: estimates, standard errors, tests, fit measures, implied moments, warnings. */
export async function describe(
  found: Estimate,
  fitted: Fitted,
  { level, backend, warnings, began, extras }: Description,
): Promise<FitResult> {
  const statisticsBegan = performance.now();
  const { problem, theta, states, observations } = fitted;
  const { model } = problem;
  const { se } = fitted.settings;
  const covariance = se === "none" ? undefined : await covarianceOfEstimates(fitted);
  // Fetched only where it is needed.
  const { findUnidentified, identificationWarning } =
    covariance || se === "none" ? {} : await import("./unidentified.ts");
  const singular = (await findUnidentified?.(fitted)) ?? [];
  const solution = solutionWarnings(fitted);
  const empirical = solution.length > 0 ? found.runaway.map((j) => model.parameters[j]!.name) : [];
  const unidentified = singular.length > 0 ? singular : empirical;
  const identified = unidentified.length === 0;
  const values = rowValues(problem, theta, covariance?.variance);
  const estimates = values.map(({ estimate }) => estimate);
  const standardized = standardizedColumns(problem, states, theta, estimates, covariance?.variance);
  const labels = model.structures.map(({ label }) => label);
  const kind = problem.discrepancy;
  const measures = await modelFitMeasures(fitted, covariance?.unitInverse);
  return {
    converged: found.converged,
    identified,
    ...(!identified && { unidentified }),
    discrepancy: { name: typeof kind === "string" ? kind : kind.name, value: found.value },
    logLikelihood: measures["logl"] ?? likelihoodAt(fitted),
    observations,
    ...(labels.length > 1 && { groups: labels }),
    parameters: describeRows(model, values, standardized, level),
    fitMeasures: measures,
    rSquared: rSquared(model, standardized.all.values),
    ...extras,
    ...impliedMoments(fitted),
    iterations: found.iterations,
    gradientNorm: found.gradientNorm,
    backend,
    seconds: (performance.now() - began) / 1000,
    phases: { ...found.seconds, statistics: (performance.now() - statisticsBegan) / 1000 },
    warnings: [
      ...warnings,
      ...convergenceWarnings(found),
      ...(identificationWarning && singular.length > 0 ? [identificationWarning(singular)] : []),
      ...(covariance || singular.length > 0 || se === "none" ? [] : [NO_MINIMUM]),
      ...(singular.length === 0 && empirical.length > 0 ? [empiricalWarning(empirical)] : []),
      ...solution,
    ],
  };
}

function likelihoodAt({ problem, theta }: Fitted): number {
  const { value } = new Objective({ ...problem, discrepancy: "maximumLikelihood" }).evaluate(theta);
  return logLikelihood(problem, value);
}

function impliedMoments({ states, problem: { model } }: Fitted) {
  const groups = states.map(({ structure, sigma, mu, k }) => ({
    names: observedIndices(structure).map((index) => structure.variables[index]!.name),
    matrix: Array.from({ length: k }, (_, i) => Array.from(sigma.subarray(i * k, i * k + k))),
    mean: Array.from(mu),
  }));
  return {
    impliedCovariance: groups.map(({ names, matrix }) => ({ names, matrix })),
    ...(model.meanStructure && { impliedMean: groups.map(({ names, mean }) => ({ names, mean })) }),
  };
}
