import * as Plot from "@observablehq/plot";
import { renderSvg } from "../charts/svg.ts";
import type { ReportChart } from "./report.ts";
import type { Point } from "./scaleSweeps.ts";
import { METHODS, SWEEPS } from "./scaleSweeps.ts";
import type { BatchPoint } from "./suites/scale.ts";

const COLOURS = { domain: [...METHODS], range: ["#3b6ea5", "#c2571a", "#3a7d44"], legend: false } as const;

/** Numbers as they are: a log axis would write 0.3 as 300m. */
const plainly = (value: number): string => String(value);

/** Name of each line at its end, in its colour; `up` lifts those of one line off its neighbour's. */
function endLabels<Row>(
  rows: readonly Row[],
  channels: { readonly x: string; readonly y: string; readonly z: string; readonly fx?: string },
  up = 0,
) {
  const { z } = channels;
  const place = { textAnchor: "start", dx: 6, dy: -up, fontSize: 11 } as const;
  return Plot.text(rows, Plot.selectLast({ ...channels, text: z, fill: z, ...place }));
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
    y: { type: "log", label: "↑ milliseconds", grid: true, tickFormat: plainly },
    fx: { label: null, padding: 0.28 },
    color: COLOURS,
    marks: [
      Plot.line(rows, { fx: "engine", x: "x", y: "milliseconds", stroke: "method", marker: true }),
      endLabels(rows, { x: "x", y: "milliseconds", z: "method", fx: "engine" }),
    ],
  });
  return { name: "scale-cost", title, svg };
}

/** Cost of a batch as the number of problems grows. */
export function batchChart(batch: readonly BatchPoint[]): ReportChart {
  const title = "Milliseconds of a batch, by the number of problems (9 variables, 21 parameters)";
  const counts = [...new Set(batch.map(({ count }) => count))];
  const svg = renderSvg(title, {
    marginRight: 110,
    x: { type: "log", base: 2, label: "problems →", ticks: counts, tickFormat: "d" },
    y: { type: "log", label: "↑ milliseconds", grid: true, tickFormat: plainly },
    fx: { label: null, padding: 0.3 },
    color: { range: ["#3b6ea5", "#c2571a"], legend: false },
    marks: [
      Plot.line(batch, { fx: "work", x: "count", y: "milliseconds", stroke: "engine", marker: true }),
      endLabels(batch, { x: "count", y: "milliseconds", z: "engine", fx: "work" }),
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
      endLabels(
        rows.filter(({ method }) => method === "covariance"),
        { x: "x", y: "allocated", z: "method" },
        7,
      ),
      endLabels(
        rows.filter(({ method }) => method !== "covariance"),
        { x: "x", y: "allocated", z: "method" },
      ),
    ],
  });
  return { name: "scale-memory", title, svg };
}
