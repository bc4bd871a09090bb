import * as Plot from "@observablehq/plot";
import { Hessian } from "../../../src/engine/cpu/curvature/hessian.ts";
import { invertPositiveDefinite } from "../../../src/engine/cpu/linalg.ts";
import { Objective } from "../../../src/engine/cpu/objective.ts";
import type { Evaluation, Method } from "../../../src/engine/engine.ts";
import { estimate } from "../../../src/fit/estimate.ts";
import { scaleProblem } from "../../../src/fit/scale.ts";
import { startingValues } from "../../../src/fit/starts.ts";
import { renderSvg } from "../../charts/svg.ts";
import type { SuiteContext } from "../context.ts";
import { type IllConditioned, illConditionedProblem } from "../illConditioned.ts";
import type { SuiteReport } from "../report.ts";

/** The methods that the GPU engine has. */
const METHODS: readonly Method[] = ["covariance", "accumulation"];

interface Row {
  readonly condition: number;
  /** Correct decimal digits of F's gradient by method; `null` where float32 gave up. */
  readonly digits: Readonly<Record<string, number | null>>;
  /** Largest deviation of θ from the float64 optimum, in standard errors: where float32 stopped, and after polish. */
  readonly before: number | null;
  readonly after: number;
  readonly status: string;
}

/**
 * Float32 against float64 as S comes close to singular: digits of the gradient near the optimum by each method, and
 * how far from the optimum the GPU's iterations stop before and after the float64 polish.
 */
export async function accuracySuite({
  host,
  quick,
  log,
}: SuiteContext): Promise<Omit<SuiteReport, "seconds">> {
  const rows: Row[] = [];
  const exponents = quick ? [1, 4, 7] : [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];
  for (const exponent of exponents) {
    const row = await measure(host, illConditionedProblem(10 ** exponent));
    rows.push(row);
    log(`condition 1e${exponent}: ${JSON.stringify(row.digits)} ${row.status}`);
  }
  const lost = rows.find((row) => row.before === null || row.before > 1);
  return {
    suite: "accuracy",
    beaten: [],
    findings: [
      ...(lost
        ? [
            `From a condition number of ${lost.condition.toExponential(0)} on, float32 alone is not to be trusted: the float64 polish, or the CPU engine from the start, gives the answer.`,
          ]
        : []),
      `After the polish every fit is within ${Math.max(...rows.map(({ after }) => after)).toExponential(1)} standard errors of the float64 optimum.`,
    ],
    tables: [
      {
        title: "Float32 on the GPU against float64, by condition number of S",
        columns: [
          "condition of S",
          ...METHODS.map((method) => `digits, ${method}`),
          "θ before polish, s.e.",
          "θ after polish, s.e.",
          "GPU status",
        ],
        rows: rows.map((row) => [
          row.condition.toExponential(0),
          ...METHODS.map((method) => row.digits[method] ?? null),
          row.before,
          row.after,
          row.status,
        ]),
        note: "Digits: −log₁₀ of the largest error of ∂F/∂θ relative to its largest entry, one standard error away from the optimum. “–”: Σ was not positive definite in float32, or its sums not finite; the engine says so and the CPU takes over.",
      },
    ],
    charts: [digitsChart(rows)],
    raw: rows,
  };
}

async function measure(host: SuiteContext["host"], { problem, condition }: IllConditioned): Promise<Row> {
  const best = await estimate(problem);
  const { problem: scaled, units } = scaleProblem(problem);
  const optimum = best.theta.map((value, j) => value * units[j]!);
  const t = optimum.length;
  const information = new Hessian(scaled.model, scaled.moments).expected(optimum);
  const covariance = information && invertPositiveDefinite(information, t)?.inverse;
  const n = scaled.moments[0]!.n;
  const deviation = optimum.map((_, j) => (covariance ? Math.sqrt((2 / n) * covariance[j * t + j]!) : 1));
  const near = optimum.map((value, j) => value + (j % 2 === 0 ? 1 : -1) * deviation[j]!);
  const exact = new Objective(scaled, "covariance").evaluate(near);
  const evaluations = await host.call<(Evaluation | { obstacle: string })[]>(
    "/harness/bench/page/evaluate.ts",
    "evaluateByMethods",
    scaled,
    near,
    METHODS,
  );
  const digits = Object.fromEntries(
    METHODS.map((method, i) => [method, correctDigits(exact, evaluations[i]!)]),
  );
  const distance = (theta: Float64Array): number =>
    theta.reduce((most, value, j) => Math.max(most, Math.abs(value - optimum[j]!) / deviation[j]!), 0);
  const reached = await host.call<{ theta: Float64Array; status: string }>(
    "/harness/bench/page/evaluate.ts",
    "minimiseOnGpu",
    scaled,
    startingValues(scaled),
  );
  const gaveUp = reached.status === "notPositiveDefinite" || reached.status === "notFinite";
  const polished = await estimate(problem, { start: reached.theta.map((value, j) => value / units[j]!) });
  return {
    condition,
    digits,
    before: gaveUp ? null : distance(reached.theta),
    after: distance(polished.theta.map((value, j) => value * units[j]!)),
    status: reached.status,
  };
}

function correctDigits(exact: Evaluation, found: Evaluation | { obstacle: string }): number | null {
  if ("obstacle" in found || found.status !== "ok") return null;
  const largest = exact.gradient.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const error = exact.gradient.reduce(
    (most, value, j) => Math.max(most, Math.abs(value - found.gradient[j]!)),
    0,
  );
  return -Math.log10(Math.max(error / largest, 1e-16));
}

function digitsChart(rows: readonly Row[]) {
  const title = "Correct digits of the float32 gradient, by condition number of S";
  const points = rows.flatMap(({ condition, digits }) =>
    Object.entries(digits).flatMap(([method, value]) =>
      value === null ? [] : [{ condition, method, digits: value }],
    ),
  );
  const svg = renderSvg(title, {
    marginRight: 110,
    x: { type: "log", label: "condition number of S →" },
    y: { label: "↑ correct decimal digits", domain: [-1, 8], grid: true },
    color: { legend: false, domain: [...METHODS], range: ["#3b6ea5", "#c2571a"] },
    marks: [
      Plot.ruleY([0]),
      Plot.line(points, { x: "condition", y: "digits", stroke: "method", marker: true }),
      Plot.text(
        points,
        Plot.selectLast({
          x: "condition",
          y: "digits",
          z: "method",
          text: "method",
          fill: "method",
          textAnchor: "start",
          dx: 8,
        }),
      ),
    ],
  });
  return { name: "accuracy-digits", title, svg };
}
