import { html, type TemplateResult } from "lit-html";
import { guard } from "lit-html/directives/guard.js";
import type { EstimateProgress } from "../../../src/fit/estimate.ts";

/** Points of the curve: more than the pixels across it show nothing more. */
const MOST_POINTS = 400;

/** How the discrepancy fell: its distance to the lowest value so far, on a logarithmic scale. */
export function lossCurve(history: readonly EstimateProgress[]): TemplateResult {
  return html`${guard([history], () => {
    const points = thinned(history.filter(({ value }) => Number.isFinite(value)));
    const lowest = points.reduce((least, { value }) => Math.min(least, value), Infinity);
    const shown = points.map(({ value }, at) => ({ at, gap: Math.max(value - lowest, 1e-12) }));
    const last = history.at(-1);
    const words = last
      ? `Discrepancy after ${history.length} iterations: ${last.value.toPrecision(6)}`
      : "No iterations yet";
    return html`<plot-figure
      class="loss"
      .label=${words}
      .draw=${(plot: typeof import("@observablehq/plot"), width: number) => ({
        width,
        height: 136,
        marginLeft: 46,
        marginBottom: 36,
        style: { background: "transparent", color: "inherit", fontSize: "11px" },
        x: { label: "iteration", labelOffset: 34, ticks: 5, tickFormat: "d" },
        y: { type: "log" as const, label: "above the minimum", ticks: 4, tickFormat: "~e" },
        marks: [plot.line(shown, { x: "at", y: "gap", stroke: "var(--accent)", strokeWidth: 2, clip: true })],
      })}
    ></plot-figure>`;
  })}`;
}

function thinned<Item>(items: readonly Item[]): Item[] {
  const step = Math.ceil(items.length / MOST_POINTS);
  return items.filter((_, at) => at % step === 0 || at === items.length - 1);
}
