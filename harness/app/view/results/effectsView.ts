import { html, nothing, type TemplateResult } from "lit-html";
import { sentence } from "../../../../src/presentation/sentence.ts";
import { formatNumber, withMinus } from "../../../../src/presentation/numbers.ts";
import { setInterventions } from "../../actions/whatIf.ts";
import type { AppState, WhatIfState } from "../../state/appState.ts";
import { answersSettings } from "../../state/shiftsAnswer.ts";
import type { VariableShift } from "../../worker/whatIf.ts";
import { choice } from "../fields.ts";

/** Sets variables from outside by sliders and shows what the fitted model says would happen to the others. */
export function effectsView({ whatIf, modelCheck }: AppState): TemplateResult {
  const { settings, shifts, failure } = whatIf;
  const names = shifts.map(({ name }) => name);
  const causes = names.length > 0 ? names : modelCheck?.status === "ok" ? modelCheck.observed : [];
  const unset = causes.filter((name) => settings.every(({ variable }) => variable !== name));
  const add = (variable: string): void => {
    if (variable !== "") setInterventions([...settings, { variable, deviations: 1 }]);
  };
  return html`
    <p class="soft">
      If a variable were set from outside (Pearl's do-operator) and everything else ran its course, the means
      of the others would move. This holds as far as the arrows of the model are causes.
    </p>
    <div class="interventions">
      ${settings.map((setting, at) => slider(setting, at, settings, shifts))}
      ${choice("Set a variable", "", [["", "choose…"], ...unset.map((name) => [name, name] as const)], add)}
    </div>
    ${failure ? html`<p class="bad" role="alert">${sentence(failure.message)}</p>` : nothing}
    ${answersSettings(shifts, settings) ? shiftTable(shifts, settings[0]!.variable) : nothing}
  `;
}

type Setting = WhatIfState["settings"][number];

function slider(
  { variable, deviations }: Setting,
  at: number,
  settings: readonly Setting[],
  shifts: readonly VariableShift[],
): TemplateResult {
  const unit = shifts.find(({ name }) => name === variable)?.deviation ?? NaN;
  const inUnits = Number.isNaN(unit) ? "" : ` (${signed(deviations * unit, 2)})`;
  const move = (event: Event): void => {
    const value = Number((event.target as HTMLInputElement).value);
    setInterventions(settings.with(at, { variable, deviations: value }));
  };
  return html`<div class="intervention">
    <label>
      <span><strong>${variable}</strong> at mean ${signed(deviations, 1)} SD${inUnits}</span>
      <input type="range" min="-3" max="3" step="0.1" .value=${String(deviations)} @input=${move} />
    </label>
    <button
      type="button"
      class="small"
      aria-label="Let ${variable} run its course"
      @click=${() => setInterventions(settings.toSpliced(at, 1))}
    >
      Release
    </button>
  </div>`;
}

function shiftTable(shifts: readonly VariableShift[], cause: string): TemplateResult {
  const heads = ["Variable", "Change of mean", "in SD", "", `Direct effect of ${cause}`, "Indirect", "Total"];
  return html`<div class="scroll" tabindex="0" role="region" aria-label="What would happen">
    <table class="plain shifts">
      <thead>
        <tr>
          ${heads.map((head, at) =>
            head === ""
              ? html`<td></td>`
              : html`<th scope="col" class=${at === 0 ? "text" : ""}>${head}</th>`,
          )}
        </tr>
      </thead>
      <tbody>
        ${shifts.filter(({ isSet }) => !isSet).map(shiftRow)}
      </tbody>
    </table>
  </div>`;
}

function shiftRow({ name, shift, deviation, direct, indirect, total }: VariableShift): TemplateResult {
  const inDeviations = shift / deviation;
  const size = `${Math.min(50, Math.abs(inDeviations) * 16.7)}%`;
  // Through the property: a strict policy forbids style attributes.
  const bar = `width: ${size}; left: ${inDeviations < 0 ? `calc(50% - ${size})` : "50%"}`;
  return html`<tr>
    <th scope="row">${name}</th>
    <td>${signed(shift, 3)}</td>
    <td>${signed(inDeviations, 2)}</td>
    <td class="bar-cell">
      <span class="bar ${inDeviations < 0 ? "negative" : "positive"}" .style=${bar}></span>
    </td>
    <td>${number(direct)}</td>
    <td>${number(indirect)}</td>
    <td>${number(total)}</td>
  </tr>`;
}

function number(value: number): string {
  return withMinus(formatNumber(value, 3));
}

function signed(value: number, digits: number): string {
  const text = Math.abs(value).toFixed(digits);
  if (Number(text) === 0) return text;
  return `${value < 0 ? "−" : "+"}${text}`;
}
