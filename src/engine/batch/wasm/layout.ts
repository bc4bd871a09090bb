import { PAIR } from "./straightLine.ts";

/** Byte addresses of the optimiser's memory. Every number is a pair: lane 0 and lane 1 are two problems. */
export interface KernelMemory {
  /** t parameters, m sample moments. */
  readonly t: number;
  readonly m: number;
  /** Inputs of the program: the point to evaluate, then the sample vector. */
  readonly trial: number;
  readonly sample: number;
  /** Its outputs: F, defect, ∂F/∂θ at the trial point. */
  readonly outputs: number;
  readonly trialGradient: number;
  /**
   * The best point so far, its gradient, the direction from it, and what the matrix owes to the last step. From
   * `gradient` to `changeFactor` they lie in a row, all zero when a lane begins.
   */
  readonly theta: number;
  readonly gradient: number;
  readonly direction: number;
  readonly step: number;
  readonly change: number;
  readonly stepFactor: number;
  readonly changeFactor: number;
  readonly product: number;
  /** Lower triangle by rows of the approximate inverse Hessian. */
  readonly inverseHessian: number;
  /** Scalars: F at `theta`, length of the step being tried, slope of F along `direction`, state, tolerance. */
  readonly value: number;
  readonly length: number;
  readonly slope: number;
  readonly state: number;
  readonly tolerance: number;
  /** Number of evaluations of the last call (i32). */
  readonly evaluations: number;
  /** First free byte: the straight-line function's intermediate values. */
  readonly scratch: number;
}

/** States of a lane. */
export const LaneState = { running: 0, converged: 1, stuck: 2 } as const;

/** Places everything for t parameters and m sample moments. */
export function layoutMemory(t: number, m: number): KernelMemory {
  let next = PAIR;
  const take = (pairs: number): number => {
    const address = next;
    next += PAIR * pairs;
    return address;
  };
  return {
    t,
    m,
    trial: take(t),
    sample: take(m),
    outputs: take(2),
    trialGradient: take(t),
    theta: take(t),
    gradient: take(t),
    direction: take(t),
    step: take(t),
    change: take(t),
    stepFactor: take(t),
    changeFactor: take(t),
    product: take(t),
    inverseHessian: take((t * (t + 1)) / 2),
    value: take(1),
    length: take(1),
    slope: take(1),
    state: take(1),
    tolerance: take(1),
    evaluations: take(1),
    scratch: take(0),
  };
}
