import { html, nothing, type TemplateResult } from "lit-html";
import { formatNumber, statedProbability } from "../../../../src/presentation/numbers.ts";
import type { ParameterEstimate } from "../../../../src/statistics/result.ts";
import {
  chooseRow,
  possibleSettings,
  runBootstrap,
  setBootstrap,
  stopBootstrap,
} from "../../actions/bootstrap.ts";
import { histogram } from "../../charts/histogram.ts";
import type { AppState, BootstrapState, FinishedFit } from "../../state/appState.ts";
import { choice } from "../fields.ts";
import { failureView } from "../failureView.ts";
import { progressBar } from "../progressBar.ts";
import { parameterName } from "../parameterName.ts";
import { runButton } from "../runButton.ts";
import { counted, formatSeconds } from "../words.ts";
import { sortableTable, type Column } from "./sortableTable.ts";

const KINDS = [
  ["case", "of cases"],
  ["parametric", "parametric"],
  ["bollenStine", "Bollen–Stine (tests the fit)"],
] as const;
const INTERVALS = [
  ["percentile", "percentile"],
  ["biasCorrected", "bias-corrected"],
  ["bca", "BCa"],
  ["basic", "basic"],
  ["normal", "normal"],
] as const;
const COUNTS = ["200", "1000", "5000", "20000", "100000", "500000"].map(
  (count) => [count, Number(count).toLocaleString("en")] as const,
);

/** Bootstrap: how far the estimates scatter over resampled data. */
export function resamplingView({ result }: FinishedFit, state: AppState): TemplateResult {
  const { bootstrap, dataCheck } = state;
  const { isRunning, progress, failure } = bootstrap;
  const settings = possibleSettings(state);
  const isMatrix = dataCheck?.status === "ok" && dataCheck.description.kind === "matrix";
  const kinds = isMatrix ? KINDS.filter(([kind]) => kind === "parametric") : KINDS;
  return html`
    <p class="soft">
      The model is fitted again to many resamples of the data; the scatter of the estimates needs no normal
      distribution to be believed.
    </p>
    <div class="fields wide">
      ${choice("Replicates", String(settings.replicates), COUNTS, (count) => setBootstrap({ replicates: Number(count) }))}
      ${choice("Bootstrap", settings.kind ?? "case", kinds, (kind) => setBootstrap({ kind }))}
      ${choice("Interval", settings.interval ?? "percentile", INTERVALS, (interval) => setBootstrap({ interval }))}
      <div class="field">
        ${runButton({ isRunning, start: ["Run bootstrap", runBootstrap], stop: ["Stop", stopBootstrap] })}
      </div>
    </div>
    ${
      result.identified
        ? nothing
        : html`<p class="caution">
            The model is not identified: other estimates fit as well, and the scatter around these says
            nothing of them.
          </p>`
    }
    ${isRunning ? progressBar("Bootstrap", progress) : nothing} ${failureView(failure)}
    ${result.bootstrap && bootstrap.of?.bootstrap === result.bootstrap && !isRunning ? outcome(result.parameters, bootstrap) : nothing}
  `;
}

function outcome(
  parameters: readonly ParameterEstimate[],
  { of, values, row }: BootstrapState,
): TemplateResult {
  const { replicates, converged, inadmissible, seconds, pValue, backend } = of!.bootstrap!;
  const facts = [
    `${counted(replicates, "replicate")} in ${formatSeconds(seconds)} (${backend.description})`,
    converged === replicates
      ? "all converged"
      : `${(replicates - converged).toLocaleString("en")} did not converge`,
    ...(inadmissible > 0
      ? [`${inadmissible.toLocaleString("en")} with a negative variance or a correlation beyond ±1`]
      : []),
  ];
  if (pValue !== undefined) {
    return html`<p>${facts.join(" · ")}</p>
      <p>
        <strong>Bollen–Stine ${statedProbability(pValue)}</strong>: the share of replicates that fit worse
        than the data although the model is true for them.
      </p>`;
  }
  const shown = parameters.flatMap((parameter, at) =>
    parameter.free || parameter.op === ":=" ? [{ parameter, at }] : [],
  );
  const chosen = shown.find(({ at }) => at === row) ?? shown[0];
  const names = shown.map(({ parameter, at }) => [String(at), parameterName(parameter)] as const);
  return html`
    <p>${facts.join(" · ")}</p>
    ${
      chosen && values
        ? html`<div class="chips">
              ${choice("Histogram of", String(chosen.at), names, (at) => chooseRow(Number(at)))}
            </div>
            ${histogram(parameterName(chosen.parameter), values[chosen.at]!, {
              estimate: chosen.parameter.estimate,
              lower: chosen.parameter.bootstrapCiLower ?? NaN,
              upper: chosen.parameter.bootstrapCiUpper ?? NaN,
            })}`
        : html`<p class="soft">
            Project files do not hold the replicates. To see histograms run the bootstrap again: the same seed
            draws the same ones.
          </p>`
    }
    ${sortableTable(
      "Bootstrap estimates",
      shown.map(({ parameter }) => parameter),
      COLUMNS,
    )}
  `;
}

const number = (pick: (row: ParameterEstimate) => number | undefined) => ({
  value: (row: ParameterEstimate): number => pick(row) ?? NaN,
  text: (row: ParameterEstimate): string => formatNumber(pick(row) ?? NaN, 3),
});

const COLUMNS: readonly Column<ParameterEstimate>[] = [
  { head: "Parameter", value: parameterName },
  { head: "Estimate", ...number(({ estimate }) => estimate) },
  { head: "SE", title: "Standard error from theory", ...number(({ standardError }) => standardError) },
  {
    head: "Boot SE",
    title: "Standard error from the replicates",
    ...number((row) => row.bootstrapStandardError),
  },
  { head: "Bias", title: "Mean of the replicates minus the estimate", ...number((row) => row.bootstrapBias) },
  { head: "Lower", ...number(({ bootstrapCiLower }) => bootstrapCiLower) },
  { head: "Upper", ...number(({ bootstrapCiUpper }) => bootstrapCiUpper) },
];
