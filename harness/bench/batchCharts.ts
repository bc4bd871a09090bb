import * as Plot from "@observablehq/plot";
import { renderSvg } from "../charts/svg.ts";
import type { ReportChart } from "./report.ts";

export interface RateBar {
  readonly model: string;
  readonly engine: string;
  /** Replicates a second. */
  readonly rate: number;
}

/** Replicates a second by engine, one facet for each model, on a logarithmic axis. */
export function rateChart(bars: readonly RateBar[]): ReportChart {
  const title = "Bootstrap replicates per second";
  const largest = Math.max(...bars.map(({ rate }) => rate));
  const svg = renderSvg(title, {
    height: 60 + 30 * bars.length,
    marginLeft: 190,
    marginRight: 80,
    x: { type: "log", domain: [10, largest], label: "replicates per second →", grid: true, tickFormat: "~s" },
    y: { label: null, domain: [...new Set(bars.map(({ engine }) => engine))] },
    fy: { label: null, axis: null },
    marks: [
      Plot.barX(bars, { x1: 10, x2: "rate", y: "engine", fy: "model", fill: "#3b6ea5" }),
      Plot.text(bars, {
        x: "rate",
        y: "engine",
        fy: "model",
        text: ({ rate }) => Number(rate.toPrecision(2)).toLocaleString("en"),
        dx: 4,
        textAnchor: "start",
      }),
      Plot.text(
        [...new Set(bars.map(({ model }) => model))].map((model) => ({ model })),
        { fy: "model", text: "model", frameAnchor: "top-right", dy: -10, fontWeight: "bold" },
      ),
    ],
  });
  return { name: "batch-rate", title, svg };
}
