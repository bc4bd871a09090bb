import { expect, test } from "vitest";
import { type Shape, solverProblem } from "../../../harness/bench/solverProblems.ts";
import { cheapestMethod } from "../../../src/plan/cost.ts";
import { planDistricts } from "../../../src/plan/districts.ts";
import { planGraph } from "../../../src/plan/graph.ts";

// The choices that were fastest when all of them were measured on software WebGPU.
const MEASURED: readonly (readonly [Shape, number, string, boolean])[] = [
  ["small districts", 64, "district", false],
  ["small districts", 256, "district", false],
  ["one district", 256, "district", false],
  ["dense", 64, "covariance", false],
  ["dense", 256, "covariance", true],
];

test.each(MEASURED)("%s, p = %d: %s, dense %s", (shape, p, method, dense) => {
  const { problem, theta } = solverProblem(shape, p);
  const graph = planGraph(problem.model.structures[0]!, theta.length);
  const conditions = { district: true, dense: p > 128, accumulation: p > 128 };
  expect(cheapestMethod(graph, planDistricts(graph), conditions)).toEqual({ method, dense });
});
