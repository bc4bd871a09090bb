import { html, type TemplateResult } from "lit-html";
import { live } from "lit-html/directives/live.js";

/** A labelled select. */
export function choice<Value extends string>(
  label: string,
  value: Value,
  options: readonly (readonly [Value, string])[],
  onChange: (value: Value) => void,
): TemplateResult {
  const change = (event: Event): void => onChange((event.target as HTMLSelectElement).value as Value);
  return html`<label class="field">
    <span>${label}</span>
    <select .value=${live(value)} @change=${change}>
      ${options.map(
        ([key, words]) => html`<option value=${key} ?selected=${key === value}>${words}</option>`,
      )}
    </select>
  </label>`;
}

export function checkbox(label: string, isOn: boolean, onChange: (isOn: boolean) => void): TemplateResult {
  const change = (event: Event): void => onChange((event.target as HTMLInputElement).checked);
  return html`<label class="check"
    ><input type="checkbox" .checked=${live(isOn)} @change=${change} />${label}</label
  >`;
}

export function textField(
  label: string,
  value: string,
  hint: string,
  onChange: (value: string) => void,
): TemplateResult {
  const change = (event: Event): void => onChange((event.target as HTMLInputElement).value);
  return html`<label class="field">
    <span>${label}</span>
    <input type="text" inputmode="decimal" .value=${value} placeholder=${hint} @change=${change} />
  </label>`;
}

/** A row of tabs and the panel of the chosen one, after the ARIA authoring practices: arrow keys move between tabs. */
export interface Tab<Key extends string> {
  readonly key: Key;
  readonly label: string;
}

export function tabs<Key extends string>(
  name: string,
  list: readonly Tab<Key>[],
  chosen: Key,
  onChoose: (key: Key) => void,
): TemplateResult {
  const choose = (key: Key): HTMLElement => {
    onChoose(key);
    const tab = document.getElementById(`${name}-tab-${key}`)!;
    // At once: the Tab key may come before the page is drawn again.
    for (const each of tab.parentElement!.children) (each as HTMLElement).tabIndex = each === tab ? 0 : -1;
    // On a phone the row is wider than the screen.
    tab.scrollIntoView({ inline: "nearest", block: "nearest" });
    return tab;
  };
  const move = (event: KeyboardEvent): void => {
    const steps: Readonly<Record<string, number>> = { ArrowRight: 1, ArrowLeft: -1 };
    // From the tab that has the focus: keys may come faster than the page is drawn.
    const at = list.findIndex(({ key }) => (event.target as Element).id === `${name}-tab-${key}`);
    const jumps: Readonly<Record<string, number>> = { Home: 0, End: list.length - 1 };
    const step = steps[event.key];
    const next = step === undefined ? jumps[event.key] : (at + step + list.length) % list.length;
    if (next === undefined) return;
    event.preventDefault();
    choose(list[next]!.key).focus();
  };
  return html`<div class="tabs" role="tablist" aria-label=${name} @keydown=${move}>
    ${list.map(
      ({ key, label }) =>
        html`<button
          type="button"
          role="tab"
          id="${name}-tab-${key}"
          aria-controls="${name}-panel"
          aria-selected=${key === chosen}
          tabindex=${key === chosen ? 0 : -1}
          @click=${() => choose(key)}
        >
          ${label}
        </button>`,
    )}
  </div>`;
}

export function tabPanel(name: string, chosen: string, content: unknown): TemplateResult {
  return html`<div
    class="tab-panel"
    id="${name}-panel"
    role="tabpanel"
    aria-labelledby="${name}-tab-${chosen}"
    tabindex="0"
  >
    ${content}
  </div>`;
}
