import { Code, type Expression, type Local, ValueTypes } from "./code.ts";
import { type KernelMemory, LaneState } from "./layout.ts";
import { PAIR } from "./straightLine.ts";
import { UpdatedProduct } from "./updatedProduct.ts";

/** Armijo's share of the predicted decrease. */
const SUFFICIENT = 1e-4;
/** Rounding of F, relative to 1 + |F|, that must not look like an increase. */
const ROUNDING = 2 ** -46;
/** A value of F above this counts as outside the domain. */
const HUGE = 1e300;
/** Steps shorter than this share of the full one mean that the search is stuck. */
const SHORTEST = 1e-9;
/** Least sᵀy, relative to yᵀHy, for which the matrix is updated. */
const LEAST_CURVATURE = 1e-10;

/**
 * `iterate(most, watched) → finished`: BFGS with backtracking for two problems side by side, until a watched lane
 * (bit mask) has finished or `most` evaluations are spent.
 *
 *     d = −H g,   θ' = θ + a d,   s = a d,   y = g' − g,   Hy = H g' + d
 *     H' = H + p sᵀ + q (Hy)ᵀ,   p = ((1 + yᵀHy/sᵀy) s − Hy) / sᵀy,   q = −s / sᵀy
 *
 * (Nocedal and Wright, Numerical Optimization, 2006, section 6.1.) H starts as the host sets it. Its update is applied
 * while the next product H g' is formed, so the triangle is read and written once an iteration. A lane whose step is
 * refused waits with all its state unchanged but the length a: what one lane does never changes a bit of the other.
 *
 * A lane has converged when gᵀH g ≤ tolerance: the distance to the optimum, in the metric of the curvature.
 */
export function quasiNewtonCode(memory: KernelMemory, evaluate: number): Code {
  const code = new Code([ValueTypes.i32, ValueTypes.i32], ValueTypes.i32);
  const tick = new Tick(code, memory);
  const product = new UpdatedProduct(code, memory);
  const most = code.parameter(0);
  const watched = code.parameter(1);
  const count = code.local(ValueTypes.i32);
  const finished = code.local(ValueTypes.i32);
  code.repeatWhile(() => {
    code.call(evaluate)();
    product.write();
    tick.decide();
    tick.step();
    tick.judge();
    code.set(count, code.plain("i32Add", count.get, code.i32(1)));
    const isDone = code.pair("greater", tick.scalar(memory.state), code.constant(LaneState.running));
    code.set(finished, code.plain("i32And", code.pair("laneMask", isDone), watched.get));
    const spent = code.plain("i32GreaterEqual", count.get, most.get);
    return code.plain("i32IsZero", code.plain("i32Or", finished.get, spent));
  });
  code.storeI32(code.i32(0), memory.evaluations, count.get);
  code.yield(finished.get);
  return code;
}

/** One iteration after the evaluation, in three passes. */
class Tick {
  readonly #i: Local;
  readonly #end: Expression;
  readonly #accepted: Local;
  readonly #inside: Local;
  readonly #sums: { readonly dg: Local; readonly yHy: Local; readonly hg: Local };
  readonly #work: readonly Local[];
  /** One component of four vectors. */
  readonly #component: { readonly step: Local; readonly change: Local; readonly p: Local; readonly q: Local };

  constructor(
    private readonly code: Code,
    private readonly memory: KernelMemory,
  ) {
    const pair = (): Local => code.local(ValueTypes.pair);
    this.#i = code.local(ValueTypes.i32);
    this.#end = code.i32(PAIR * memory.t);
    this.#accepted = pair();
    this.#inside = pair();
    this.#sums = { dg: pair(), yHy: pair(), hg: pair() };
    this.#work = [pair(), pair(), pair(), pair()];
    this.#component = { step: pair(), change: pair(), p: pair(), q: pair() };
  }

  scalar(address: number): Expression {
    return this.code.load(this.code.i32(0), address);
  }

  /** Which lanes are inside the domain, and which accept the trial point; their new or shortened step length. */
  decide(): void {
    const { code, memory } = this;
    const trialValue = this.scalar(memory.outputs);
    const defect = this.scalar(memory.outputs + PAIR);
    const value = this.scalar(memory.value);
    const length = this.scalar(memory.length);
    const slope = this.scalar(memory.slope);
    const isFinite = code.pair("less", code.pair("absolute", trialValue), code.constant(HUGE));
    const isDefinite = code.pair("equal", defect, code.constant(0));
    code.set(this.#inside, code.pair("and", isFinite, isDefinite));
    const predicted = code.pair("multiply", length, slope);
    const rounding = code.pair(
      "multiply",
      code.constant(ROUNDING),
      code.pair("add", code.constant(1), code.pair("absolute", value)),
    );
    const limit = code.pair(
      "add",
      code.pair("add", value, rounding),
      code.pair("multiply", code.constant(SUFFICIENT), predicted),
    );
    const isLess = code.pair("lessEqual", trialValue, limit);
    code.set(this.#accepted, code.pair("and", this.#inside.get, isLess));
    this.#shorten(trialValue, predicted);
  }

  /** a ← a · clamp(−a slope / 2(F' − F − a slope), 0.1, 0.5) inside the domain, a/4 outside; unused where accepted. */
  #shorten(trialValue: Expression, predicted: Expression): void {
    const { code, memory } = this;
    const [shorter] = this.#work as [Local];
    const excess = code.pair(
      "subtract",
      code.pair("subtract", trialValue, this.scalar(memory.value)),
      predicted,
    );
    const interpolated = code.pair("divide", predicted, code.pair("multiply", code.constant(-2), excess));
    const clamped = code.pair(
      "most",
      code.constant(0.1),
      code.pair("least", code.constant(0.5), interpolated),
    );
    const share = code.pair("select", clamped, code.constant(0.25), this.#inside.get);
    code.set(shorter, code.pair("multiply", share, this.scalar(memory.length)));
  }

  /** Updates θ, g, d and the pending change of H where the trial is accepted; places the next trial everywhere. */
  step(): void {
    const { code, memory } = this;
    const accepted = this.#accepted.get;
    const [shorter, stepFactor, changeFactor, sg] = this.#work as [Local, Local, Local, Local];
    const { dg, hg } = this.#sums;
    const choose = (address: number, value: Expression): Expression =>
      code.pair("select", value, this.scalar(address), accepted);
    this.#innerProducts();
    this.#updateFactors(stepFactor, changeFactor, sg);
    const slope = dg;
    code.set(slope, code.constant(0));
    this.#forEach(() => this.#stepAlong(accepted, stepFactor, changeFactor, sg, hg, slope));
    const zero = code.i32(0);
    code.store(zero, memory.value, choose(memory.value, this.scalar(memory.outputs)));
    code.store(zero, memory.length, code.pair("select", code.constant(1), shorter.get, accepted));
    code.store(zero, memory.slope, slope.get);
    this.#forEach(() => {
      const at = (array: number): Expression => code.load(this.#i.get, array);
      const step = code.pair("multiply", this.scalar(memory.length), at(memory.direction));
      code.store(this.#i.get, memory.trial, code.pair("add", at(memory.theta), step));
    });
  }

  /** One component of s, p, q, and where the trial is accepted of d, θ, g and the new slope dᵀg. */
  #stepAlong(
    accepted: Expression,
    stepFactor: Local,
    changeFactor: Local,
    sg: Local,
    hg: Local,
    slope: Local,
  ): void {
    const { code, memory } = this;
    const { step, change, p, q } = this.#component;
    const at = (array: number): Expression => code.load(this.#i.get, array);
    const put = (array: number, value: Expression): void => code.store(this.#i.get, array, value);
    const times = (x: Local, y: Local): Expression => code.pair("multiply", x.get, y.get);
    const keep = (array: number, value: Expression, into: Local): void => {
      code.set(into, code.pair("select", value, at(array), accepted));
      put(array, into.get);
    };
    code.set(step, code.pair("multiply", this.scalar(memory.length), at(memory.direction)));
    put(memory.step, step.get);
    code.set(change, at(memory.change));
    code.set(p, code.pair("add", times(stepFactor, step), times(changeFactor, change)));
    put(memory.stepFactor, p.get);
    code.set(q, times(changeFactor, step));
    put(memory.changeFactor, q.get);
    const update = code.pair("add", times(p, sg), times(q, hg));
    const product = code.pair("add", at(memory.product), update);
    // Past the product p and q are free for what is kept.
    keep(memory.direction, code.pair("negate", product), p);
    keep(memory.gradient, at(memory.trialGradient), q);
    code.set(slope, code.pair("add", slope.get, times(p, q)));
    keep(memory.theta, at(memory.trial), p);
  }

  /** dᵀg', yᵀHy, (Hy)ᵀg'; Hy is stored, as zeros where the trial is refused, so that no NaN can enter H. */
  #innerProducts(): void {
    const { code, memory } = this;
    const { dg, yHy, hg } = this.#sums;
    const at = (array: number): Expression => code.load(this.#i.get, array);
    const add = (sum: Local, x: Expression, y: Expression): void =>
      code.set(sum, code.pair("add", sum.get, code.pair("multiply", x, y)));
    for (const sum of [dg, yHy, hg]) code.set(sum, code.constant(0));
    this.#forEach(() => {
      const change = code.pair("add", at(memory.product), at(memory.direction));
      code.store(this.#i.get, memory.change, code.pair("and", change, this.#accepted.get));
      add(dg, at(memory.direction), at(memory.trialGradient));
      const difference = code.pair("subtract", at(memory.trialGradient), at(memory.gradient));
      add(yHy, difference, at(memory.change));
      add(hg, at(memory.change), at(memory.trialGradient));
    });
  }

  /** Scalars of the update: p = stepFactor · s + changeFactor · Hy, q = changeFactor · s; zero where there is none. */
  #updateFactors(stepFactor: Local, changeFactor: Local, sg: Local): void {
    const { code, memory } = this;
    const { dg, yHy } = this.#sums;
    const length = this.scalar(memory.length);
    code.set(sg, code.pair("multiply", length, dg.get));
    const curvature = code.pair("multiply", length, code.pair("subtract", dg.get, this.scalar(memory.slope)));
    const least = code.pair("multiply", code.constant(LEAST_CURVATURE), yHy.get);
    const isCurved = code.pair(
      "and",
      code.pair("greater", curvature, code.constant(0)),
      code.pair("greater", curvature, least),
    );
    const mask = code.pair("and", isCurved, this.#accepted.get);
    const inverse = code.pair("divide", code.constant(-1), curvature);
    const ratio = code.pair("divide", yHy.get, curvature);
    const scaled = code.pair("multiply", code.pair("subtract", code.constant(-1), ratio), changeFactor.get);
    code.set(changeFactor, code.pair("and", inverse, mask));
    code.set(stepFactor, code.pair("and", scaled, mask));
  }

  /** Sets the state of lanes that have converged or can get no further. */
  judge(): void {
    const { code, memory } = this;
    const accepted = this.#accepted.get;
    const slope = this.scalar(memory.slope);
    const isSmall = code.pair("lessEqual", code.pair("absolute", slope), this.scalar(memory.tolerance));
    const converged = code.pair("and", accepted, isSmall);
    const descends = code.pair("less", slope, code.constant(0));
    const canShorten = code.pair(
      "or",
      accepted,
      code.pair("greater", this.scalar(memory.length), code.constant(SHORTEST)),
    );
    const goesOn = code.pair("and", descends, canShorten);
    const state = code.pair(
      "select",
      code.constant(LaneState.converged),
      code.pair("andNot", code.constant(LaneState.stuck), goesOn),
      converged,
    );
    code.store(code.i32(0), memory.state, state);
  }

  #forEach(body: () => void): void {
    this.code.set(this.#i, this.code.i32(0));
    this.code.loop(this.#i, PAIR, this.#end, body);
  }
}
