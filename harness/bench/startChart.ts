import * as Plot from "@observablehq/plot";
import { renderSvg } from "../charts/svg.ts";
import type { Timing } from "./measure.ts";
import type { ReportChart } from "./report.ts";

/** Medians as bars with their quartiles, in the order measured. */
export function startChart(timings: readonly Timing[]): ReportChart {
  const title = "Milliseconds that starting takes";
  const svg = renderSvg(title, {
    height: 60 + 26 * timings.length,
    marginLeft: 220,
    marginRight: 70,
    x: { type: "log", label: "milliseconds →", grid: true, tickFormat: (value: number) => String(value) },
    y: { label: null, domain: timings.map(({ name }) => name) },
    marks: [
      Plot.barX(timings, { x1: 1, x2: "median", y: "name", fill: "#3b6ea5", insetTop: 3, insetBottom: 3 }),
      Plot.ruleY(timings, { x1: "low", x2: "high", y: "name", stroke: "#222", strokeWidth: 2 }),
      Plot.text(timings, {
        x: (timing: Timing) => Math.max(timing.median, timing.high),
        y: "name",
        text: (timing: Timing) => String(Number(timing.median.toPrecision(2))),
        dx: 6,
        textAnchor: "start",
      }),
    ],
  });
  return { name: "start", title, svg };
}
