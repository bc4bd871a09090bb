import * as Plot from "@observablehq/plot";
import { Hessian } from "../../../src/engine/cpu/curvature/hessian.ts";
import { cholesky, invertPositiveDefinite } from "../../../src/engine/cpu/linalg.ts";
import { Objective } from "../../../src/engine/cpu/objective.ts";
import type { Evaluation, Method } from "../../../src/engine/engine.ts";
import { estimate } from "../../../src/fit/estimate.ts";
import { scaleProblem } from "../../../src/fit/scale.ts";
import { startingValues } from "../../../src/fit/starts.ts";
import { renderSvg } from "../../charts/svg.ts";
import type { SuiteContext } from "../context.ts";
import { type IllConditioned, illConditionedProblem, type Illness } from "../illConditioned.ts";
import type { GpuEstimate } from "../page/evaluate.ts";
import type { ReportTable, SuiteReport } from "../report.ts";

const METHODS: readonly Method[] = ["covariance", "accumulation", "district"];
const ILLNESSES: readonly Illness[] = ["vanishing errors", "near-Heywood", "near-collinear"];

const PAGE = "/harness/bench/page/evaluate.ts";

interface Row {
  readonly illness: Illness;
  readonly condition: number;
  readonly severity: number;
  /** Correct decimal digits of F's gradient by method; `null` where float32 gave up. */
  readonly digits: Readonly<Record<string, number | null>>;
  /** Largest deviation of θ from the float64 optimum, in standard errors: where float32 stopped, and after polish. */
  readonly before: number | null;
  readonly after: number;
  readonly converged: boolean;
  /** Whether the float64 engine converged, from its own start. */
  readonly cpuConverged: boolean;
  readonly status: string;
  readonly polishIterations: number;
}

/**
 * Float32 against float64 as S comes close to singular, in three ways: digits of the gradient near the optimum by each
 * method, and how far from the optimum the GPU's iterations stop before and after the float64 polish.
 */
export async function accuracySuite({
  host,
  quick,
  log,
}: SuiteContext): Promise<Omit<SuiteReport, "seconds">> {
  const rows: Row[] = [];
  const exponents = quick ? [1, 4, 7, 10] : [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];
  for (const illness of ILLNESSES) {
    for (const exponent of exponents) {
      const row = await measure(host, illConditionedProblem(illness, 10 ** exponent));
      rows.push(row);
      log(`${illness} ${row.severity.toExponential(1)}: ${JSON.stringify(row.digits)} ${row.status}`);
    }
  }
  return {
    suite: "accuracy",
    beaten: [],
    ...conclusions(rows),
    tables: ILLNESSES.map((illness) => table(illness, rows)),
    charts: [digitsChart(rows), distanceChart(rows)],
    raw: rows,
  };
}

/** Where float32 gives up, and what becomes of its results. */
function conclusions(rows: readonly Row[]): Pick<SuiteReport, "headline" | "findings"> {
  const converged = rows.filter((row) => row.converged);
  const worst = Math.max(...converged.map(({ after }) => after));
  const lost = rows.filter((row) => row.before === null || row.before > 1);
  const from = Math.min(...lost.map(({ severity }) => severity));
  const failed = rows.filter((row) => !row.converged);
  const saved = failed.filter((row) => row.cpuConverged);
  const silent = rows.filter(({ digits }) => METHODS.every((method) => digits[method] === null));
  const best = METHODS.map((method) => {
    const kept = rows.flatMap(({ digits }) => digits[method] ?? []);
    return `${method} ${(kept.reduce((sum, value) => sum + value, 0) / kept.length).toFixed(1)} (${kept.length} of ${rows.length})`;
  });
  const headline = `From a condition number of ${roughly(from)} on, float32 alone can stop more than a standard error from the optimum; after the float64 polish all ${converged.length} fits that converged are within ${worst.toExponential(0)} standard errors of it.`;
  return {
    headline:
      lost.length > 0 ? headline : "Float32 alone stays within a standard error at every condition number.",
    findings: [
      ...(lost.length > 0 ? [headline] : []),
      `Digits of the float32 gradient on average over what each method could evaluate: ${best.join(", ")}.`,
      silent.length > 0
        ? `From ${roughly(Math.min(...silent.map(({ severity }) => severity)))} on there are models that no method evaluates in float32: the engine says so, and what float32 leaves is finished in float64.`
        : "Some method evaluates every model in float32.",
      ...(failed.length > 0
        ? [
            `${failed.length} of ${rows.length} fits that began in float32 did not converge and say so, the mildest at ${roughly(Math.min(...failed.map(({ severity }) => severity)))}; of these \`--backend cpu\` converges in ${saved.length}${saved.length < failed.length ? ": in the others float64 does not reach its criterion either, and says so too" : ""}.`,
          ]
        : []),
    ],
  };
}

function table(illness: Illness, rows: readonly Row[]): ReportTable {
  return {
    title: `Float32 on the GPU against float64, ${illness}`,
    columns: [
      illness === "near-Heywood" ? "1 / error variance" : "condition of S",
      ...METHODS.map((method) => `digits, ${method}`),
      "θ before polish, s.e.",
      "float32 ended",
      "θ after polish, s.e.",
      "polish iterations",
      "converged",
      "float64 alone",
    ],
    rows: rows.filter((row) => row.illness === illness).map(cells),
    note: "Digits: −log₁₀ of the largest error of ∂F/∂θ relative to its largest entry, one standard error away from the optimum, in the metric of the estimates’ covariance matrix. “–”: Σ was not positive definite in float32, or its sums not finite; the engine says so, and float64 goes on from where float32 stopped.",
  };
}

/** One digit: 900, or 9e+7 where there would be too many zeros. */
function roughly(value: number): string {
  return value < 1e5 ? Number(value.toPrecision(1)).toLocaleString("en") : value.toExponential(0);
}

function cells(row: Row): (string | number | null)[] {
  return [
    roughly(row.severity),
    ...METHODS.map((method) => row.digits[method] ?? null),
    row.before,
    row.status,
    row.after,
    row.polishIterations,
    row.converged ? "yes" : "no",
    row.cpuConverged ? "yes" : "no",
  ];
}

async function measure(
  host: SuiteContext["host"],
  { illness, problem, condition, severity }: IllConditioned,
): Promise<Row> {
  const best = await estimate(problem);
  const { problem: scaled, units } = scaleProblem(problem);
  const optimum = best.theta.map((value, j) => value * units[j]!);
  const t = optimum.length;
  const information = new Hessian(scaled.model, scaled.moments).expected(optimum);
  const covariance = information && invertPositiveDefinite(information, t)?.inverse;
  const n = scaled.moments[0]!.n;
  const deviation = optimum.map((_, j) => (covariance ? Math.sqrt((2 / n) * covariance[j * t + j]!) : 1));
  const near = covariance ? standardErrorAway(optimum, covariance, n) : optimum;
  const exact = new Objective(scaled, "covariance").evaluate(near);
  const evaluations = await host.call<(Evaluation | { obstacle: string })[]>(
    PAGE,
    "evaluateByMethods",
    scaled,
    near,
    METHODS,
  );
  const distance = (theta: Float64Array): number =>
    theta.reduce((most, value, j) => Math.max(most, Math.abs(value - optimum[j]!) / deviation[j]!), 0);
  const reached = await host.call<{ theta: Float64Array; status: string }>(
    PAGE,
    "minimiseOnGpu",
    scaled,
    startingValues(scaled),
  );
  const gaveUp = reached.status === "notPositiveDefinite" || reached.status === "notFinite";
  const whole = await host.call<GpuEstimate>(PAGE, "estimateOnGpu", problem);
  return {
    illness,
    condition,
    severity,
    digits: Object.fromEntries(METHODS.map((method, i) => [method, correctDigits(exact, evaluations[i]!)])),
    before: gaveUp ? null : distance(reached.theta),
    after: distance(whole.theta.map((value, j) => value * units[j]!)),
    converged: whole.converged,
    cpuConverged: best.converged,
    status: reached.status,
    polishIterations: whole.iterations.polish,
  };
}

/**
 * A point at distance one from θ in the metric of V, the covariance matrix of the estimates: θ + L u with V = L Lᵀ and
 * |u| = 1. Steps of a standard error in each parameter would leave the cone where estimates are highly correlated.
 */
function standardErrorAway(theta: Float64Array, inverseInformation: Float64Array, n: number): Float64Array {
  const t = theta.length;
  const factor = new Float64Array(t * t);
  cholesky(inverseInformation, t, factor);
  const scale = Math.sqrt(2 / n / t);
  return theta.map((value, j) => {
    let step = 0;
    for (let i = 0; i <= j; i++) step += (i % 2 === 0 ? scale : -scale) * factor[j * t + i]!;
    return value + step;
  });
}

function correctDigits(exact: Evaluation, found: Evaluation | { obstacle: string }): number | null {
  if ("obstacle" in found || found.status !== "ok" || exact.status !== "ok") return null;
  const largest = exact.gradient.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const error = exact.gradient.reduce(
    (most, value, j) => Math.max(most, Math.abs(value - found.gradient[j]!)),
    0,
  );
  return -Math.log10(Math.max(error / largest, 1e-16));
}

const AXIS = {
  type: "log",
  label: "condition number of S (near-Heywood: 1 / error variance) →",
  ticks: 5,
} as const;

function digitsChart(rows: readonly Row[]) {
  const title = "Correct digits of the float32 gradient, by condition number of S";
  const points = rows.flatMap(({ illness, severity, digits }) =>
    Object.entries(digits).flatMap(([method, value]) =>
      value === null ? [] : [{ illness, severity, method, digits: Math.max(0, value) }],
    ),
  );
  const svg = renderSvg(title, {
    marginTop: 40,
    x: AXIS,
    y: { label: "↑ correct decimal digits", domain: [0, 8], grid: true },
    fx: { label: null, domain: ILLNESSES, padding: 0.12 },
    color: { domain: [...METHODS], range: ["#3b6ea5", "#c2571a", "#3a7d44"] },
    marks: [
      Plot.ruleY([0]),
      Plot.line(points, { fx: "illness", x: "severity", y: "digits", stroke: "method", marker: true }),
      // One panel names the lines, where they lie apart from the axis.
      Plot.text(
        METHODS.map((method, i) => ({ method, illness: ILLNESSES[2]!, y: 7.8 - 0.45 * i })),
        { fx: "illness", frameAnchor: "right", y: "y", text: "method", fill: "method", textAnchor: "end" },
      ),
    ],
  });
  return { name: "accuracy-digits", title, svg };
}

function distanceChart(rows: readonly Row[]) {
  const title = "Distance from the float64 optimum, before and after the float64 polish";
  const floor = 1e-12;
  const points = rows.flatMap(({ illness, severity, before, after, converged }) => [
    ...(before === null ? [] : [{ illness, severity, when: "float32", distance: Math.max(floor, before) }]),
    ...(converged ? [{ illness, severity, when: "polished", distance: Math.max(floor, after) }] : []),
  ]);
  const svg = renderSvg(title, {
    marginTop: 40,
    x: AXIS,
    y: {
      type: "log",
      label: "↑ standard errors",
      grid: true,
      tickFormat: (value: number) => value.toExponential(0),
    },
    fx: { label: null, domain: ILLNESSES, padding: 0.12 },
    color: { domain: ["float32", "polished"], range: ["#c2571a", "#3b6ea5"] },
    marks: [
      Plot.ruleY([1], { strokeDasharray: "3,3" }),
      Plot.line(points, { fx: "illness", x: "severity", y: "distance", stroke: "when", marker: true }),
      Plot.text(
        points.filter(({ illness }) => illness === ILLNESSES[0]),
        Plot.selectMinX({
          fx: "illness",
          x: "severity",
          y: "distance",
          z: "when",
          text: "when",
          fill: "when",
          textAnchor: "start",
          dy: -14,
        }),
      ),
    ],
  });
  return { name: "accuracy-distance", title, svg };
}
