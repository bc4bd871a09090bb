import { html, type TemplateResult } from "lit-html";

export interface RunButton {
  readonly isRunning: boolean;
  /** What it says and does while nothing runs. */
  readonly start: readonly [words: string, act: () => unknown];
  /** And while something does. */
  readonly stop: readonly [words: string, act: () => void];
  readonly disabled?: boolean;
  /** The button of the page, not only of its view. */
  readonly isPrimary?: boolean;
}

/** Starts a piece of work and ends it. It stays one element, so that whoever works by keyboard does not lose it. */
export function runButton({
  isRunning,
  start,
  stop,
  disabled = false,
  isPrimary = false,
}: RunButton): TemplateResult {
  const [words, act] = isRunning ? stop : start;
  const rank = isPrimary ? "primary" : isRunning ? "" : "accent";
  const classes = `${rank} ${isRunning ? "cancel" : ""}`.trim();
  return html`<button
    type="button"
    class=${classes}
    ?disabled=${disabled && !isRunning}
    @click=${() => void act()}
  >
    ${words}
  </button>`;
}
