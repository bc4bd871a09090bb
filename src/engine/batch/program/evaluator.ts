import { OPERATIONS, type Scalar, type Tape } from "./tape.ts";

const [CONSTANT, INPUT, ADD, SUBTRACT, MULTIPLY, DIVIDE, NEGATE, LOGARITHM] = OPERATIONS.keys();

/** Evaluates scalars of a tape in float64 JavaScript, many times over: some nanoseconds an operation. */
export class TapeEvaluator {
  readonly #live: Int32Array;
  readonly #operation: Uint8Array;
  readonly #left: Float64Array;
  readonly #right: Float64Array;
  readonly #values: Float64Array;
  readonly #outputs: readonly Scalar[];

  constructor(tape: Tape, outputs: readonly Scalar[]) {
    this.#live = Int32Array.from(tape.live(outputs));
    this.#operation = Uint8Array.from(this.#live, (scalar) => OPERATIONS.indexOf(tape.operation[scalar]!));
    this.#left = Float64Array.from(this.#live, (scalar) => tape.left[scalar]!);
    this.#right = Float64Array.from(this.#live, (scalar) => tape.right[scalar]!);
    this.#values = new Float64Array(tape.length);
    this.#outputs = outputs;
  }

  /** The outputs for given inputs, in order. */
  evaluate(inputs: ArrayLike<number>): Float64Array {
    const values = this.#values;
    for (let i = 0; i < this.#live.length; i++) {
      const left = this.#left[i]!;
      const right = this.#right[i]!;
      values[this.#live[i]!] = compute(this.#operation[i]!, left, right, values, inputs);
    }
    return Float64Array.from(this.#outputs, (scalar) => values[scalar]!);
  }
}

function compute(
  operation: number,
  left: number,
  right: number,
  values: Float64Array,
  inputs: ArrayLike<number>,
): number {
  switch (operation) {
    case CONSTANT:
      return left;
    case INPUT:
      return inputs[left]!;
    case ADD:
      return values[left]! + values[right]!;
    case SUBTRACT:
      return values[left]! - values[right]!;
    case MULTIPLY:
      return values[left]! * values[right]!;
    case DIVIDE:
      return values[left]! / values[right]!;
    case NEGATE:
      return -values[left]!;
    case LOGARITHM:
      return Math.log(Math.abs(values[left]!));
    default:
      return values[left]! < 0 ? 1 : 0;
  }
}
