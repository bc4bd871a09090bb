import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Expression } from "../../../src/model/expression.ts";
import { REAL_FUNCTIONS } from "../../../src/model/expressionFunctions.ts";
import { evaluateExpression, evaluateRows } from "../../../src/model/expressionValue.ts";
import { parseModel } from "../../../src/model/parseModel.ts";
import { parseExpressionStatement } from "../../../src/model/syntax/parseSyntax.ts";

const parse = (text: string): Expression => parseExpressionStatement(`d := ${text}`).right;

/** Value and gradient with a, b, c as the first, second and third parameter. */
function evaluate(expression: Expression, theta: readonly number[]) {
  return evaluateExpression(expression, (name) => {
    const index = "abc".indexOf(name);
    const gradient = Float64Array.from(theta, (_, i) => Number(i === index));
    return { value: theta[index]!, gradient };
  });
}

describe("values", () => {
  const theta = [2, 3, 5];
  it.each([
    ["a*b", 6],
    ["a + b*c", 17],
    ["(a + b)*c", 25],
    ["a - b - c", -6],
    ["a - (b - c)", 4],
    ["c/b/a", 5 / 6],
    ["-a^2", -4],
    ["(-a)^2", 4],
    ["2^-a", 0.25],
    ["2^3^2", 512],
    ["a^b^0", 2],
    ["- -a", 2],
    ["+a", 2],
    ["1e2*a", 200],
    [".5*a", 1],
    ["exp(log(a))", 2],
    ["sqrt(a*a)", 2],
    ["abs(a - c)", 3],
    ["log10(100) + log2(8)", 5],
    ["sin(0) + cos(0)", 1],
  ])("%s = %d", (text, value) => {
    // A handful of float64 operations on numbers of order one.
    expect(evaluate(parse(text), theta).value).toBeCloseTo(value, 13);
  });

  it("are NaN outside the domain of a function", () => {
    expect(evaluate(parse("log(a - b)"), theta).value).toBeNaN();
  });
});

describe("gradients", () => {
  const leaf: fc.Arbitrary<Expression> = fc.oneof(
    fc.constantFrom("a", "b", "c").map((name): Expression => ({ kind: "name", name, line: 1, column: 1 })),
    fc.integer({ min: 1, max: 4 }).map((value): Expression => ({ kind: "number", value })),
  );
  const { tree } = fc.letrec<{ tree: Expression }>((tie) => ({
    tree: fc.oneof(
      { maxDepth: 4 },
      leaf,
      fc.record({
        kind: fc.constant("binary" as const),
        operator: fc.constantFrom("+", "-", "*", "/", "^"),
        left: tie("tree"),
        right: tie("tree"),
      }),
      fc.record({
        kind: fc.constant("unary" as const),
        operator: fc.constantFrom("+", "-"),
        operand: tie("tree"),
      }),
      fc.record({
        kind: fc.constant("call" as const),
        name: fc.constantFrom(...REAL_FUNCTIONS.keys()),
        argument: tie("tree"),
      }),
    ),
  }));
  const point = fc.tuple(...[0, 1, 2].map(() => fc.double({ min: 0.3, max: 2, noNaN: true })));

  it("agree with central differences", () => {
    let compared = 0;
    let singular = 0;
    fc.assert(
      fc.property(tree, point, (expression, theta) => {
        const at = (index: number, step: number): number =>
          evaluate(
            expression,
            theta.map((x, i) => (i === index ? x + step : x)),
          ).value;
        const { value, gradient } = evaluate(expression, theta);
        if (!Number.isFinite(value)) return;
        // A division by zero inside, as in 1/(a/0), leaves a finite value without a derivative.
        if (!gradient.every(Number.isFinite)) {
          singular++;
          return;
        }
        [0, 1, 2].forEach((index) => {
          const difference = (h: number): number => (at(index, h) - at(index, -h)) / (2 * h);
          const [coarse, fine] = [difference(2e-4), difference(1e-4)];
          const richardson = (4 * fine - coarse) / 3;
          // Where the two steps disagree the function bends too fast for differences to say anything.
          const size = Math.max(1, Math.abs(value), Math.abs(richardson));
          if (!(Math.abs(coarse - fine) < 1e-4 * size) || size > 1e6) return;
          compared++;
          // Richardson leaves h⁴ ≈ 1e-16 times a fifth derivative, and rounding 1e-16·size/h ≈ 1e-12·size.
          expect(Math.abs((gradient[index] ?? 0) - richardson)).toBeLessThan(1e-7 * size);
        });
      }),
      { numRuns: 2000, seed: 7 },
    );
    expect(compared).toBeGreaterThan(2000);
    expect(singular).toBeLessThan(40);
  });

  it.each([...REAL_FUNCTIONS])("of %s()", (_, { value, derivative }) => {
    const [x, h] = [0.37, 1e-5];
    // h² ≈ 1e-10 times a third derivative of order ten.
    expect(derivative(x)).toBeCloseTo((value(x + h) - value(x - h)) / (2 * h), 8);
  });

  it("do not spread NaN from a power of a constant", () => {
    expect([...evaluate(parse("(a - b)^2"), [1, 3, 0]).gradient]).toEqual([-4, 4, 0]);
  });
});

describe("rows with expressions", () => {
  const model = parseModel(
    "y ~ a*x + b*z + 2*w + k*v \n k == 3 \n total := a + b \n share := a/total \n triple := k*a \n a == 2*b \n b < share",
  );

  it("are evaluated in the order of the table, definitions before constraints", () => {
    const rows = evaluateRows(model, [4, 6, 1]);
    expect(rows.map(({ row, value }) => [row.lhs, row.op, value])).toEqual([
      ["total", ":=", 10],
      ["share", ":=", 0.4],
      ["triple", ":=", 12],
      ["a", "==", 4 - 12],
      ["b", "<", 6 - 0.4],
    ]);
    const gradients = rows.map(({ gradient }) => Array.from(gradient));
    expect(gradients[0]).toEqual([1, 1, 0]);
    // ∂(a/(a + b)) = (b, −a)/(a + b)²
    expect(gradients[1]![0]).toBeCloseTo(6 / 100, 15);
    expect(gradients[1]![1]).toBeCloseTo(-4 / 100, 15);
    expect(gradients[3]).toEqual([1, -2, 0]);
  });
});
