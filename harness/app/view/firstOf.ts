import { html, type TemplateResult } from "lit-html";

/** Says that only some of many are shown: "The first 12 of 301 rows." */
export function firstOf(shown: number, all: number, what: string): TemplateResult {
  return html`<p class="soft small">The first ${shown} of ${all.toLocaleString("en")} ${what}.</p>`;
}
