import * as Plot from "@observablehq/plot";
import { renderSvg } from "../charts/svg.ts";
import { markdownTable } from "./study.ts";

export const INTERVALS = ["normal theory", "robust (sandwich)", "bootstrap (percentile)"] as const;

/** One quantity under one law of the errors. `coverage` and `width` are in the order of `INTERVALS`. */
export interface CoverageRow {
  readonly quantity: string;
  readonly law: string;
  readonly bias: number;
  readonly standardDeviation: number;
  readonly coverage: readonly number[];
  readonly width: readonly number[];
}

interface Design {
  readonly n: number;
  readonly replicates: number;
  readonly bootstraps: number;
  /** Between fit and formula. */
  readonly difference: number;
}

/** Findings and chart of study (e). */
export function reportCoverage(
  rows: readonly CoverageRow[],
  { n, replicates, bootstraps, difference }: Design,
): { report: string; chart: string } {
  const quantities = [...new Set(rows.map(({ quantity }) => quantity))];
  const of = (quantity: string): CoverageRow[] => rows.filter((row) => row.quantity === quantity);
  const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
  const header = ["errors", "bias", "sd"].concat(
    INTERVALS.map((name) => `coverage, ${name}`),
    INTERVALS.map((name) => `width, ${name}`),
  );
  const tables = quantities.map((quantity) => {
    const cells = of(quantity).map(({ law, bias, standardDeviation, coverage, width }) =>
      [law, bias.toFixed(4), standardDeviation.toFixed(4)].concat(
        coverage.map(percent),
        width.map((value) => value.toFixed(3)),
      ),
    );
    return `**The ${quantity}**\n\n${markdownTable(header, cells)}`;
  });
  const lowest = (quantity: string, interval: number): string =>
    percent(Math.min(...of(quantity).map(({ coverage }) => coverage[interval]!)));
  const bias = Math.max(...rows.map((row) => Math.abs(row.bias) / row.standardDeviation));
  const [effect, variance] = quantities as [string, string];
  const report = `
Front-door model X → M → Y with a latent common cause of X and Y, n = ${n}, ${replicates} samples for each law of the
errors (all sources, the latent too, scaled to unit variance), bootstrap with ${bootstraps} replicates. The model has no degrees
of freedom, so its maximum-likelihood estimates are functions of S; that fit and identifying formula agree was checked
(they differ by ${difference.toExponential(0)}). With ${replicates} samples a coverage is known to ±1.4 points.

${tables.join("\n\n")}

What to remember: the estimates are hardly harmed, biased by at most ${bias.toFixed(2)} of their standard deviation under any law,
since Σ is all they use. Intervals of a *variance* are another matter: normal theory covers it as rarely as
${lowest(variance, 0)} (robust ${lowest(variance, 1)}, bootstrap ${lowest(variance, 2)} at the worst law). What surprised us is the causal effect:
normal theory covers it at least ${lowest(effect, 0)} of the time under the same laws, and there the robust interval is the
*worse* one (down to ${lowest(effect, 1)}, bootstrap ${lowest(effect, 2)}). The error of a regression coefficient involves products of
*different* errors, whose variance is what normal theory says whenever errors are independent, whatever their tails;
the sandwich estimates that same variance from noisy fourth moments and comes out too small at this n. A robust
interval is no free insurance for causal effects in small samples, and a necessity for variances.`;
  return { report, chart: coverageChart(rows, quantities) };
}

function coverageChart(rows: readonly CoverageRow[], quantities: readonly string[]): string {
  const laws = [...new Set(rows.map(({ law }) => law))];
  const points = rows.flatMap(({ quantity, law, coverage }) =>
    INTERVALS.map((interval, at) => ({ quantity, law, interval, coverage: coverage[at]! })),
  );
  return renderSvg("Coverage of three 95 % intervals under eleven laws of the errors", {
    width: 980,
    height: 460,
    marginLeft: 90,
    marginRight: 40,
    marginTop: 50,
    x: { label: "coverage of the 95 % interval →", tickFormat: ".0%", ticks: 5, domain: [0.4, 1] },
    y: { label: null, domain: laws },
    fx: { label: null, domain: quantities },
    color: { scheme: "Tableau10", domain: [...INTERVALS] },
    symbol: { domain: [...INTERVALS] },
    marks: [
      Plot.rect([{ low: 0.936, high: 0.964 }], { x1: "low", x2: "high", fill: "#ececec" }),
      Plot.ruleX([0.95], { stroke: "#888" }),
      Plot.frame({ stroke: "#ddd" }),
      Plot.dot(points, {
        x: "coverage",
        y: "law",
        fx: "quantity",
        stroke: "interval",
        symbol: "interval",
        strokeWidth: 2,
        r: 5,
      }),
      Plot.text(
        INTERVALS.map((interval, at) => ({ interval, law: laws[2 + 2 * at]!, quantity: quantities[0]! })),
        { frameAnchor: "left", y: "law", fx: "quantity", text: "interval", fill: "interval", dx: 14 },
      ),
    ],
  });
}
