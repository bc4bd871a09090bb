import { expect, test } from "vitest";
import { Objective } from "../../src/engine/cpu/objective.ts";
import type { DiscrepancyName, Evaluation, Problem } from "../../src/engine/engine.ts";
import type { EvaluatorOptions } from "../../src/engine/gpu/design.ts";
import { type Model, observedIndices } from "../../src/model/model.ts";
import { chainModel, randomModel, randomMoments } from "../support/randomProblem.ts";
import { runInBrowser } from "./page/bridge.ts";

// The largest and the deepest graphs that the float64 oracle checks in reasonable time. Σ has condition numbers of 23, 63
// and 233. Float32 loses about that many times its spacing of 6e-8: the dense graph with 60 latents in place of 8 (440) is
// off by up to 2.6e-5, past the bar, by every method but the district form on unit variances.

const PAGE = "/test/gpu/page/engine.ts";

interface Shape {
  readonly model: Model;
  readonly theta: Float64Array;
}

const SHAPES: Readonly<Record<string, Shape>> = {
  "a chain of 200 layers": chainModel(200),
  "345 variables, sparse": randomModel({ p: 345, q: 120, edgeProbability: 0.01, freeCovariances: true }, 5),
  "345 variables, dense": randomModel({ p: 345, q: 8, edgeProbability: 0.25 }, 5),
};

const METHODS: readonly EvaluatorOptions[] = [
  { method: "covariance", dense: false },
  { method: "covariance", dense: true },
  { method: "accumulation" },
  { method: "district" },
];

const FOR_MAXIMUM_LIKELIHOOD = Object.keys(SHAPES).flatMap((shape) =>
  METHODS.map((options) => [shape, "maximumLikelihood", options] as const),
);

const FOR_OTHERS = (
  [
    "reverseKullbackLeibler",
    "bhattacharyya",
    "squaredHellinger",
    "generalizedLeastSquares",
    "unweightedLeastSquares",
  ] as const satisfies readonly DiscrepancyName[]
).flatMap((discrepancy) =>
  METHODS.slice(0, 3).map((options) => ["a chain of 200 layers", discrepancy, options] as const),
);

test.each([...FOR_MAXIMUM_LIKELIHOOD, ...FOR_OTHERS])(
  "%s, %s, %o: agrees with float64",
  async (shape, discrepancy, options) => {
    const { model, theta } = SHAPES[shape]!;
    const k = observedIndices(model.structures[0]!).length;
    const problem: Problem = { model, moments: [randomMoments(k, 10 * k, 6)], discrepancy };
    const rounded = theta.map(Math.fround);
    const expected = new Objective(problem).evaluate(rounded);
    const [actual] = await runInBrowser<Evaluation[]>(PAGE, "evaluate", problem, [rounded], options);
    expect(actual!.status).toBe("ok");
    const largest = expected.gradient.reduce((most, slope) => Math.max(most, Math.abs(slope)), 0);
    const worst = expected.gradient.reduce(
      (most, slope, j) => Math.max(most, Math.abs(actual!.gradient[j]! - slope) / largest),
      0,
    );
    // The bar of every float32 evaluation: 1e-5 relative. F is a difference of sums of order k, hence 1 + |F|.
    expect(Math.abs(actual!.value - expected.value) / (1 + Math.abs(expected.value))).toBeLessThan(1e-5);
    expect(worst).toBeLessThan(1e-5);
  },
);
