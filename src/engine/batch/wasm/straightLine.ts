import { type Program, programOutputs } from "../program/program.ts";
import type { Scalar } from "../program/tape.ts";
import { Code, type Expression, ValueTypes } from "./code.ts";

/** Bytes of a pair: one number for each of two problems. */
export const PAIR = 16;

/** Where a straight-line function finds its inputs and leaves its outputs and intermediate values. */
export interface StraightLineAddresses {
  readonly inputs: number;
  readonly outputs: number;
  readonly scratch: number;
}

/**
 * A program as a WebAssembly function over two problems at once: two-lane float64 SIMD, no loops, no branches.
 *
 * Values used more than once live in memory, not in locals: V8's optimising compiler orders loads and stores, but
 * reorders pure arithmetic on locals so freely that thousands of them are spilled (measured: four times slower).
 *
 * @param logarithm index of the imported ln.
 */
export function straightLineCode(
  program: Program,
  { inputs, outputs, scratch }: StraightLineAddresses,
  logarithm: number,
): { readonly code: Code; readonly scratchSlots: number } {
  const code = new Code();
  const zero = code.i32(0);
  const held = code.local(ValueTypes.pair);
  const { tape } = program;
  const results = programOutputs(program);
  const live = tape.live(results);
  const slots = new ScratchSlots(countUses(program, live, results));

  const read = (scalar: Scalar): Expression => {
    if (tape.operation[scalar] === "input") return code.load(zero, inputs + PAIR * tape.left[scalar]!);
    const slot = slots.use(scalar);
    return slot === undefined ? compute(scalar) : code.load(zero, scratch + PAIR * slot);
  };
  const compute = (scalar: Scalar): Expression => {
    const [a, b] = tape.operands(scalar);
    switch (tape.operation[scalar]!) {
      case "constant":
        return code.constant(tape.left[scalar]!);
      case "add":
      case "subtract":
      case "multiply":
      case "divide": {
        const operation = tape.operation[scalar] as "add" | "subtract" | "multiply" | "divide";
        return code.pair(operation, read(a!), read(b!));
      }
      case "isNegative":
        return code.pair("and", code.pair("less", read(a!), code.constant(0)), code.constant(1));
      case "logarithm": {
        const operand = code.pair("absolute", read(a!));
        const ofLane = (lane: 0 | 1): Expression => code.call(logarithm, code.lane(held.get, lane));
        return () => {
          code.set(held, operand);
          code.withSecondLane(code.pair("splat", ofLane(0)), ofLane(1))();
        };
      }
      default:
        return code.pair("negate", read(a!));
    }
  };
  for (const scalar of live) {
    if (!slots.isShared(scalar) || tape.operation[scalar] === "input") continue;
    const value = compute(scalar);
    code.store(zero, scratch + PAIR * slots.assign(scalar), value);
  }
  results.forEach((scalar, i) => code.store(zero, outputs + PAIR * i, read(scalar)));
  return { code, scratchSlots: slots.count };
}

function countUses({ tape }: Program, live: readonly Scalar[], outputs: readonly Scalar[]): Int32Array {
  const uses = new Int32Array(tape.length);
  for (const scalar of live) for (const operand of tape.operands(scalar)) uses[operand]!++;
  for (const scalar of outputs) uses[scalar]!++;
  return uses;
}

/** Memory for values used more than once; a slot is free again after its value's last use. */
class ScratchSlots {
  readonly #slotOf = new Map<Scalar, number>();
  readonly #free: number[] = [];
  count = 0;

  constructor(private readonly usesLeft: Int32Array) {}

  isShared(scalar: Scalar): boolean {
    return this.usesLeft[scalar]! > 1;
  }

  assign(scalar: Scalar): number {
    const slot = this.#free.pop() ?? this.count++;
    this.#slotOf.set(scalar, slot);
    return slot;
  }

  /** The slot of a value for one use of it, or `undefined` where it has none. */
  use(scalar: Scalar): number | undefined {
    const slot = this.#slotOf.get(scalar);
    if (slot === undefined) return undefined;
    this.usesLeft[scalar]!--;
    if (this.usesLeft[scalar] === 0) this.#free.push(slot);
    return slot;
  }
}
