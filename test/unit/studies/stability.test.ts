import { expect, test } from "vitest";
import { EIGHT_GRAPHS } from "../../../harness/studies/eightGraphs.ts";
import { defaultFits, drawCases, plainDescent } from "../../../harness/studies/stability.ts";
import { METHODS } from "../../../harness/studies/stabilityDesign.ts";
import { randomFrom } from "../../../src/causal/identifiability/random.ts";

test.each(EIGHT_GRAPHS)(
  "$name: descent is stable at 1e-2, fails at 10, and the default never does",
  async ({ edges }) => {
    const cases = drawCases(edges, "reverseKullbackLeibler", 8, randomFrom(1));
    for (const method of METHODS) {
      // The published shape; the study counts rates between them, where some runs survive.
      expect(plainDescent(cases, method, 1e-4).stable).toBe(1);
      expect(plainDescent(cases, method, 1e-2).stable).toBe(1);
      expect(plainDescent(cases, method, 10).stable).toBe(0);
      expect(await defaultFits(cases, method)).toMatchObject({ stable: 1, fitted: 1 });
    }
  },
);
