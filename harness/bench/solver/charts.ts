import * as Plot from "@observablehq/plot";
import { renderSvg } from "../../charts/svg.ts";
import type { Contest } from "../page/contest.ts";
import type { Peaks } from "../page/peak.ts";
import { formatCell, type ReportChart } from "../report.ts";
import { SHAPES } from "../solverProblems.ts";
import { OURS, SCRIPT_PEERS } from "./contenders.ts";
import { METHODS, type MethodCost } from "./measurements.ts";
import { gigaflops, intensity } from "./tables.ts";

const METHOD_COLOURS = { domain: [...METHODS], range: ["#3b6ea5", "#c2571a", "#2e7d4f"] };

interface RooflinePoint {
  readonly method: string;
  /** What the points of one method on one shape share. */
  readonly line: string;
  readonly p: number;
  readonly x: number;
  readonly y: number;
}

/** The ends of each line, which alone are labelled; of ends so near that labels would overprint each other, the first. */
function labelledEnds(points: readonly RooflinePoint[]): RooflinePoint[] {
  const ends = points.filter(({ p, line }) => {
    const sizes = points.flatMap((other) => (other.line === line ? [other.p] : []));
    return p === Math.min(...sizes) || p === Math.max(...sizes);
  });
  const isNear = (a: number, b: number): boolean => Math.abs(Math.log(a / b)) < 0.45;
  return ends.filter(
    ({ p, x, y }, at) =>
      !ends.slice(0, at).some((other) => other.p === p && isNear(x, other.x) && isNear(y, other.y)),
  );
}

/** Achieved arithmetic against the two measured roofs of the adapter. */
export function rooflineChart(costs: readonly MethodCost[], peaks: Peaks): ReportChart {
  const title = "Roofline: achieved against the measured peak of the adapter";
  const points = costs
    .filter(({ webgpu }) => webgpu !== null)
    .map((cost) => {
      const { shape, method, p } = cost;
      return { shape, method, line: `${method}, ${shape}`, p, x: intensity(cost), y: gigaflops(cost) };
    });
  const ridge = peaks.gigaflops / peaks.gigabytes;
  const xs = points.map(({ x }) => x);
  const [left, right] = [Math.min(0.5, ...xs) / 1.5, Math.max(4 * ridge, ...xs) * 1.5];
  const roof = [
    { x: left, y: left * peaks.gigabytes },
    { x: ridge, y: peaks.gigaflops },
    { x: right, y: peaks.gigaflops },
  ];
  const svg = renderSvg(title, {
    marginRight: 30,
    height: 460,
    x: {
      type: "log",
      label: "operations for each byte of the planned matrices →",
      grid: true,
      domain: [left, right],
      tickFormat: "~g",
    },
    y: {
      type: "log",
      label: "↑ GFLOP/s",
      grid: true,
      domain: [Math.min(...points.map(({ y }) => y)) / 1.5, 2 * peaks.gigaflops],
      tickFormat: "~g",
    },
    color: { legend: false, ...METHOD_COLOURS },
    symbol: { domain: [...SHAPES], range: ["circle", "triangle", "square"] },
    r: { range: [2, 8] },
    marks: [
      Plot.line(roof, { x: "x", y: "y", stroke: "#222", strokeWidth: 2 }),
      Plot.text([roof[2]!], {
        x: "x",
        y: "y",
        text: () => `${peaks.gigaflops.toPrecision(3)} GFLOP/s in registers`,
        textAnchor: "end",
        dy: -11,
      }),
      Plot.text([{ x: Math.sqrt(left * ridge), y: Math.sqrt(left * ridge) * peaks.gigabytes }], {
        x: "x",
        y: "y",
        text: () => `${peaks.gigabytes.toPrecision(3)} GB/s copied`,
        textAnchor: "end",
        dx: -8,
        dy: -8,
      }),
      Plot.line(points, { x: "x", y: "y", z: "line", sort: "p", stroke: "method", strokeOpacity: 0.35 }),
      Plot.dot(points, { x: "x", y: "y", stroke: "method", symbol: "shape", r: 5, strokeWidth: 1.8 }),
      Plot.text(labelledEnds(points), {
        x: "x",
        y: "y",
        text: ({ p }) => `p = ${p}`,
        fill: "method",
        dx: 9,
        textAnchor: "start",
        fontSize: 11,
      }),
      ...legend(),
    ],
  });
  return { name: "solver-roofline", title, svg };
}

/** Words in the colours of the methods and the symbols of the shapes, in the corner where the roof leaves room. */
function legend(): Plot.Markish[] {
  const marks: Plot.Markish[] = [];
  const rows = METHODS.length + SHAPES.length;
  const place = (row: number) => ({ frameAnchor: "bottom-right", dy: -12 - 16 * (rows - 1 - row) }) as const;
  const write = (words: string, row: number, fill: string): void => {
    const at = { ...place(row), dx: -110, textAnchor: "start" } as const;
    marks.push(Plot.text([words], { ...at, text: [words], fill }));
  };
  METHODS.forEach((method, row) => write(method, row, METHOD_COLOURS.range[row]!));
  SHAPES.forEach((shape, index) => {
    const row = METHODS.length + index;
    write(shape, row, "#222");
    marks.push(
      Plot.dot([shape], {
        ...place(row),
        dx: -120,
        dy: place(row).dy - 5,
        symbol: [shape],
        stroke: "#222",
        r: 4,
      }),
    );
  });
  return marks;
}

/** Milliseconds an iteration against p, each method on both engines. */
export function timeChart(costs: readonly MethodCost[]): ReportChart {
  const title = "Milliseconds an iteration, by shape, method and engine";
  const points = costs.flatMap(({ shape, p, method, webgpu, cpu }) => [
    ...(webgpu ? [{ shape, p, method, engine: "WebGPU", milliseconds: webgpu.timing.median }] : []),
    ...(cpu ? [{ shape, p, method, engine: "float64", milliseconds: cpu.timing.median }] : []),
  ]);
  const series = (engine: string) => points.filter((point) => point.engine === engine);
  const channels = { x: "p", y: "milliseconds", fx: "shape", stroke: "method" } as const;
  const corner = { frameAnchor: "top-left", dx: 10, textAnchor: "start", fx: () => SHAPES[0] } as const;
  const svg = renderSvg(title, {
    width: 960,
    insetLeft: 12,
    insetRight: 20,
    x: { type: "log", base: 4, label: "p →" },
    y: { type: "log", label: "↑ milliseconds", grid: true, tickFormat: "~g" },
    fx: { label: null, domain: [...SHAPES], padding: 0.08 },
    color: { legend: false, ...METHOD_COLOURS },
    marks: [
      Plot.frame({ stroke: "#ccc" }),
      Plot.axisX([...new Set(points.map(({ p }) => p))], { tickFormat: String }),
      Plot.line(series("WebGPU"), { ...channels, marker: true }),
      Plot.line(series("float64"), { ...channels, strokeDasharray: "4 3" }),
      Plot.dot(series("float64"), { ...channels, fill: "white", r: 3 }),
      ...METHODS.map((method, row) =>
        Plot.text([method], {
          ...corner,
          text: [method],
          fill: METHOD_COLOURS.range[row]!,
          dy: 14 + 16 * row,
        }),
      ),
      ...["——  WebGPU", "- - -  float64"].map((words, row) =>
        Plot.text([words], { ...corner, text: [words], dy: 14 + 16 * (METHODS.length + row) }),
      ),
    ],
  });
  return { name: "solver-time", title, svg };
}

/** How many times faster ours is than each contender, contest by contest. */
export function contestChart(contests: readonly Contest[]): ReportChart {
  const title = "F and its gradient: milliseconds by contender";
  const points = contests.flatMap(({ shape, p, timings }) =>
    timings.map(({ name, median, low, high }) => ({ place: `${shape}, p = ${p}`, name, median, low, high })),
  );
  const svg = renderSvg(title, {
    width: 960,
    height: 60 + 24 * points.length,
    marginLeft: 220,
    marginRight: 190,
    x: { type: "log", label: "milliseconds →", grid: true, tickFormat: "~g" },
    y: { label: null, domain: [...new Set(points.map(({ name }) => name))] },
    fy: { label: null, domain: [...new Set(points.map(({ place }) => place))] },
    color: { legend: false },
    marks: [
      Plot.ruleY(points, { x1: "low", x2: "high", y: "name", fy: "place", stroke: "#999" }),
      Plot.dot(points, {
        x: "median",
        y: "name",
        fy: "place",
        fill: ({ name }: { name: string }) => colourOf(name),
        r: 4.5,
      }),
      Plot.text(points, {
        x: "high",
        y: "name",
        fy: "place",
        text: ({ median }) => formatCell(median),
        dx: 9,
        textAnchor: "start",
        fontSize: 11,
      }),
    ],
  });
  return { name: "solver-contest", title, svg };
}

/** Ours, the baseline that is made of our kernels, and others. */
function colourOf(name: string): string {
  if (name === OURS.layered) return "#777";
  return (SCRIPT_PEERS as readonly string[]).includes(name) ? "#c2571a" : "#3b6ea5";
}
