import { html, nothing, type TemplateResult } from "lit-html";
import { sentence } from "../../../src/presentation/sentence.ts";
import { cancelFit, runFit } from "../actions/fit.ts";
import { iterationsOf, lossCurve } from "../charts/lossCurve.ts";
import { isCurrent, type AppState, type FinishedFit, type FitRun } from "../state/appState.ts";
import { store } from "../state/appStore.ts";
import { failureView } from "./failureView.ts";
import { runButton } from "./runButton.ts";
import { counted, formatSeconds } from "./words.ts";

const PHASES = { compile: "Preparing", iterations: "Iterating", polish: "Polishing in float64" } as const;

/** The button that matters, what is going on, and how the discrepancy falls. */
export function runBar(state: AppState): TemplateResult {
  const { run, finished, failure } = state;
  return html`
    <section class="card run" aria-label="Fit">
      <div class="run-row">
        ${runButton({
          isRunning: run !== undefined,
          start: ["Fit", runFit],
          stop: ["Cancel", cancelFit],
          disabled: !canFit(state),
          isPrimary: true,
        })}
        <div class="run-facts">${run ? running(run) : (outcome(state) ?? hint(state))}</div>
      </div>
      ${failureView(failure)}
      <div class="loss-frame">${curve(run, finished)}</div>
    </section>
  `;
}

function canFit({ modelCheck, dataCheck }: AppState): boolean {
  return modelCheck?.status === "ok" && dataCheck?.status === "ok";
}

function curve(run: FitRun | undefined, finished: FinishedFit | undefined): TemplateResult {
  const history = run?.history ?? finished?.history ?? [];
  if (history.length === 0)
    return html`<p class="soft placeholder">The course of the fit will be drawn here.</p>`;
  return lossCurve(history);
}

function running({ began, history, notes }: FitRun): TemplateResult {
  const last = history.at(-1);
  const seconds = (performance.now() - began) / 1000;
  const count = iterationsOf(history).at(-1) ?? 0;
  const rate = seconds > 0.2 ? ` · ${counted(Math.round(count / seconds), "iteration")} a second` : "";
  return html`<p>
      <strong>${last ? PHASES[last.phase] : "Starting"}</strong>
      ${last ? `· iteration ${count} · discrepancy ${last.value.toPrecision(6)}${rate}` : nothing}
    </p>
    ${notes.map((note) => html`<p class="caution">${note}</p>`)}`;
}

function outcome(state: AppState): TemplateResult | undefined {
  const { finished } = state;
  if (!finished) return undefined;
  const { result, notes } = finished;
  const count = result.iterations.engine + result.iterations.polish;
  return html`<p>
      ${isCurrent(state) ? nothing : html`<span class="soft">The last fit:</span>`}
      <strong class=${result.converged ? "good" : "bad"}
        >${result.converged ? "Converged" : "Did not converge"}</strong
      >
      after ${counted(count, "iteration")} in ${formatSeconds(result.seconds)} on
      ${deviceName(result.backend)}
    </p>
    <p class="soft">
      ${result.backend.reason === "asked for" ? "As chosen in the options." : sentence(result.backend.reason)}
    </p>
    ${
      result.warnings.length > 0
        ? html`<p class="caution">
            ${counted(result.warnings.length, "warning")}, told in the
            <button type="button" class="link" @click=${() => store.update({ resultTab: "summary" })}>
              summary</button
            >.
          </p>`
        : nothing
    }
    ${notes.map((note) => html`<p class="caution">${note}</p>`)}`;
}

function hint(state: AppState): TemplateResult {
  if (!state.data) return html`<p class="soft">Add a model and data, then fit.</p>`;
  if (!canFit(state)) return html`<p class="soft">Model or data need a look first.</p>`;
  return html`<p class="soft">Ready. <span class="keys">Ctrl+Enter fits, too.</span></p>`;
}

function deviceName({ kind, adapter }: { kind: string; adapter: string }): string {
  return kind === "webgpu" ? `WebGPU (${adapter})` : "the CPU (float64)";
}
