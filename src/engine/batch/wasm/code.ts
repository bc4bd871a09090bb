import { ByteList } from "./byteList.ts";

/** Value types of the binary format. A v128 holds a `pair` of float64, one per lane, or a `quad` of 32-bit words. */
export const ValueTypes = { i32: 0x7f, f64: 0x7c, pair: 0x7b, quad: 0x7b } as const;
export type ValueType = (typeof ValueTypes)[keyof typeof ValueTypes];

/** Writes the instructions that leave one value on the stack. */
export type Expression = () => void;

/** A parameter or local variable of a function. */
export interface Local {
  readonly index: number;
  /** Reads it. */
  readonly get: Expression;
}

/** One-byte opcodes (WebAssembly core specification 2.0, section 5.4). */
const PLAIN = {
  i32IsZero: 0x45,
  i32GreaterEqual: 0x4f,
  i32Add: 0x6a,
  i32Subtract: 0x6b,
  i32And: 0x71,
  i32Or: 0x72,
  i32ShiftLeft: 0x74,
} as const;

/** Vector opcodes, after the prefix 0xfd. */
const VECTOR = {
  splat: 0x14,
  equal: 0x47,
  less: 0x49,
  greater: 0x4a,
  lessEqual: 0x4b,
  greaterEqual: 0x4c,
  not: 0x4d,
  and: 0x4e,
  andNot: 0x4f,
  or: 0x50,
  select: 0x52,
  laneMask: 0xc4,
  absolute: 0xec,
  negate: 0xed,
  add: 0xf0,
  subtract: 0xf1,
  multiply: 0xf2,
  divide: 0xf3,
  least: 0xf4,
  most: 0xf5,
} as const;

/** Vector opcodes on words: `wideLow` and `wideHigh` multiply the lower and the upper two words to 64-bit products. */
const WORDS = { splat: 0x11, xor: 0x51, add: 0xae, multiply: 0xb5, wideLow: 0xde, wideHigh: 0xdf } as const;

export type PlainOperation = keyof typeof PLAIN;
export type PairOperation = keyof typeof VECTOR;
export type QuadOperation = keyof typeof WORDS;

/**
 * The body of one WebAssembly function, written from nested expressions:
 * `code.store(address, 0, code.pair("add", a, b))` emits a, b, the addition and the store.
 */
export class Code {
  readonly results: readonly ValueType[];
  readonly #body = new ByteList();
  readonly #locals: ValueType[] = [];

  constructor(
    readonly parameters: readonly ValueType[] = [],
    result?: ValueType,
  ) {
    this.results = result === undefined ? [] : [result];
  }

  /** Parameter number `index`. */
  parameter(index: number): Local {
    return { index, get: () => this.#indexed(0x20, index) };
  }

  /** Declares a local variable, zero at first. */
  local(type: ValueType): Local {
    return this.parameter(this.parameters.length + this.#locals.push(type) - 1);
  }

  set({ index }: Local, value: Expression): void {
    value();
    this.#indexed(0x21, index);
  }

  i32(value: number): Expression {
    return () => {
      this.#body.push(0x41).signed(value);
    };
  }

  plain(operation: PlainOperation, ...operands: readonly Expression[]): Expression {
    return () => {
      for (const operand of operands) operand();
      this.#body.push(PLAIN[operation]);
    };
  }

  /** An operation on both lanes; "select" takes (where set, where clear, mask). */
  pair(operation: PairOperation, ...operands: readonly Expression[]): Expression {
    return () => {
      for (const operand of operands) operand();
      this.#body.push(0xfd).unsigned(VECTOR[operation]);
    };
  }

  /** An operation on four 32-bit words at once. */
  quad(operation: QuadOperation, ...operands: readonly Expression[]): Expression {
    return () => {
      for (const operand of operands) operand();
      this.#body.push(0xfd).unsigned(WORDS[operation]);
    };
  }

  /** Four words of two quads: 0 … 3 are those of the first, 4 … 7 those of the second. */
  pickWords(
    first: Expression,
    second: Expression,
    places: readonly [number, number, number, number],
  ): Expression {
    return () => {
      first();
      second();
      this.#body.push(0xfd, 0x0d, ...places.flatMap((word) => [0, 1, 2, 3].map((byte) => 4 * word + byte)));
    };
  }

  /** Four constant words. */
  words(values: readonly [number, number, number, number]): Expression {
    const bytes = new Uint8Array(Int32Array.from(values).buffer);
    return () => {
      this.#body.push(0xfd, 0x0c).append(bytes);
    };
  }

  /** The same constant in both lanes. */
  constant(value: number): Expression {
    return () => {
      this.#body.push(0xfd, 0x0c).float64(value).float64(value);
    };
  }

  /** One lane of a pair as f64. */
  lane(value: Expression, lane: 0 | 1): Expression {
    return () => {
      value();
      this.#body.push(0xfd, 0x21, lane);
    };
  }

  /** A pair whose lane 1 is replaced. */
  withSecondLane(value: Expression, lane: Expression): Expression {
    return () => {
      value();
      lane();
      this.#body.push(0xfd, 0x22, 1);
    };
  }

  /** The pair at `address` + `offset`, 16-byte aligned. */
  load(address: Expression, offset: number): Expression {
    return () => {
      address();
      this.#body.push(0xfd, 0x00, 4).unsigned(offset);
    };
  }

  store(address: Expression, offset: number, value: Expression): void {
    address();
    value();
    this.#body.push(0xfd, 0x0b, 4).unsigned(offset);
  }

  loadI32(address: Expression, offset: number): Expression {
    return () => {
      address();
      this.#body.push(0x28, 2).unsigned(offset);
    };
  }

  storeI32(address: Expression, offset: number, value: Expression): void {
    address();
    value();
    this.#body.push(0x36, 2).unsigned(offset);
  }

  loadF64(address: Expression): Expression {
    return () => {
      address();
      this.#body.push(0x2b, 3, 0);
    };
  }

  storeF64(address: Expression, value: Expression): void {
    address();
    value();
    this.#body.push(0x39, 3, 0);
  }

  call(functionIndex: number, ...operands: readonly Expression[]): Expression {
    return () => {
      for (const operand of operands) operand();
      this.#indexed(0x10, functionIndex);
    };
  }

  /** Runs `body` while `counter` runs from its present value in steps up to `end`, at least once. */
  loop(counter: Local, step: number, end: Expression, body: () => void): void {
    this.#body.push(0x03, 0x40);
    body();
    this.set(counter, this.plain("i32Add", counter.get, this.i32(step)));
    const isOver = this.plain("i32GreaterEqual", counter.get, end);
    this.plain("i32IsZero", isOver)();
    this.#body.push(0x0d, 0, 0x0b);
  }

  /** Repeats `body` as long as the condition it returns is not zero. */
  repeatWhile(body: () => Expression): void {
    this.#body.push(0x03, 0x40);
    body()();
    this.#body.push(0x0d, 0, 0x0b);
  }

  /** Runs `body` where `condition` is not zero. */
  when(condition: Expression, body: () => void): void {
    condition();
    this.#body.push(0x04, 0x40);
    body();
    this.#body.push(0x0b);
  }

  /** Leaves a value on the stack: the function's result, at the end of its body. */
  yield(value: Expression): void {
    value();
  }

  /** Locals, body and end, as the code section wants them. */
  encode(): Uint8Array {
    const out = new ByteList().unsigned(this.#locals.length);
    for (const type of this.#locals) out.push(1, type);
    return out.append(this.#body.bytes()).push(0x0b).bytes();
  }

  #indexed(opcode: number, index: number): void {
    this.#body.push(opcode).unsigned(index);
  }
}
