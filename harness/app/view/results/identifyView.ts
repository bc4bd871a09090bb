import { html, nothing, type TemplateResult } from "lit-html";
import type { EffectVerdict, Verdict } from "../../../../src/causal/identifiability/identify.ts";
import { cancelIdentification, runIdentification } from "../../actions/identify.ts";
import { currentIdentification, type AppState } from "../../state/appState.ts";
import { store } from "../../state/appStore.ts";
import { failureView } from "../failureView.ts";
import { checkbox } from "../fields.ts";
import { runButton } from "../runButton.ts";

const WORDS: Readonly<Record<Verdict, readonly [className: string, words: string]>> = {
  identifiable: ["good", "identifiable"],
  locallyIdentifiable: ["caution", "finitely many values"],
  notIdentifiable: ["bad", "not identifiable"],
};

/** Which effects the data can determine at all, before any number is trusted. */
export function identifyView(state: AppState): TemplateResult {
  const found = currentIdentification(state);
  return html`
    <p class="soft">
      Can the covariances of the observed variables, known exactly, determine the parameters? This asks the
      model only, not the data.
    </p>
    <div class="chips">
      ${runButton({
        isRunning: found?.isRunning ?? false,
        start: ["Check identifiability", runIdentification],
        stop: ["Cancel", cancelIdentification],
        disabled: state.modelCheck?.status !== "ok",
      })}
      ${found?.isRunning ? html`<span role="status">Checking…</span>` : nothing}
      ${
        found?.answer
          ? checkbox("Colour the diagram", state.coloursEdges, (coloursEdges) =>
              store.update({ coloursEdges }),
            )
          : nothing
      }
    </div>
    ${failureView(found?.failure)}
    ${found?.answer ? answerTable(found.answer.effects, found.answer.rows) : nothing}
  `;
}

function answerTable(effects: readonly EffectVerdict[], rows: readonly (boolean | null)[]): TemplateResult {
  const open = rows.filter((verdict) => verdict === false).length;
  const free = rows.filter((verdict) => verdict !== null).length;
  return html`
    <p class=${open === 0 ? "good" : "bad"}>
      ${
        open === 0
          ? `All ${free} free parameters are determined (locally, for almost all values).`
          : `${open} of ${free} free parameters are not determined.`
      }
    </p>
    <p class="legend soft">
      <span><span class="key determined"></span> determined</span>
      <span><span class="key undetermined"></span> not determined</span>
      <span><span class="key"></span> fixed by the model</span>
    </p>
    ${
      effects.length === 0
        ? nothing
        : html`<div class="scroll" tabindex="0" role="region" aria-label="Effects">
            <table class="plain wrap">
              <thead>
                <tr>
                  ${["Effect", "Verdict", "Because"].map((head) => html`<th scope="col" class="text">${head}</th>`)}
                </tr>
              </thead>
              <tbody>
                ${effects.map(effectRow)}
              </tbody>
            </table>
          </div>`
    }
  `;
}

function effectRow(effect: EffectVerdict): TemplateResult {
  const [className, words] = WORDS[effect.verdict];
  return html`<tr>
    <th scope="row">${effect.from} → ${effect.to} <span class="soft kind">${effect.kind}</span></th>
    <td class="text ${className}">${words}</td>
    <td class="text">${because(effect)}</td>
  </tr>`;
}

function because({ certificate, verdict, evidence }: EffectVerdict): TemplateResult {
  if (certificate) {
    return html`${certificate.formula === "" ? nothing : html`<code>${certificate.formula}</code><br />`}
      <span class="soft">${certificate.source}</span>`;
  }
  const moves = Object.keys(evidence.direction?.move ?? {});
  if (verdict === "notIdentifiable" && moves.length > 0) {
    return html`<span class="soft">
      ${moves.slice(0, 6).join(", ")}${moves.length > 6 ? " and others" : ""} can move together without any
      covariance moving
    </span>`;
  }
  return html`<span class="soft">rank of the model's Jacobian</span>`;
}
