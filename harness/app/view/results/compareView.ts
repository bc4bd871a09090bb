import { html, nothing, type TemplateResult } from "lit-html";
import { formatPlain, withMinus } from "../../../../src/presentation/numbers.ts";
import { dropFit, keepFit } from "../../actions/compare.ts";
import type { AppState, FinishedFit, KeptFit } from "../../state/appState.ts";
import { compareFits, type Comparison } from "./compareFits.ts";

/** The finished fit beside the ones that were kept. */
export function compareView(finished: FinishedFit, { kept }: AppState): TemplateResult {
  return html`
    <div class="chips">
      <button type="button" class="accent" @click=${() => keepFit(finished)}>Keep this fit</button>
      ${kept.map(
        ({ name }) =>
          html`<button type="button" class="small" aria-label="Drop ${name}" @click=${() => dropFit(name)}>
            ${name} ×
          </button>`,
      )}
    </div>
    ${
      kept.length === 0
        ? html`<p class="soft">
            Keep a fit, change the model, fit again: the two then stand here side by side.
          </p>`
        : kept.map((other) => comparison(finished, other))
    }
  `;
}

function shown(name: string, value: number): string {
  const isCount = name === "degrees of freedom" && Number.isInteger(value);
  return withMinus(isCount ? String(value) : formatPlain(value, 3)).replace(/^−(?=0\.000$)/, "");
}

function comparison(finished: FinishedFit, other: KeptFit): TemplateResult {
  if (other.result === finished.result)
    return html`<p class="soft">${other.name} is the fit that is shown.</p>`;
  const { measures, test, parameters, isSameData }: Comparison = compareFits(finished, other);
  return html`
    <h3>This fit and ${other.name}</h3>
    ${isSameData ? nothing : html`<p class="caution">They were fitted to different data, so nothing here is a test.</p>`}
    ${test ? html`<p>${test}</p>` : nothing}
    <div class="scroll" tabindex="0" role="region" aria-label="This fit and ${other.name}">
      <table class="plain">
        <thead>
          <tr>
            <th scope="col" class="text">Measure or parameter</th>
            <th scope="col">This fit</th>
            <th scope="col">${other.name}</th>
            <th scope="col">Difference</th>
          </tr>
        </thead>
        <tbody>
          ${[...measures, ...parameters].map(
            ({ name, here, there }) =>
              html`<tr>
                <th scope="row">${name}</th>
                ${[here, there, here - there].map((value) => html`<td>${shown(name, value)}</td>`)}
              </tr>`,
          )}
        </tbody>
      </table>
    </div>
  `;
}
