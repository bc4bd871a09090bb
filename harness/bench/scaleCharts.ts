import * as Plot from "@observablehq/plot";
import { renderSvg } from "../charts/svg.ts";
import type { ReportChart } from "./report.ts";
import type { Point } from "./scaleSweeps.ts";
import { METHODS, SWEEPS } from "./scaleSweeps.ts";
import type { BatchPoint } from "./suites/scale.ts";

const COLOURS = { domain: [...METHODS], range: ["#3b6ea5", "#c2571a", "#3a7d44"], legend: false } as const;

/** Name of each line at its end, in its colour. */
function endLabels<Row>(
  rows: readonly Row[],
  x: keyof Row & string,
  y: keyof Row & string,
  z: keyof Row & string,
) {
  return Plot.text(
    rows,
    Plot.selectLast({ x, y, z, text: z, fill: z, textAnchor: "start", dx: 6, fontSize: 11 }),
  );
}

/** Cost of an evaluation as p grows, one panel an engine. */
export function sweepChart(points: readonly Point[]): ReportChart {
  const title = "Milliseconds of F and its gradient, by the number of variables";
  const rows = points.filter(({ sweep }) => sweep === SWEEPS[0]!.name);
  const svg = renderSvg(title, {
    marginRight: 90,
    x: {
      type: "log",
      base: 2,
      label: "variables p →",
      ticks: [...new Set(rows.map(({ x }) => x))],
      tickFormat: "d",
    },
    y: { type: "log", label: "↑ milliseconds", grid: true },
    fx: { label: null, padding: 0.28 },
    color: COLOURS,
    marks: [
      Plot.line(rows, { fx: "engine", x: "x", y: "milliseconds", stroke: "method", marker: true }),
      Plot.text(
        rows,
        Plot.selectLast({
          fx: "engine",
          x: "x",
          y: "milliseconds",
          z: "method",
          text: "method",
          fill: "method",
          textAnchor: "start",
          dx: 6,
          fontSize: 11,
        }),
      ),
    ],
  });
  return { name: "scale-cost", title, svg };
}

/** Cost of a batch as the number of problems grows. */
export function batchChart(batch: readonly BatchPoint[]): ReportChart {
  const title = "Milliseconds of a batch, by the number of problems (9 variables, 21 parameters)";
  const rows = batch.map((point) => ({ ...point, series: `${point.work}, ${point.engine}` }));
  const svg = renderSvg(title, {
    marginRight: 230,
    x: {
      type: "log",
      base: 2,
      label: "problems →",
      ticks: [...new Set(rows.map(({ count }) => count))],
      tickFormat: "d",
    },
    y: { type: "log", label: "↑ milliseconds", grid: true },
    color: { range: ["#3b6ea5", "#c2571a", "#3a7d44", "#8a4f9e"], legend: false },
    marks: [
      Plot.line(rows, { x: "count", y: "milliseconds", stroke: "series", marker: true }),
      endLabels(rows, "count", "milliseconds", "series"),
    ],
  });
  return { name: "scale-batch", title, svg };
}

/** Bytes of matrices as p grows. */
export function memoryChart(points: readonly Point[]): ReportChart {
  const title = "Bytes of matrices on the GPU, by the number of variables";
  const rows = points.filter(({ sweep, engine }) => sweep === SWEEPS[0]!.name && engine === "WebGPU");
  const svg = renderSvg(title, {
    marginRight: 110,
    x: {
      type: "log",
      base: 2,
      label: "variables p →",
      ticks: [...new Set(rows.map(({ x }) => x))],
      tickFormat: "d",
    },
    y: { type: "log", label: "↑ bytes", grid: true, tickFormat: "~s" },
    color: COLOURS,
    marks: [
      Plot.line(rows, { x: "x", y: "allocated", stroke: "method", marker: true }),
      endLabels(rows, "x", "allocated", "method"),
    ],
  });
  return { name: "scale-memory", title, svg };
}
