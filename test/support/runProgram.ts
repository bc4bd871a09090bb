import { type Program, programOutputs } from "../../src/engine/batch/program/program.ts";

/** Interprets a program in float64: what every kernel made from it must compute. */
export function runProgram(
  program: Program,
  theta: ArrayLike<number>,
  sample: ArrayLike<number>,
): { value: number; defect: number; gradient: number[] } {
  const { tape } = program;
  const values = new Float64Array(tape.length);
  const outputs = programOutputs(program);
  for (const scalar of tape.live(outputs)) {
    const left = values[tape.left[scalar]!]!;
    const right = values[tape.right[scalar]!]!;
    switch (tape.operation[scalar]!) {
      case "constant":
        values[scalar] = tape.left[scalar]!;
        break;
      case "input": {
        const slot = tape.left[scalar]!;
        values[scalar] = slot < theta.length ? theta[slot]! : sample[slot - theta.length]!;
        break;
      }
      case "add":
        values[scalar] = left + right;
        break;
      case "subtract":
        values[scalar] = left - right;
        break;
      case "multiply":
        values[scalar] = left * right;
        break;
      case "divide":
        values[scalar] = left / right;
        break;
      case "negate":
        values[scalar] = -left;
        break;
      case "logarithm":
        values[scalar] = Math.log(Math.abs(left));
        break;
      case "isNegative":
        values[scalar] = left < 0 ? 1 : 0;
    }
  }
  const [value, defect, ...gradient] = outputs.map((scalar) => values[scalar]!);
  return { value: value!, defect: defect!, gradient };
}
