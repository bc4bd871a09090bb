import * as Plot from "@observablehq/plot";
import { renderSvg } from "../charts/svg.ts";
import { ARRIVED, type Curve, type ModelRow, MOST_ITERATIONS, RATES, RULES } from "./optimisersDesign.ts";
import { markdownTable, quantile, type StudyResult } from "./study.ts";

export function describeOptimisers(rows: readonly ModelRow[], curves: readonly Curve[]): StudyResult {
  const cell = (value: number | null): string => value?.toLocaleString("en") ?? "–";
  const header = [
    "model",
    "parameters",
    "default, to the bar",
    "default, to its end",
    "L-BFGS on WebGPU",
    ...RULES.flatMap((rule) => RATES.map((rate) => `${rule}, η = ${rate}`)),
  ];
  const table = markdownTable(
    header,
    rows.map((row) => [
      row.model,
      row.parameters,
      row.lbfgs,
      `${row.engine} + ${row.polish}`,
      cell(row.webgpu),
      ...RULES.flatMap((rule) => row.firstOrder[rule].map(cell)),
    ]),
  );
  const most = Math.max(...rows.map(({ engine, polish }) => engine + polish));
  const mostGpu = Math.max(...rows.map(({ webgpu }) => webgpu ?? 0));
  const adamax = rows.map(({ firstOrder }) => firstOrder.Adamax[0] ?? MOST_ITERATIONS);
  const best = rows.map(({ lbfgs, firstOrder }) => {
    const all = RULES.flatMap((rule) => firstOrder[rule].map((value) => value ?? Infinity));
    return Math.min(...all) / lbfgs;
  });
  const report = `
Every single-group, complete-data, identified model of the reference, and a simulated pmDAG of 80 variables: iterations from
the same computed starting values, in unit variances, until F stands less than ${ARRIVED} above its minimum (about five correct
digits of the estimates). "To its end" is the whole default fit: L-BFGS to a gradient of 1e-4, then Newton's steps with the
exact Hessian to 1e-9, where nothing is left to gain in float64. "–": not within ${MOST_ITERATIONS.toLocaleString("en")} iterations, or, for WebGPU, a
model with means, which the GPU engine does not take.

${table}

What to remember: the default needs at most ${most} iterations in all, polish included (on WebGPU ${mostGpu} before it). Adamax at
1e-3 needs ${Math.min(...adamax).toLocaleString("en")} to ${Math.max(...adamax).toLocaleString("en")}, median ${Math.round(quantile(adamax, 0.5)).toLocaleString("en")}, to a looser end. With good starting values and the best of three rates, known
only afterwards, the best first-order rule takes ${Math.min(...best).toFixed(1)} to ${Math.max(...best).toFixed(1)} times as many iterations (median ${quantile(best, 0.5).toFixed(1)}): the usual talk of thousands holds
for small rates, not for Adamax as such. But no rate is best everywhere, and SGD at 0.1 never arrives on several models.
In time the gap is smaller, because a first-order step is one evaluation and next to nothing beside. Times are the
fastest of seven runs each, float64 on one core.`;
  return {
    data: { bar: ARRIVED, rates: RATES, rows, curves },
    report,
    charts: {
      iterations: chart(curves, "iteration", "iteration →", 1),
      time: chart(curves, "seconds", "seconds →", 1e-5),
    },
  };
}

const COLOURS: Readonly<Record<string, string>> = {
  "L-BFGS + polish": "#4e79a7",
  SGD: "#b07aa1",
  Adam: "#f28e2b",
  Adamax: "#e15759",
};

/** F less its minimum against iteration or time, one panel for each model. */
function chart(
  curves: readonly Curve[],
  against: "iteration" | "seconds",
  label: string,
  least: number,
): string {
  const points = curves.flatMap((curve) =>
    curve.points.map((point) => ({
      model: curve.model,
      optimiser: curve.optimiser,
      x: Math.max(point[against], least),
      excess: point.excess,
    })),
  );
  const ends = curves.map(({ model, optimiser, rate, points: path }) => {
    const last = path.at(-1)!;
    const text = rate === null ? optimiser : `${optimiser}, η = ${rate}`;
    // The names of the curves stand one below the other in the corner where no curve comes.
    const place = 10 ** (-15.4 + 1.3 * Object.keys(COLOURS).indexOf(optimiser));
    return { model, optimiser, text, place, x: last[against], excess: last.excess };
  });
  const models = [...new Set(curves.map(({ model }) => model))];
  return renderSvg(`F less its minimum against ${against}, by optimiser`, {
    width: 1200,
    height: 420,
    marginTop: 40,
    marginRight: 30,
    x: { type: "log", label, ticks: 5, tickFormat: "~g" },
    y: {
      type: "log",
      label: "↑ F less its minimum",
      ticks: [1, 1e-4, 1e-8, 1e-12, 1e-16],
      tickFormat: ".0e",
    },
    fx: { label: null, domain: models },
    color: { legend: false, domain: Object.keys(COLOURS), range: Object.values(COLOURS) },
    marks: [
      Plot.frame({ stroke: "#ddd" }),
      Plot.ruleY([ARRIVED], { stroke: "#bbb", strokeDasharray: "4 3" }),
      Plot.line(points, { x: "x", y: "excess", stroke: "optimiser", fx: "model", strokeWidth: 2 }),
      Plot.dot(ends, { x: "x", y: "excess", fill: "optimiser", fx: "model", r: 4 }),
      Plot.text(ends, {
        x: least,
        y: "place",
        text: "text",
        fill: "optimiser",
        fx: "model",
        textAnchor: "start",
        dx: 6,
      }),
    ],
  });
}
