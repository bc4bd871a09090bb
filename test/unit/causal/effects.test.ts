import { describe, expect, it } from "vitest";
import { readEdgeList } from "../../../src/causal/graph/edgeList.ts";
import { graphToModel } from "../../../src/causal/graph/toModel.ts";
import { counterfactual } from "../../../src/causal/effects/counterfactual.ts";
import { bootstrapInterval, deltaInterval } from "../../../src/causal/effects/intervals.ts";
import { intervene } from "../../../src/causal/effects/intervene.ts";
import { pathEffect, type EffectQuery } from "../../../src/causal/effects/pathEffects.ts";
import { estimateByFormula } from "../../../src/causal/identifiability/estimateByFormula.ts";
import { normal, randomFrom } from "../../../src/causal/identifiability/random.ts";
import { implied, observedMoments, toDense, type WeightedModel } from "../../../src/causal/weighted.ts";
import { randomWeighted } from "./randomWeighted.ts";

/** Mediation with a confounder: Z → X → M → Y, X → Y, Z → Y. */
function mediation(): { weighted: WeightedModel; weight: Record<string, number> } {
  const model = graphToModel(readEdgeList("Z -> X -> M -> Y; X -> Y; Z -> Y"));
  const weight: Record<string, number> = { "X~Z": 0.7, "M~X": -0.5, "Y~M": 0.8, "Y~X": 0.3, "Y~Z": 1.1 };
  const theta = Float64Array.from(model.parameters, ({ name }) => weight[name] ?? 1);
  return { weighted: { structure: model.structures[0]!, theta }, weight };
}

describe("pathEffect", () => {
  const { weighted } = mediation();
  it.each<[EffectQuery, number]>([
    [{ from: "X", to: "Y", kind: "direct" }, 0.3],
    [{ from: "X", to: "Y", kind: "indirect" }, -0.4],
    [{ from: "X", to: "Y", kind: "total" }, -0.1],
    [{ from: "Z", to: "Y", kind: "total" }, 1.1 + 0.7 * -0.1],
    [{ from: "Z", to: "Y", kind: "specific", through: ["M"] }, 0.7 * -0.5 * 0.8],
    [{ from: "Z", to: "Y", kind: "specific", through: ["M", "X"] }, 0.7 * -0.5 * 0.8],
    [{ from: "Z", to: "Y", kind: "specific", through: ["X"], avoiding: ["M"] }, 0.7 * 0.3],
    [{ from: "Z", to: "Y", kind: "specific", avoiding: ["X"] }, 1.1],
    [{ from: "M", to: "Y", kind: "specific", through: ["Z"] }, 0],
  ])("%j", (query, value) => {
    // Products and sums of a handful of numbers near 1.
    expect(pathEffect(weighted, query).estimate).toBeCloseTo(value, 14);
  });

  it("has the gradient of central differences", () => {
    const random = randomFrom(3);
    const h = 1e-5;
    for (let repeat = 0; repeat < 20; repeat++) {
      const { structure, theta } = randomWeighted(random, 6, 2);
      const names = structure.variables.map(({ name }) => name);
      const queries: EffectQuery[] = [
        { from: names[0]!, to: names[5]!, kind: "total" },
        { from: names[0]!, to: names[4]!, kind: "indirect" },
        { from: names[1]!, to: names[5]!, kind: "specific", through: [names[3]!], avoiding: [names[4]!] },
      ];
      for (const query of queries) {
        const { gradient } = pathEffect({ structure, theta }, query);
        theta.forEach((value, parameter) => {
          const shifted = (step: number): number =>
            pathEffect({ structure, theta: theta.with(parameter, value + step) }, query).estimate;
          // Effects are multilinear in the coefficients, so only rounding remains: 1e-16 · |τ| / h, |τ| below 100.
          expect(Math.abs(gradient[parameter]! - (shifted(h) - shifted(-h)) / (2 * h))).toBeLessThan(1e-8);
        });
      }
    }
  });
});

describe("intervals", () => {
  const { weighted } = mediation();
  const m = weighted.theta.length;
  const query = { from: "X", to: "Y", kind: "indirect" } as const;

  it("delta method: Sobel's standard error of a product", () => {
    const names = graphToModel(readEdgeList("Z -> X -> M -> Y; X -> Y; Z -> Y")).parameters;
    const [a, b] = ["M~X", "Y~M"].map((name) => names.findIndex((parameter) => parameter.name === name));
    const covariance = new Float64Array(m * m);
    covariance[a! * m + a!] = 0.04;
    covariance[b! * m + b!] = 0.09;
    const { standardError, ciLower, ciUpper, estimate } = deltaInterval(weighted, query, covariance);
    const sobel = Math.sqrt(0.8 ** 2 * 0.04 + 0.5 ** 2 * 0.09);
    expect(standardError).toBeCloseTo(sobel, 14);
    // 1.959963984540054 is the normal 97.5 % quantile.
    expect(ciUpper - estimate).toBeCloseTo(1.959963984540054 * sobel, 12);
    expect(estimate - ciLower).toBeCloseTo(1.959963984540054 * sobel, 12);
  });

  it("bootstrap: quantiles of type 7", () => {
    const replicates = Array.from({ length: 5 }, (_, index) =>
      weighted.theta.map((value) => value * (index + 1)),
    );
    const { ciLower, ciUpper } = bootstrapInterval(weighted, query, replicates, 0.5);
    // Products of two coefficients: −0.4 · {1, 4, 9, 16, 25}; quartiles are the second and fourth.
    expect(ciLower).toBeCloseTo(-0.4 * 16, 12);
    expect(ciUpper).toBeCloseTo(-0.4 * 4, 12);
  });

  it("refuses a covariance matrix of another size and levels outside (0, 1)", () => {
    expect(() => deltaInterval(weighted, query, new Float64Array(4))).toThrow("covariance matrix");
    expect(() => bootstrapInterval(weighted, query, [weighted.theta, weighted.theta], 95)).toThrow("level");
  });
});

describe("intervene", () => {
  const { weighted } = mediation();

  it("do(X = 2) sets X, moves its effects by the total effect, and removes its causes", () => {
    const { names, mean, covariance } = observedMoments(intervene(weighted, [{ variable: "X", mean: 2 }]));
    const at = (name: string): number => names.indexOf(name);
    expect(mean[at("X")]).toBe(2);
    expect(mean[at("Y")]).toBeCloseTo(2 * -0.1, 14);
    expect(mean[at("Z")]).toBe(0);
    expect(covariance[at("X") * 4 + at("X")]).toBe(0);
    // Var Y = Y's error + M's error · 0.8² + Z · 1.1², all unit variances.
    expect(covariance[at("Y") * 4 + at("Y")]).toBeCloseTo(1 + 0.64 + 1.21, 14);
  });

  it("do(X ~ N(1, 4)) adds an independent source", () => {
    const after = intervene(weighted, [{ variable: "X", mean: 1, variance: 4 }]);
    const { names, covariance } = observedMoments(after);
    const at = (name: string): number => names.indexOf(name);
    expect(covariance[at("X") * 4 + at("X")]).toBe(4);
    expect(covariance[at("X") * 4 + at("Z")]).toBe(0);
    expect(covariance[at("X") * 4 + at("Y")]).toBeCloseTo(4 * -0.1, 14);
  });

  it("refuses nonsense", () => {
    expect(() => intervene(weighted, [{ variable: "Q", mean: 0 }])).toThrow("no variable Q");
    expect(() => intervene(weighted, [{ variable: "X", mean: NaN }])).toThrow("mean NaN");
    expect(() => intervene(weighted, [{ variable: "X", mean: 0, variance: -1 }])).toThrow("variance -1");
    const twice = [
      { variable: "X", mean: 0 },
      { variable: "X", mean: 1 },
    ];
    expect(() => intervene(weighted, twice)).toThrow("set twice");
  });
});

describe("counterfactual", () => {
  it("changes nothing without an intervention, and knows everything about a fully observed unit", () => {
    const { weighted } = mediation();
    const unit = { Z: 0.4, X: -1, M: 0.2, Y: 3 };
    const { names, mean, covariance } = counterfactual(weighted, unit, []);
    names.forEach((name, index) => {
      expect(mean[index]).toBeCloseTo(unit[name as keyof typeof unit], 12);
    });
    // All errors of an AMASEM without shared latents are known once all variables are.
    expect(Math.max(...covariance.map(Math.abs))).toBeLessThan(1e-13);
  });

  it("moves a known unit by the total effect of the change", () => {
    const { weighted } = mediation();
    const unit = { Z: 0.4, X: -1, M: 0.2, Y: 3 };
    const { names, mean } = counterfactual(weighted, unit, [{ variable: "X", mean: 1 }]);
    expect(mean[names.indexOf("Y")]).toBeCloseTo(3 + 2 * -0.1, 12);
    expect(mean[names.indexOf("M")]).toBeCloseTo(0.2 + 2 * -0.5, 12);
    expect(mean[names.indexOf("Z")]).toBeCloseTo(0.4, 12);
  });

  it("agrees with simulation by conditioning on nearby units", () => {
    // Partial data under confounding: mean of Y had X been 1, given X = 0.5 only.
    const model = graphToModel(readEdgeList("X -> Y; X <-> Y"));
    const weight: Record<string, number> = { "Y~X": 0.6, "U(X,Y)=~X": 0.8, "U(X,Y)=~Y": -0.9 };
    const theta = Float64Array.from(model.parameters, ({ name }) => weight[name] ?? 0.6);
    const weighted = { structure: model.structures[0]!, theta };
    const { names, mean, covariance } = counterfactual(weighted, { X: 0.5 }, [{ variable: "X", mean: 1 }]);
    // By hand: Var X = 1; E[U | X] = 0.8 · 0.5, so E[Y_{X=1} | X = 0.5] = 0.6 − 0.9 · 0.4; Var = 0.81 · 0.36 + 0.36.
    expect(mean[names.indexOf("Y")]).toBeCloseTo(0.6 - 0.9 * 0.4, 14);
    const at = names.indexOf("Y");
    expect(covariance[at * 2 + at]).toBeCloseTo(0.81 * 0.36 + 0.36, 14);
  });
});

describe("estimateByFormula", () => {
  it("recovers the front-door effect from a sample within its error", () => {
    const model = graphToModel(readEdgeList("X -> M -> Y; X <-> Y"));
    const weight: Record<string, number> = { "M~X": 0.8, "Y~M": -0.5 };
    const theta = Float64Array.from(model.parameters, ({ name }) => weight[name] ?? 0.9);
    const weighted = { structure: model.structures[0]!, theta };
    const n = 20_000;
    const { names, covariance } = sample(weighted, n);
    const [total] = estimateByFormula(model, "X -> Y", { names, n, covariance, mean: undefined });
    expect(total!.kind).toBe("total");
    // Standard error about 1/√n = 0.007; four of them.
    expect(Math.abs(total!.estimate - 0.8 * -0.5)).toBeLessThan(0.03);
  });

  it("says so where there is no formula", () => {
    const model = graphToModel(readEdgeList("X -> Y; X <-> Y"));
    const covariance = Float64Array.of(1, 0.5, 0.5, 1);
    const moments = { names: ["X", "Y"], n: 10, covariance, mean: undefined };
    expect(() => estimateByFormula(model, "X -> Y", moments)).toThrow("No formula");
  });
});

/** Sample covariance of n units drawn from a weighted AMASEM. */
function sample(weighted: WeightedModel, n: number): { names: string[]; covariance: Float64Array } {
  const random = randomFrom(17);
  const { sourceEffects } = implied(weighted);
  const { sources, variables } = toDense(weighted);
  const p = variables.length;
  const covariance = new Float64Array(p * p);
  for (let unit = 0; unit < n; unit++) {
    const noise = sources.map(() => normal(random));
    const x = variables.map((_, c) =>
      noise.reduce((sum, value, l) => sum + value * sourceEffects[l * p + c]!, 0),
    );
    for (let i = 0; i < p; i++) for (let j = 0; j < p; j++) covariance[i * p + j]! += (x[i]! * x[j]!) / n;
  }
  return { names: variables.map(({ name }) => name), covariance };
}
