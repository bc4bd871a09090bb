import { type Program, programOutputs } from "../program/program.ts";
import type { SamplePart } from "../program/samplePart.ts";
import type { Scalar, Tape } from "../program/tape.ts";

/** Expressions longer than this get a name of their own, so that nesting stays shallow. */
const LONGEST_EXPRESSION = 200;

/**
 * The WGSL that a model adds to the kernel `quasi_newton`: its sizes, and the functions
 *
 *     evaluate_model() → (F + constant, defect), writing `trial_gradient`, from `trial` and `sample`
 *     evaluate_sample() → (constant, defect)
 */
export function modelPart(program: Program, sample: SamplePart): string {
  const t = program.parameterCount;
  const input = (slot: number): string => (slot < t ? `trial[${slot}]` : `sample[${slot - t}]`);
  const [value, defect, ...gradient] = programOutputs(program);
  const model = new StatementWriter(program.tape, [value!, defect!, ...gradient], input);
  const constant = new StatementWriter(sample.tape, [sample.value, sample.defect], input);
  return [
    `const T = ${t}u;`,
    `const M = ${program.sample.size}u;`,
    `const TRIANGLE = ${(t * (t + 1)) / 2}u;`,
    "fn evaluate_model() -> vec2f {",
    ...model.statements,
    ...gradient.map((scalar, j) => `  trial_gradient[${j}] = ${model.expression(scalar)};`),
    `  return vec2f(${model.expression(value!)}, ${model.expression(defect!)});`,
    "}",
    "fn evaluate_sample() -> vec2f {",
    ...constant.statements,
    `  return vec2f(${constant.expression(sample.value)}, ${constant.expression(sample.defect)});`,
    "}",
    "",
  ].join("\n");
}

/** Writes live scalars of a tape as `let` statements; what is used once goes into the expression that uses it. */
class StatementWriter {
  readonly statements: string[] = [];
  readonly #text = new Map<Scalar, string>();

  constructor(
    private readonly tape: Tape,
    outputs: readonly Scalar[],
    private readonly input: (slot: number) => string,
  ) {
    const live = tape.live(outputs);
    const uses = new Int32Array(tape.length);
    for (const scalar of live) for (const operand of tape.operands(scalar)) uses[operand]!++;
    for (const scalar of live) {
      const text = this.#compute(scalar);
      const isNamed = uses[scalar]! > 1 || text.length > LONGEST_EXPRESSION;
      if (tape.operation[scalar] !== "constant" && isNamed) {
        this.statements.push(`  let v${scalar} = ${text};`);
        this.#text.set(scalar, `v${scalar}`);
      } else this.#text.set(scalar, text);
    }
  }

  expression(scalar: Scalar): string {
    return this.#text.get(scalar)!;
  }

  #compute(scalar: Scalar): string {
    const { tape } = this;
    const [a, b] = tape.operands(scalar).map((operand) => this.expression(operand));
    switch (tape.operation[scalar]!) {
      case "constant":
        return float(tape.left[scalar]!);
      case "input":
        return this.input(tape.left[scalar]!);
      case "add":
        return `(${a} + ${b})`;
      case "subtract":
        return `(${a} - ${b})`;
      case "multiply":
        return `(${a} * ${b})`;
      case "divide":
        return `(${a} / ${b})`;
      case "negate":
        return `(-${a})`;
      case "logarithm":
        return `log(abs(${a}))`;
      case "isNegative":
        return `select(0.0, 1.0, ${a} < 0.0)`;
    }
  }
}

/** A WGSL literal of the nearest float32. */
function float(value: number): string {
  const text = String(Math.fround(value));
  return /[.e]/.test(text) ? text : `${text}.0`;
}
