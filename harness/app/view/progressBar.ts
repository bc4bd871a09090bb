import { html, type TemplateResult } from "lit-html";

export interface Progress {
  readonly done: number;
  readonly count: number;
  readonly secondsLeft?: number;
}

/** How far a long piece of work is, and how long it will still take. */
export function progressBar(name: string, progress: Progress | undefined): TemplateResult {
  const { done = 0, count = 1, secondsLeft } = progress ?? {};
  const left =
    secondsLeft !== undefined && Number.isFinite(secondsLeft)
      ? `, about ${formatLeft(secondsLeft)} left`
      : "";
  return html`<div class="progress">
    <progress aria-label=${name} max=${count} .value=${done}></progress>
    <span role="status"
      >${progress ? `${done.toLocaleString("en")} of ${count.toLocaleString("en")}${left}` : "starting…"}</span
    >
  </div>`;
}

function formatLeft(seconds: number): string {
  if (seconds < 1) return "a second";
  if (seconds < 90) return `${Math.ceil(seconds)} seconds`;
  return `${Math.ceil(seconds / 60)} minutes`;
}
