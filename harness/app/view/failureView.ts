import { html, nothing, type TemplateResult } from "lit-html";
import type { Failure } from "../../../src/embed/rpc/protocol.ts";
import { sentence } from "../../../src/presentation/sentence.ts";

/** What went wrong, where, and what to do about it; screen readers read it out. */
export function failureView(failure: Failure | undefined): TemplateResult | typeof nothing {
  if (!failure) return nothing;
  return html`<div class="failure" role="alert">
    <p class="bad">${place(failure)}${sentence(failure.message)}</p>
    <p class="advice">${failure.advice ?? ""}</p>
  </div>`;
}

function place({ name, line, column }: Failure): TemplateResult | typeof nothing {
  if (line === undefined) return nothing;
  const text = name === "DataError" ? "data" : "model";
  return html`<span class="place">${text} ${line}:${column ?? 1}</span> `;
}
