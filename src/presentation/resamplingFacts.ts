import type { BootstrapSummary, FitResult, StartsSummary } from "../statistics/result.ts";
import { formatPlain } from "./numbers.ts";

/** Words and values of what was fitted many times: random starts, and bootstrap replicates. */
export function resamplingFacts({ starts, bootstrap }: FitResult, digits: number): [string, string][] {
  return [...(starts ? startsFacts(starts) : []), ...(bootstrap ? bootstrapFacts(bootstrap, digits) : [])];
}

/** More minima than a reader wants to compare. */
const MOST_OPTIMA = 5;

function startsFacts({ tried, converged, retried, optima, seconds }: StartsSummary): [string, string][] {
  const again = retried > 0 ? ` (${count(retried)} of them drawn anew, nearer to the computed start)` : "";
  const shown = optima
    .slice(0, MOST_OPTIMA)
    .map((optimum) => `${optimum.value.toPrecision(6)} (${plural(optimum.count, "start")})`);
  const more = optima.length > MOST_OPTIMA ? `, and ${count(optima.length - MOST_OPTIMA)} worse` : "";
  return [
    ["Random starts", `${count(tried)} tried, ${count(converged)} converged${again}, in ${spent(seconds)}`],
    [optima.length === 1 ? "Minimum" : "Minima", optima.length > 0 ? shown.join(", ") + more : "none found"],
  ];
}

const KINDS: Readonly<Record<BootstrapSummary["kind"], string>> = {
  case: "cases drawn with replacement",
  bollenStine: "Bollen–Stine",
  parametric: "parametric",
};

const INTERVALS: Readonly<Record<BootstrapSummary["interval"], string>> = {
  percentile: "percentile",
  basic: "basic",
  normal: "normal",
  biasCorrected: "bias-corrected",
  bca: "BCa",
};

function bootstrapFacts(summary: BootstrapSummary, digits: number): [string, string][] {
  const { kind, replicates, converged, notConverged, notPositiveDefinite, inadmissible, seed } = summary;
  const level = `${Number((100 * summary.level).toPrecision(6))} %`;
  const failures = [
    ...(notConverged > 0 ? [`${count(notConverged)} did not converge`] : []),
    ...(notPositiveDefinite > 0 ? [`${count(notPositiveDefinite)} had a singular sample covariance`] : []),
    ...(inadmissible > 0
      ? [`${count(inadmissible)} inadmissible (negative variance or correlation beyond 1; they count)`]
      : []),
  ];
  const facts: [string, string][] = [
    ["Bootstrap", `${count(replicates)} replicates, ${KINDS[kind]}, seed ${seed}`],
    ["  Converged", [count(converged), ...failures].join("; ")],
    summary.pValue === undefined
      ? ["  Intervals", `${INTERVALS[summary.interval]}, ${level}`]
      : ["  P-value (Bollen–Stine)", formatPlain(summary.pValue, digits)],
    ["  Fitted by", `${summary.backend.description} (${summary.backend.reason})`],
  ];
  if (Number.isFinite(summary.seconds)) facts.push(["  Time", spent(summary.seconds)]);
  return facts;
}

function count(number: number): string {
  return number.toLocaleString("en");
}

function plural(number: number, what: string): string {
  return `${count(number)} ${what}${number === 1 ? "" : "s"}`;
}

function spent(seconds: number): string {
  return seconds < 1 ? `${(seconds * 1000).toPrecision(3)} ms` : `${seconds.toFixed(2)} s`;
}
