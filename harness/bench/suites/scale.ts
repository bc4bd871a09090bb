import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { SuiteContext } from "../context.ts";
import { type Exponent, fitExponent } from "../exponent.ts";
import { largestModels, type LargestModel } from "../largestModel.ts";
import type { ReportTable, SuiteReport } from "../report.ts";
import { batchChart, memoryChart, sweepChart } from "../scaleCharts.ts";
import { measureSweep, METHODS, type Point, SWEEPS } from "../scaleSweeps.ts";
import type { BatchCost } from "../page/scale.ts";

/** One measured batch. */
export interface BatchPoint {
  readonly engine: "float64 threads" | "WebGPU";
  readonly work: "random starts" | "bootstrap replicates";
  readonly count: number;
  readonly milliseconds: number;
}

/**
 * How cost grows with each size of a model while the others stand still, and with the number of problems of a batch:
 * exponents by least squares on a log–log scale beside the theory; memory, planned and allocated; the largest models.
 */
export async function scaleSuite(context: SuiteContext): Promise<Omit<SuiteReport, "seconds">> {
  const points: Point[] = [];
  for (const sweep of SWEEPS) points.push(...(await measureSweep(sweep, context)));
  const batch = await measureBatches(context);
  const largest = largestModels();
  const wasted = points.filter(({ planned, allocated }) => planned !== allocated).length;
  const exponents = SWEEPS.flatMap(({ name, theory }) => exponentRows(name, theory, points));
  const bytes = fitExponent(memoryPoints(points, "covariance"));
  return {
    suite: "scale",
    beaten: [],
    headline: headline(exponents, largest),
    findings: [
      headline(exponents, largest),
      wasted === 0
        ? "Every matrix on the GPU takes exactly the bytes that the plan says, at all sizes measured."
        : `${wasted} of ${points.length} models take other bytes than planned.`,
      `Memory of the covariance method grows as p^${show(bytes)} (theory: 2), whatever the depth.`,
      "Exponents are of the sizes measured, where terms of lower order and the fixed cost of a dispatch still weigh: they lie below the theory of the largest term.",
    ],
    tables: [exponentTable(exponents), batchTable(batch), memoryTable(points), largestTable(largest)],
    charts: [sweepChart(points), batchChart(batch), memoryChart(points)],
    raw: { points, batch, largest },
  };
}

interface ExponentRow {
  readonly sweep: string;
  readonly engine: Point["engine"];
  readonly method: string;
  readonly fitted: Exponent;
  readonly theory: string;
  /** Milliseconds at the smallest and the largest size. */
  readonly ends: readonly [Point, Point];
}

function exponentRows(
  sweep: string,
  theory: Readonly<Record<string, string>>,
  points: readonly Point[],
): ExponentRow[] {
  return (["float64 CPU", "WebGPU"] as const).flatMap((engine) =>
    METHODS.map((method) => {
      const own = points.filter(
        (point) => point.sweep === sweep && point.engine === engine && point.method === method,
      );
      const fitted = fitExponent(own.map(({ x, milliseconds }) => ({ x, y: milliseconds })));
      return {
        sweep,
        engine,
        method,
        fitted,
        theory: theory[method]!,
        ends: [own[0]!, own.at(-1)!] as const,
      };
    }),
  );
}

/** Where each method's cost stands at the largest p, in one sentence. */
function headline(rows: readonly ExponentRow[], largest: readonly LargestModel[]): string {
  const cpu = rows.filter(({ sweep, engine }) => sweep === SWEEPS[0]!.name && engine === "float64 CPU");
  const of = (method: string): ExponentRow => cpu.find((row) => row.method === method)!;
  const told = METHODS.map((method) => `${method} p^${show(of(method).fitted)}`).join(", ");
  const ends = METHODS.map((method) => of(method).ends[1]);
  const times = ends.map(({ milliseconds }) => `${Number(milliseconds.toPrecision(2))}`).join(", ");
  const most = largest.map(({ p }) => p);
  return `In float64 a value with its gradient costs ${told}: ${times} ms at p = ${ends[0]!.x}; an adapter with WebGPU's default limits takes up to p = ${Math.max(...most).toLocaleString("en")} variables by the district method and ${Math.min(...most).toLocaleString("en")} by the others.`;
}

function show({ exponent, low, high }: Exponent): string {
  return `${exponent.toFixed(2)} (${low.toFixed(1)} to ${high.toFixed(1)})`;
}

function exponentTable(rows: readonly ExponentRow[]): ReportTable {
  return {
    title: "Cost of F and its gradient: fitted exponents beside the theory",
    columns: ["what grows", "engine", "method", "from, ms", "to, ms", "exponent (95 %)", "theory"],
    rows: rows.map(({ sweep, engine, method, fitted, theory, ends: [first, last] }) => [
      `${sweep}: ${first.x} … ${last.x}`,
      engine,
      method,
      first.milliseconds,
      last.milliseconds,
      show(fitted),
      theory,
    ]),
    note: "Theory is the power of the growing size in the term that wins in the end (DESIGN §2): “≤” where terms without it win at the sizes measured.",
  };
}

function memoryPoints(points: readonly Point[], method: string): { x: number; y: number }[] {
  return points
    .filter(
      (point) => point.sweep === SWEEPS[0]!.name && point.engine === "WebGPU" && point.method === method,
    )
    .map(({ x, allocated }) => ({ x, y: allocated! }));
}

function memoryTable(points: readonly Point[]): ReportTable {
  const own = points.filter(({ sweep, engine }) => sweep === SWEEPS[0]!.name && engine === "WebGPU");
  return {
    title: "Bytes of matrices on the GPU, by p",
    columns: ["p", "method", "planned", "allocated", "exponent in p", "theory"],
    rows: own.map(({ x, method, planned, allocated }) => [
      x,
      method,
      planned!.toLocaleString("en"),
      allocated!.toLocaleString("en"),
      fitExponent(memoryPoints(points, method)).exponent,
      "2",
    ]),
  };
}

function largestTable(largest: readonly LargestModel[]): ReportTable {
  return {
    title: "The largest model that an adapter with WebGPU's default limits takes, by the plan",
    columns: ["method", "p", "q", "MiB planned", "what does not fit at p + 2"],
    rows: largest.map(({ method, p, q, bytes, bottleneck }) => [
      method,
      p.toLocaleString("en"),
      q.toLocaleString("en"),
      bytes / 2 ** 20,
      bottleneck,
    ]),
    note: "Maximum likelihood, three causes a variable, districts of two; 128 MiB a storage binding.",
  };
}

const EXAMPLES = join(import.meta.dirname, "..", "..", "examples");

/** Random starts and bootstrap replicates of Holzinger and Swineford's model, on both engines. */
async function measureBatches({ host, quick, log }: SuiteContext): Promise<BatchPoint[]> {
  const counts = quick ? [128, 512] : [128, 512, 2048, 8192];
  const [model, data] = await Promise.all(
    ["holzinger.lav", "holzinger.csv"].map((name) => readFile(join(EXAMPLES, name), "utf8")),
  );
  const ask = (name: string): Promise<BatchCost[]> =>
    host.call("/harness/bench/page/scale.ts", name, model, data, counts);
  const engines = [
    ["float64 threads", await ask("timeBatches")],
    ["WebGPU", await ask("batchesOnGpu")],
  ] as const;
  return engines.flatMap(([engine, costs]) =>
    counts.flatMap((count, i): BatchPoint[] => {
      const { starts, replicates } = costs[i]!;
      log(
        `${engine}, ${count}: ${starts.toFixed(1)} ms of starts, ${replicates.toFixed(1)} ms of replicates`,
      );
      return [
        { engine, work: "random starts", count, milliseconds: starts },
        { engine, work: "bootstrap replicates", count, milliseconds: replicates },
      ];
    }),
  );
}

function batchTable(batch: readonly BatchPoint[]): ReportTable {
  const series = [...new Set(batch.map(({ engine, work }) => `${work}|${engine}`))];
  return {
    title: "Batches: Holzinger and Swineford's three factors, milliseconds by the number of problems",
    columns: [
      "problems",
      "engine",
      ...new Set(batch.map(({ count }) => count.toLocaleString("en"))),
      "exponent (95 %)",
      "theory",
    ],
    rows: series.map((key) => {
      const [work, engine] = key.split("|");
      const own = batch.filter((point) => point.work === work && point.engine === engine);
      const fitted = fitExponent(own.map(({ count, milliseconds }) => ({ x: count, y: milliseconds })));
      const cells: (string | number)[] = own.map(({ milliseconds }) => milliseconds);
      cells.unshift(work!, engine!);
      cells.push(show(fitted), "1");
      return cells;
    }),
    note: "After a first, smaller batch, so that threads run and kernels are compiled.",
  };
}
