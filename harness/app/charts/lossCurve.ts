import { html, type TemplateResult } from "lit-html";
import { guard } from "lit-html/directives/guard.js";
import type { EstimateProgress } from "../../../src/fit/estimate.ts";

/** Points of the curve: more than the pixels across it show nothing more. */
const MOST_POINTS = 400;
/** Differences below this are rounding in float64 and are drawn at this height. */
const FLOOR = 1e-12;

/** Iterations up to each report: a phase counts anew, and the GPU reports once in a while. */
export function iterationsOf(history: readonly EstimateProgress[]): number[] {
  let [before, last] = [0, 0];
  return history.map(({ iteration }) => {
    if (iteration < last) before += last;
    last = iteration;
    return before + iteration;
  });
}

/**
 * How far the discrepancy is from where the fit ends, or has come to so far, on a logarithmic scale. On either side of it:
 * float32 can report a value a little below the one that float64 then finds.
 */
export function lossCurve(history: readonly EstimateProgress[]): TemplateResult {
  return html`${guard([history], () => {
    const iterations = iterationsOf(history);
    const reports = history.map(({ value }, at) => ({ at: iterations[at]!, value }));
    const points = thinned(reports.filter(({ value }) => Number.isFinite(value)));
    const end = points.at(-1)?.value ?? NaN;
    // The end itself has no height on this scale.
    const shown = points
      .slice(0, -1)
      .map(({ at, value }) => ({ at, gap: Math.max(Math.abs(value - end), FLOOR) }));
    const words =
      points.length > 0
        ? `Discrepancy after ${iterations.at(-1)} iterations: ${end.toPrecision(6)}`
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
        // Never so short that ticks would fall between iterations.
        x: {
          label: "iteration",
          labelOffset: 34,
          domain: [0, Math.max(10, iterations.at(-1) ?? 0)],
          ticks: 5,
          tickFormat: "d",
        },
        y: { type: "log" as const, label: "discrepancy above its minimum", ticks: 3, tickFormat: powerOfTen },
        marks: [plot.line(shown, { x: "at", y: "gap", stroke: "var(--accent)", strokeWidth: 2, clip: true })],
      })}
    ></plot-figure>`;
  })}`;
}

/** 0.0001 as 10⁻⁴. Other numbers than powers of ten are too many to be labelled. */
function powerOfTen(value: number): string {
  const exponent = Math.round(Math.log10(value));
  if (Math.abs(value / 10 ** exponent - 1) > 1e-6) return "";
  const raised = [...String(exponent)].map((letter) =>
    letter === "-" ? "⁻" : "⁰¹²³⁴⁵⁶⁷⁸⁹"[Number(letter)]!,
  );
  return `10${raised.join("")}`;
}

function thinned<Item>(items: readonly Item[]): Item[] {
  const step = Math.ceil(items.length / MOST_POINTS);
  return items.filter((_, at) => at % step === 0 || at === items.length - 1);
}
