import { html, nothing, type TemplateResult } from "lit-html";
import type { Estimator } from "../../../src/statistics/settings.ts";
import type { GroupEqual, ModelKind } from "../../../src/model/parseModel.ts";
import { setSettings } from "../actions/inputs.ts";
import type { AppState } from "../state/appState.ts";
import type { Settings } from "../state/settings.ts";
import { checkbox, choice, textField } from "./fields.ts";

const KINDS: readonly (readonly [ModelKind, string])[] = [
  ["sem", "sem()"],
  ["cfa", "cfa()"],
  ["growth", "growth()"],
  ["lavaan", "lavaan(): adds nothing"],
];
const ESTIMATORS: readonly Estimator[] = ["ML", "MLR", "MLM", "MLMV", "MLF", "GLS", "WLS", "DWLS", "ULS"];
const EQUALITIES: readonly GroupEqual[] = ["loadings", "intercepts", "residuals", "regressions", "means"];

/** The options under which the model is read and fitted; names are lavaan's. */
export function settingsForm(state: AppState): TemplateResult {
  const { settings } = state;
  const set = (change: Partial<Settings>): void => setSettings(change);
  return html`
    <details class="settings">
      <summary>Options${changedNote(settings)}</summary>
      <div class="fields">
        ${choice("Defaults as in", settings.as, KINDS, (as) => set({ as }))}
        ${choice("Estimator", settings.estimator, pairs(ESTIMATORS), (estimator) => set({ estimator }))}
        ${choice("Missing values", settings.missing, MISSING, (missing) => set({ missing }))}
        ${choice("Means", settings.meanStructure, MEANS, (meanStructure) => set({ meanStructure }))}
        ${choice("Compute on", settings.backend, BACKENDS, (backend) => set({ backend }))}
        ${textField("Observations (n)", settings.n, "as the file says", (n) => set({ n }))}
        ${groupFields(state, set)}
        <div class="checks">
          ${checkbox("Latent variances fixed at 1", settings.stdLv, (stdLv) => set({ stdLv }))}
          ${checkbox("Latents uncorrelated", settings.orthogonal, (orthogonal) => set({ orthogonal }))}
          ${checkbox("Covariates fixed (fixed.x)", settings.fixedX, (fixedX) => set({ fixedX }))}
        </div>
      </div>
    </details>
  `;
}

const MISSING = [
  ["listwise", "leave rows out"],
  ["fiml", "use all (FIML)"],
] as const;
const MEANS = [
  ["auto", "where needed"],
  ["yes", "always"],
  ["no", "never"],
] as const;
const BACKENDS = [
  ["auto", "the faster one"],
  ["webgpu", "GPU (WebGPU)"],
  ["cpu", "CPU (float64)"],
] as const;

function groupFields({ settings, dataCheck }: AppState, set: (change: Partial<Settings>) => void): unknown {
  const grouping = dataCheck?.status === "ok" ? dataCheck.description.grouping : [];
  if (grouping.length === 0 && settings.group === "") return nothing;
  const options = [
    ["", "one group"] as const,
    ...pairs([...new Set([...grouping, settings.group])].filter(Boolean)),
  ];
  const toggle = (name: GroupEqual, isOn: boolean): void => {
    const others = settings.groupEqual.filter((each) => each !== name);
    set({ groupEqual: isOn ? [...others, name] : others });
  };
  return html`
    ${choice("Groups by", settings.group, options, (group) => set({ group }))}
    ${
      settings.group === ""
        ? nothing
        : html`<fieldset class="checks">
            <legend>Equal across groups</legend>
            ${EQUALITIES.map((name) => checkbox(name, settings.groupEqual.includes(name), (isOn) => toggle(name, isOn)))}
          </fieldset>`
    }
  `;
}

function pairs<Value extends string>(values: readonly Value[]): (readonly [Value, string])[] {
  return values.map((value) => [value, value] as const);
}

function changedNote({ as, estimator, group }: Settings): string {
  return `: ${[as, estimator, ...(group === "" ? [] : [`by ${group}`])].join(", ")}`;
}
