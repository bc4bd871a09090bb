/** A scalar of a straight-line program: its number on the tape. */
export type Scalar = number;

/** "logarithm" is ln|x|; "isNegative" is 1 where its operand is below zero and 0 elsewhere. */
export type Operation =
  "constant" | "input" | "add" | "subtract" | "multiply" | "divide" | "negate" | "logarithm" | "isNegative";

/** All operations; evaluators and keys number them by their place here. */
export const OPERATIONS: readonly Operation[] = [
  "constant",
  "input",
  "add",
  "subtract",
  "multiply",
  "divide",
  "negate",
  "logarithm",
  "isNegative",
];

/** Numbers of scalars stay below this, so that an operation and its two operands fit one exact float64 key. */
const MOST_SCALARS = 2 ** 20;

/** Thrown when a program outgrows the tape's limit; the caller takes another form or gives the tape up. */
export class TapeOverflow extends Error {}

/**
 * Records arithmetic on scalars whose values are not known yet, one operation after the other.
 *
 * Running the mathematics of a model on a tape unrolls it for that model: products with a zero of Λ, B or Ψ vanish,
 * factors of one disappear, equal expressions are shared. What remains is the straight-line program that the batched
 * kernels compute, the same for WebAssembly and WGSL.
 */
export class Tape {
  readonly operation: Operation[] = [];
  /** First operand: a scalar, or the slot of an input, or the value of a constant. */
  readonly left: number[] = [];
  readonly right: number[] = [];
  readonly zero: Scalar;
  readonly one: Scalar;
  readonly #known = new Map<number, Scalar>();
  readonly #constants = new Map<number, Scalar>();

  constructor(private readonly limit = MOST_SCALARS) {
    this.zero = this.constant(0);
    this.one = this.constant(1);
  }

  get length(): number {
    return this.operation.length;
  }

  constant(value: number): Scalar {
    const known = this.#constants.get(value);
    if (known !== undefined) return known;
    const made = this.#append("constant", value, 0);
    this.#constants.set(value, made);
    return made;
  }

  input(slot: number): Scalar {
    return this.#share("input", slot, 0);
  }

  add(a: Scalar, b: Scalar): Scalar {
    if (a === this.zero) return b;
    if (b === this.zero) return a;
    if (this.#isConstant(a) && this.#isConstant(b)) return this.constant(this.left[a]! + this.left[b]!);
    if (this.operation[b] === "negate") return this.subtract(a, this.left[b]!);
    if (this.operation[a] === "negate") return this.subtract(b, this.left[a]!);
    return this.#share("add", a, b);
  }

  subtract(a: Scalar, b: Scalar): Scalar {
    if (b === this.zero) return a;
    if (a === b) return this.zero;
    if (a === this.zero) return this.negate(b);
    if (this.#isConstant(a) && this.#isConstant(b)) return this.constant(this.left[a]! - this.left[b]!);
    if (this.operation[b] === "negate") return this.add(a, this.left[b]!);
    // Signs move outwards, to where another sum or difference takes them in.
    if (this.operation[a] === "negate") return this.negate(this.add(this.left[a]!, b));
    return this.#share("subtract", a, b);
  }

  negate(a: Scalar): Scalar {
    if (this.#isConstant(a)) return this.constant(-this.left[a]!);
    if (this.operation[a] === "negate") return this.left[a]!;
    if (this.operation[a] === "subtract") return this.#share("subtract", this.right[a]!, this.left[a]!);
    return this.#share("negate", a, 0);
  }

  multiply(a: Scalar, b: Scalar): Scalar {
    if (a === this.zero || b === this.zero) return this.zero;
    if (a === this.one) return b;
    if (b === this.one) return a;
    if (this.#isConstant(a) && this.#isConstant(b)) return this.constant(this.left[a]! * this.left[b]!);
    for (const [x, y] of [
      [a, b],
      [b, a],
    ] as const) {
      if (this.#isConstant(x) && this.left[x] === -1) return this.negate(y);
      if (this.#isConstant(x) && this.left[x] === 2) return this.add(y, y);
      if (this.operation[x] === "negate") return this.negate(this.multiply(this.left[x]!, y));
    }
    return a < b ? this.#share("multiply", a, b) : this.#share("multiply", b, a);
  }

  divide(a: Scalar, b: Scalar): Scalar {
    if (a === this.zero || b === this.one) return a;
    if (this.#isConstant(a) && this.#isConstant(b)) return this.constant(this.left[a]! / this.left[b]!);
    return this.#share("divide", a, b);
  }

  /** ln|a|. */
  logarithm(a: Scalar): Scalar {
    if (this.#isConstant(a)) return this.constant(Math.log(Math.abs(this.left[a]!)));
    return this.#share("logarithm", a, 0);
  }

  isNegative(a: Scalar): Scalar {
    if (this.#isConstant(a)) return this.left[a]! < 0 ? this.one : this.zero;
    return this.#share("isNegative", a, 0);
  }

  /** Numbers of the scalars that `outputs` depend on, in an order in which each follows its operands. */
  live(outputs: readonly Scalar[]): Scalar[] {
    const isLive = new Uint8Array(this.length);
    for (const output of outputs) isLive[output] = 1;
    for (let scalar = this.length - 1; scalar >= 0; scalar--) {
      if (isLive[scalar]) for (const operand of this.operands(scalar)) isLive[operand] = 1;
    }
    return Array.from(isLive.keys()).filter((scalar) => isLive[scalar]);
  }

  /** The scalars that a scalar is computed from. */
  operands(scalar: Scalar): Scalar[] {
    switch (this.operation[scalar]!) {
      case "constant":
      case "input":
        return [];
      case "negate":
      case "logarithm":
      case "isNegative":
        return [this.left[scalar]!];
      default:
        return [this.left[scalar]!, this.right[scalar]!];
    }
  }

  #isConstant(scalar: Scalar): boolean {
    return this.operation[scalar] === "constant";
  }

  #share(operation: Operation, left: number, right: number): Scalar {
    const key = (OPERATIONS.indexOf(operation) * MOST_SCALARS + left) * MOST_SCALARS + right;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const made = this.#append(operation, left, right);
    this.#known.set(key, made);
    return made;
  }

  #append(operation: Operation, left: number, right: number): Scalar {
    if (this.length >= this.limit) throw new TapeOverflow();
    this.operation.push(operation);
    this.left.push(left);
    this.right.push(right);
    return this.length - 1;
  }
}
