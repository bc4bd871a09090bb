import { describe, expect, it } from "vitest";
import { dataSetFor } from "../../../src/data/dataSet.ts";
import { readData } from "../../../src/data/readData.ts";
import { evaluateConstraints } from "../../../src/fit/constraints.ts";
import { nullSpaceBasis } from "../../../src/fit/informationAlgebra.ts";
import { type ModelKind, parseModel } from "../../../src/model/parseModel.ts";
import { fit } from "../../../src/statistics/fit.ts";
import type { FitResult } from "../../../src/statistics/result.ts";
import { readFixture } from "../../support/referenceCase.ts";

const FACTOR = "f =~ a*x4 + b*x5 + c*x6 + d*x1";

async function fitText(text: string, as: ModelKind = "cfa"): Promise<FitResult & { theta: Float64Array }> {
  const model = parseModel(text, { as, stdLv: true });
  const data = dataSetFor(model, readData(readFixture("reference/data/HolzingerSwineford1939.csv")));
  const result = await fit(model, data);
  const byRow = new Map(result.parameters.map((row) => [row.lhs + row.op + row.rhs, row.estimate]));
  const theta = new Float64Array(model.parameters.length);
  for (const { lhs, op, rhs, parameter } of model.rows) {
    if (parameter >= 0) theta[parameter] = byRow.get(lhs + op + rhs)!;
  }
  return { ...result, theta };
}

const estimateOf = (result: FitResult, label: string): number =>
  result.parameters.find((row) => row.label === label)!.estimate;

describe("constraints", () => {
  it("an equality between two expressions holds to rounding and costs one degree of freedom", async () => {
    const text = `${FACTOR}\na*b == c + d`;
    const free = await fitText(FACTOR);
    const result = await fitText(text);
    expect(result.converged).toBe(true);
    const { equalities } = evaluateConstraints(parseModel(text, { as: "cfa", stdLv: true }), result.theta);
    expect(Math.abs(equalities[0]!)).toBeLessThan(1e-10);
    expect(result.fitMeasures["df"]).toBe(free.fitMeasures["df"]! + 1);
    expect(result.fitMeasures["chisq"]!).toBeGreaterThan(free.fitMeasures["chisq"]!);
  });

  it("an equality that the free optimum meets already changes nothing but the degrees of freedom", async () => {
    const free = await fitText(FACTOR);
    const [a, d] = [estimateOf(free, "a"), estimateOf(free, "d")];
    const result = await fitText(`${FACTOR}\na == ${a / d}*d`);
    expect(estimateOf(result, "b")).toBeCloseTo(estimateOf(free, "b"), 8);
    expect(result.fitMeasures["chisq"]).toBeCloseTo(free.fitMeasures["chisq"]!, 8);
  });

  it("an inequality that does not bind leaves estimates and standard errors alone", async () => {
    const free = await fitText(FACTOR);
    const result = await fitText(`${FACTOR}\na + b > c`);
    result.parameters.slice(0, free.parameters.length).forEach((row, i) => {
      expect(row.estimate).toBeCloseTo(free.parameters[i]!.estimate, 8);
      expect(row.standardError).toBeCloseTo(free.parameters[i]!.standardError, 7);
    });
  });

  it("an inequality that binds is met with equality, with a multiplier of the right sign", async () => {
    const free = await fitText(FACTOR);
    const bound = 0.9 * estimateOf(free, "a") + estimateOf(free, "b");
    const result = await fitText(`${FACTOR}\na + b < ${bound}`);
    expect(estimateOf(result, "a") + estimateOf(result, "b")).toBeCloseTo(bound, 9);
    expect(result.fitMeasures["chisq"]!).toBeGreaterThan(free.fitMeasures["chisq"]!);
  });

  it("finds an orthonormal basis of what equalities leave free, and ignores redundant ones", () => {
    const jacobian = Float64Array.of(1, 1, 0, 0, 2, 2, 0, 0, 0, 1, -1, 3);
    const { z, f } = nullSpaceBasis(jacobian, 3, 4);
    expect(f).toBe(2);
    for (let i = 0; i < f; i++) {
      for (let row = 0; row < 3; row++) {
        let along = 0;
        for (let j = 0; j < 4; j++) along += jacobian[row * 4 + j]! * z[j * f + i]!;
        expect(Math.abs(along)).toBeLessThan(1e-14);
      }
    }
  });
});
