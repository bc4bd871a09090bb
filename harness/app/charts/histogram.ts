import { html, nothing, type TemplateResult } from "lit-html";
import { guard } from "lit-html/directives/guard.js";
import { formatNumber, withMinus } from "../../../src/presentation/numbers.ts";

export interface HistogramMarks {
  readonly estimate: number;
  readonly lower: number;
  readonly upper: number;
}

interface Bin {
  readonly from: number;
  readonly to: number;
  readonly count: number;
}

const BINS = 48;

/** Counts in bins of equal width. Written out, because half a million values must not hold up the page. */
function binned(values: Float64Array): Bin[] {
  let [least, most] = [Infinity, -Infinity];
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    least = Math.min(least, value);
    most = Math.max(most, value);
  }
  if (!(most > least)) return [];
  const counts = new Uint32Array(BINS);
  const scale = BINS / (most - least);
  for (const value of values) {
    if (Number.isFinite(value)) counts[Math.min(BINS - 1, Math.floor((value - least) * scale))]!++;
  }
  return Array.from(counts, (count, at) => ({
    from: least + at / scale,
    to: least + (at + 1) / scale,
    count,
  }));
}

/** The distribution of a parameter over replicates, with its estimate and interval. */
export function histogram(name: string, values: Float64Array, marks: HistogramMarks): TemplateResult {
  return html`${guard([values, marks.lower, marks.upper], () => {
    const bins = binned(values);
    const words = `Distribution of ${name} over ${values.length} replicates: estimate ${marks.estimate.toPrecision(4)}, interval ${marks.lower.toPrecision(4)} to ${marks.upper.toPrecision(4)}`;
    const edges = [marks.lower, marks.upper].filter(Number.isFinite);
    return html`<p class="soft small">
        Solid line: the estimate.
        ${edges.length === 2 ? html`Dashed: the interval, ${edges.map((edge) => withMinus(formatNumber(edge, 3))).join(" to ")}.` : nothing}
      </p>
      <plot-figure
        class="histogram"
        .label=${words}
        .draw=${(plot: typeof import("@observablehq/plot"), width: number) => ({
          width,
          height: 240,
          marginLeft: 48,
          marginBottom: 40,
          style: { background: "transparent", color: "inherit", fontSize: "12px" },
          x: { label: name, labelOffset: 38, ticks: Math.min(8, width / 64) },
          y: { label: "replicates", ticks: 5, grid: true },
          marks: [
            plot.rectY(bins, { x1: "from", x2: "to", y: "count", fill: "var(--accent)", inset: 0.5 }),
            plot.ruleX([marks.estimate], { stroke: "var(--text)", strokeWidth: 2 }),
            plot.ruleX(edges, { stroke: "var(--negative)", strokeWidth: 1.8, strokeDasharray: "5 3" }),
            plot.ruleY([0]),
          ],
        })}
      ></plot-figure>`;
  })}`;
}
