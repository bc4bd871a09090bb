import { expect, test } from "vitest";
import { caseData, caseModel, fitCases } from "../../../harness/bench/fitCases.ts";
import { firstOrderDescent } from "../../../harness/studies/firstOrder.ts";
import { ARRIVED, RULES } from "../../../harness/studies/optimisersDesign.ts";
import type { Problem } from "../../../src/engine/engine.ts";
import { estimate } from "../../../src/fit/estimate.ts";
import { createTarget } from "../../../src/fit/polish.ts";
import { scaleProblem } from "../../../src/fit/scale.ts";
import { startingValues } from "../../../src/fit/starts.ts";

test.each(RULES)("%s comes down to the minimum that the default finds, later", async (rule) => {
  const fitCase = fitCases().find(({ name }) => name === "01b_hs_cfa_stdlv")!;
  const moments = caseData(fitCase).groups.map((group) => group.moments);
  const stated: Problem = { model: caseModel(fitCase), moments, discrepancy: "maximumLikelihood" };
  const { value, iterations } = await estimate(stated);
  const { problem } = scaleProblem(stated);
  const { evaluate } = createTarget(problem);
  const start = startingValues(problem);
  const limits = { iterations: 5000, target: value + ARRIVED };
  const descent = firstOrderDescent(evaluate, start, rule, 0.01, limits);
  expect(descent.at(-1)!.value).toBeLessThan(value + ARRIVED);
  // Float64 cannot tell F from its minimum closer than this.
  expect(descent.at(-1)!.value).toBeGreaterThan(value - 1e-13);
  expect(descent.length).toBeGreaterThan(2 * (iterations.engine + iterations.polish));
});
