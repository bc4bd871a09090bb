import { html, nothing, type TemplateResult } from "lit-html";
import { sentence } from "../../../src/presentation/sentence.ts";
import type { ModelEditor } from "../editor/modelEditor.ts";
import { setModel } from "../actions/inputs.ts";
import type { AppState } from "../state/appState.ts";
import { settingsForm } from "./settingsForm.ts";
import { counted } from "./words.ts";

const FORMAT_NAMES = { lavaan: "lavaan syntax", dagitty: "dagitty graph", json: "JSON" } as const;

/** The editor with what it says about the model, and the settings under which the model is read. */
export function modelPanel(state: AppState): TemplateResult {
  const { model, modelCheck } = state;
  const failure = modelCheck?.status === "error" ? modelCheck.error : undefined;
  return html`
    <section class="card model" aria-labelledby="model-title">
      <header class="card-head">
        <h2 id="model-title">Model</h2>
        <span class="chip"
          >${modelCheck && "format" in modelCheck ? FORMAT_NAMES[modelCheck.format] : nothing}</span
        >
      </header>
      <model-editor
        class="editor"
        .text=${model}
        .names=${completionNames(state)}
        .failure=${failure}
        @edit=${(event: Event) => setModel((event.target as ModelEditor).text)}
      ></model-editor>
      <div class="verdict" role="status">${verdict(state)}</div>
      ${settingsForm(state)}
    </section>
  `;
}

/** One line on what the editor holds: sizes of a good model, or what is wrong and what to do. */
function verdict({ modelCheck }: AppState): TemplateResult {
  switch (modelCheck?.status) {
    case "ok": {
      const { observed, latent, parameters, degreesOfFreedom, warnings } = modelCheck;
      const counts = [
        `${observed.length} observed`,
        ...(latent.length > 0 ? [`${latent.length} latent`] : []),
        counted(parameters, "free parameter"),
        degreesOfFreedom < 0
          ? `${counted(-degreesOfFreedom, "more parameter")} than moments`
          : counted(degreesOfFreedom, "degree of freedom", "degrees of freedom"),
      ];
      return html`<p class=${degreesOfFreedom < 0 ? "caution" : "good"}>${counts.join(" · ")}</p>
        ${warnings.map((warning) => html`<p class="caution">${sentence(warning)}</p>`)}`;
    }
    case "error": {
      const { message, advice, line, column } = modelCheck.error;
      const place = line === undefined ? nothing : html`<span class="place">${line}:${column}</span> `;
      return html`<p class="bad">${place}${sentence(message)}</p>
        ${advice ? html`<p class="advice">${advice}</p>` : nothing}`;
    }
    default:
      return html`<p class="soft">Write a model, drop a file, or open an example.</p>`;
  }
}

function completionNames({ modelCheck, dataCheck }: AppState): string[] {
  const ofData = dataCheck?.status === "ok" ? dataCheck.description.names : [];
  const ofModel = modelCheck?.status === "ok" ? modelCheck.latent : [];
  return [...new Set([...ofModel, ...ofData])].filter((name) => name !== "");
}
