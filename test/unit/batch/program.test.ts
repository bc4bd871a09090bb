import { expect, test } from "vitest";
import {
  candidates,
  evaluateProgram,
  traceForm,
  traceProgram,
} from "../../../src/engine/batch/program/program.ts";
import { layoutSample, packSample } from "../../../src/engine/batch/program/sampleLayout.ts";
import { Objective } from "../../../src/engine/cpu/objective.ts";
import { invertPositiveDefinite } from "../../../src/engine/cpu/linalg.ts";
import type { Problem } from "../../../src/engine/engine.ts";
import { observedNames } from "../../../src/model/model.ts";
import {
  generator,
  randomModel,
  type RandomModelOptions,
  randomMoments,
} from "../../support/randomProblem.ts";

function randomProblem(options: RandomModelOptions, seed: number): { problem: Problem; theta: Float64Array } {
  const { model, theta } = randomModel(options, seed);
  const moments = model.structures.map((structure, g) =>
    randomMoments(observedNames(structure), 50 + 30 * g, seed + g),
  );
  return { problem: { model, moments, discrepancy: "maximumLikelihood" }, theta };
}

function shares({ moments }: Problem): number[] {
  const total = moments.reduce((sum, { n }) => sum + n, 0);
  return moments.map(({ n }) => n / total);
}

/** Σ_g (n_g / N)(ln|S_g| + k_g): what a program's value leaves out. */
function constantPart(problem: Problem): number {
  return problem.moments.reduce((sum, { covariance, names }, g) => {
    const { logDeterminant } = invertPositiveDefinite(covariance, names.length)!;
    return sum + shares(problem)[g]! * (logDeterminant + names.length);
  }, 0);
}

const CASES: [string, RandomModelOptions][] = [
  ["every variable observed, districts", { p: 8, q: 2, edgeProbability: 0.2 }],
  ["unobserved endogenous variables", { p: 9, q: 3, edgeProbability: 0.3, unobserved: 0.4 }],
  ["free covariances", { p: 7, q: 3, edgeProbability: 0.3, unobserved: 0.3, freeCovariances: true }],
  ["means", { p: 8, q: 2, edgeProbability: 0.3, unobserved: 0.3, freeCovariances: true, means: true }],
  [
    "two groups with shared parameters and means",
    { p: 6, q: 2, edgeProbability: 0.3, unobserved: 0.3, equal: 0.3, means: true, groups: 2 },
  ],
];

test.each(CASES)("every form computes F and its gradient: %s", (_, options) => {
  const forms = new Set<string>();
  for (let seed = 1; seed <= 6; seed++) {
    const { problem, theta } = randomProblem(options, seed);
    const expected = new Objective(problem).evaluate(theta);
    const scale = Math.max(1, ...expected.gradient.map(Math.abs));
    for (const [form, structures] of candidates(problem.model)) {
      forms.add(form);
      const program = traceForm(problem.model, structures, form, shares(problem), 1e6)!;
      const computed = evaluateProgram(program, theta, packSample(program.sample, problem.moments));
      // Exact float64 computations of the same numbers, of order 1 to 100 here.
      expect(computed.defect).toBe(0);
      expect(computed.value - constantPart(problem)).toBeCloseTo(expected.value, 9);
      computed.gradient.forEach((entry, j) => {
        expect(Math.abs(entry - expected.gradient[j]!) / scale).toBeLessThan(1e-10);
      });
    }
  }
  expect(forms).toContain("conditional");
  expect(forms).toContain("covariance");
  if (options.unobserved === undefined) expect(forms).toContain("district");
});

test("the defect tells Σ outside the cone from inside, also where error variances are negative", () => {
  const options = { p: 5, q: 2, edgeProbability: 0.4, unobserved: 0.4, freeCovariances: true };
  const seen = new Set<string>();
  for (let seed = 1; seed <= 300; seed++) {
    const { problem, theta } = randomProblem(options, seed % 10);
    const random = generator(seed);
    const moved = theta.map((value) => value * (3 * random() - 1));
    const expected = new Objective(problem).evaluate(moved);
    const sample = packSample(layoutSample(problem.model), problem.moments);
    for (const [form, structures] of candidates(problem.model)) {
      const program = traceForm(problem.model, structures, form, [1], 1e6)!;
      const { defect, value } = evaluateProgram(program, moved, sample);
      expect(defect === 0).toBe(expected.status === "ok");
      if (defect === 0) expect((value - constantPart(problem)) / expected.value).toBeCloseTo(1, 7);
      seen.add(`${form} ${expected.status}`);
    }
  }
  expect([...seen].sort()).toEqual([
    "conditional notPositiveDefinite",
    "conditional ok",
    "covariance notPositiveDefinite",
    "covariance ok",
    "district notPositiveDefinite",
    "district ok",
  ]);
});

test("a model too large for straight-line code is refused", () => {
  const { problem } = randomProblem({ p: 12, q: 3, edgeProbability: 0.3 }, 1);
  expect(traceProgram(problem.model, [1], 100)).toBeUndefined();
});

test("the form with the fewest operations is kept", () => {
  const { problem } = randomProblem({ p: 9, q: 3, edgeProbability: 0.3, unobserved: 0.4 }, 1);
  const all = [...candidates(problem.model)].map(
    ([form, structures]) => traceForm(problem.model, structures, form, [1], 1e6)!.operations,
  );
  expect(traceProgram(problem.model, [1], 1e6)!.operations).toBe(Math.min(...all));
});
