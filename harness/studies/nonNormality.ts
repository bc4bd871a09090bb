import { pathEffect } from "../../src/causal/effects/pathEffects.ts";
import { readEdgeList } from "../../src/causal/graph/edgeList.ts";
import { graphToModel } from "../../src/causal/graph/toModel.ts";
import { estimateByFormula } from "../../src/causal/identifiability/estimateByFormula.ts";
import { normal, randomFrom, type Random } from "../../src/causal/identifiability/random.ts";
import { observedMoments, type WeightedModel } from "../../src/causal/weighted.ts";
import { estimate } from "../../src/fit/estimate.ts";
import { normalQuantile } from "../../src/statistics/distributions.ts";
import { frontDoorEffect, mediatorErrorVariance, momentGradient } from "./frontDoor.ts";
import { type CoverageRow, INTERVALS, reportCoverage } from "./nonNormalityReport.ts";
import { drawCases, momentsOf, type ErrorLaw } from "./simulate.ts";
import { mean, quantile, type Study } from "./study.ts";

const SEED = 3100;
const N = 200;
const REPLICATES = 1000;
const BOOTSTRAPS = 299;
const GRAPH = "X -> M -> Y; X <-> Y";
const WEIGHTS: Readonly<Record<string, number>> = {
  "M~X": 0.7,
  "Y~M": 0.5,
  "U(X,Y)=~X": 0.6,
  "U(X,Y)=~Y": 0.8,
};

/** What is estimated, as a function of S (order X, M, Y). */
const QUANTITIES: Readonly<Record<string, (s: Float64Array) => number>> = {
  "effect of X on Y": frontDoorEffect,
  "error variance of M": mediatorErrorVariance,
};

/** Student's t with ν degrees of freedom, scaled to unit variance (for ν ≤ 4 its kurtosis is infinite). */
function student(degrees: number): ErrorLaw {
  return (random) => {
    let squares = 0;
    for (let i = 0; i < degrees; i++) squares += normal(random) ** 2;
    return normal(random) * Math.sqrt((degrees - 2) / squares);
  };
}

/** χ² with ν degrees of freedom, centred and scaled: skewness √(8/ν), excess kurtosis 12/ν. */
function chiSquared(degrees: number): ErrorLaw {
  return (random) => {
    let sum = 0;
    for (let i = 0; i < degrees; i++) sum += normal(random) ** 2;
    return (sum - degrees) / Math.sqrt(2 * degrees);
  };
}

const LAWS: Readonly<Record<string, ErrorLaw>> = {
  "t, 3 df": student(3),
  "t, 4 df": student(4),
  "t, 5 df": student(5),
  "t, 8 df": student(8),
  "t, 15 df": student(15),
  "t, 30 df": student(30),
  "t, 100 df": student(100),
  normal,
  "χ², 8 df": chiSquared(8),
  "χ², 2 df": chiSquared(2),
  "χ², 1 df": chiSquared(1),
};

/** Study (e): the front-door model when the errors are not normal: bias, and coverage of three intervals. */
export const nonNormality: Study = {
  name: "non-normality",
  title: "(e) Departure from normality: bias and coverage",
  seed: SEED,
  async run() {
    const model = graphToModel(readEdgeList(GRAPH));
    const theta = Float64Array.from(model.parameters, ({ name }) => WEIGHTS[name] ?? 0.8);
    const truth: WeightedModel = { structure: model.structures[0]!, theta };
    const random = randomFrom(SEED);
    const difference = await fitAgreement(truth, random);
    const rows = Object.entries(LAWS).flatMap(([law, draw]) => simulate(law, draw, truth, random));
    const { report, chart } = reportCoverage(rows, {
      n: N,
      replicates: REPLICATES,
      bootstraps: BOOTSTRAPS,
      difference,
    });
    const data = { n: N, replicates: REPLICATES, bootstraps: BOOTSTRAPS, rows };
    return { data, report, charts: { coverage: chart } };
  },
};

/** The model has no degrees of freedom, so its maximum-likelihood estimate is the formula: the largest difference. */
async function fitAgreement(truth: WeightedModel, random: Random): Promise<number> {
  const model = graphToModel(readEdgeList(GRAPH));
  const names = truth.structure.variables.map(({ name }) => name);
  const moments = momentsOf(names, drawCases(truth, N, random));
  const { theta } = await estimate({ model, moments: [moments], discrepancy: "maximumLikelihood" });
  const fitted = pathEffect({ structure: truth.structure, theta }, { from: "X", to: "Y", kind: "total" });
  const [formula] = estimateByFormula(model, "X -> Y", moments);
  const closed = frontDoorEffect(moments.covariance);
  return Math.max(Math.abs(fitted.estimate - closed), Math.abs(formula!.estimate - closed));
}

function simulate(law: string, draw: ErrorLaw, truth: WeightedModel, random: Random): CoverageRow[] {
  const { names, covariance: sigma } = observedMoments(truth);
  const quantities = Object.entries(QUANTITIES).map(([quantity, value]) => ({
    quantity,
    value,
    target: value(sigma),
    estimates: [] as number[],
    covered: INTERVALS.map(() => 0),
    widths: INTERVALS.map(() => 0),
  }));
  for (let replicate = 0; replicate < REPLICATES; replicate++) {
    const columns = drawCases(truth, N, random, draw);
    const { covariance } = momentsOf(names, columns);
    const resamples = bootstrapped(columns, random);
    for (const { value, target, estimates, covered, widths } of quantities) {
      estimates.push(value(covariance));
      intervalsOf(value, columns, covariance, resamples).forEach(([low, high], at) => {
        if (low <= target && target <= high) covered[at]!++;
        widths[at]! += (high - low) / REPLICATES;
      });
    }
  }
  return quantities.map(({ quantity, target, estimates, covered, widths }) => {
    const average = mean(estimates);
    return {
      quantity,
      law,
      bias: average - target,
      standardDeviation: Math.sqrt(mean(estimates.map((value) => (value - average) ** 2))),
      coverage: covered.map((count) => count / REPLICATES),
      width: widths,
    };
  });
}

/** 95 % intervals: g the derivative of the quantity by S, Var = gᵀΓg/n with Γ of normal theory or of the cases. */
function intervalsOf(
  value: (s: Float64Array) => number,
  columns: readonly Float64Array[],
  covariance: Float64Array,
  resamples: readonly Float64Array[],
): [number, number][] {
  const g = momentGradient(value, covariance);
  const found = value(covariance);
  const around = (variance: number): [number, number] => {
    const margin = normalQuantile(0.975) * Math.sqrt(variance / N);
    return [found - margin, found + margin];
  };
  const replicates = Float64Array.from(resamples, value);
  return [
    around(theoryVariance(g, covariance)),
    around(empiricalVariance(g, columns, covariance)),
    [quantile(replicates, 0.025), quantile(replicates, 0.975)],
  ];
}

/** gᵀΓg with Γ_{ab,cd} = σ_ac σ_bd + σ_ad σ_bc. */
function theoryVariance(g: Float64Array, s: Float64Array): number {
  const k = Math.sqrt(s.length);
  let variance = 0;
  for (let i = 0; i < k * k; i++) {
    for (let j = 0; j < k * k; j++) {
      const [a, b, c, d] = [Math.floor(i / k), i % k, Math.floor(j / k), j % k];
      variance += g[i]! * g[j]! * (s[a * k + c]! * s[b * k + d]! + s[a * k + d]! * s[b * k + c]!);
    }
  }
  return variance;
}

/** Mean square of the cases' influences gᵀ vec(xxᵀ − S). */
function empiricalVariance(g: Float64Array, columns: readonly Float64Array[], s: Float64Array): number {
  const k = columns.length;
  const means = columns.map((column) => mean(column));
  const expected = g.reduce((sum, weight, i) => sum + weight * s[i]!, 0);
  let squares = 0;
  for (let unit = 0; unit < N; unit++) {
    let influence = -expected;
    for (let i = 0; i < k * k; i++) {
      const [a, b] = [Math.floor(i / k), i % k];
      influence += g[i]! * (columns[a]![unit]! - means[a]!) * (columns[b]![unit]! - means[b]!);
    }
    squares += influence * influence;
  }
  return squares / N;
}

/** Covariances of case-bootstrap samples. */
function bootstrapped(columns: readonly Float64Array[], random: Random): Float64Array[] {
  const counts = new Uint16Array(N);
  return Array.from({ length: BOOTSTRAPS }, () => {
    counts.fill(0);
    for (let draw = 0; draw < N; draw++) counts[Math.floor(random() * N)]!++;
    return momentsOf([], columns, counts).covariance;
  });
}
