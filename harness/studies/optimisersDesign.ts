import type { FirstOrderRule } from "./firstOrder.ts";

// What study (g) compares, and what it finds for each model.

/** How far above its minimum F may be where a descent counts as arrived. */
export const ARRIVED = 1e-10;
/** F of a first-order rule is followed no further. */
export const MOST_ITERATIONS = 20_000;
export const RATES = [1e-3, 1e-2, 1e-1] as const;
export const RULES = ["SGD", "Adam", "Adamax"] as const satisfies readonly FirstOrderRule[];

/** Iterations of one model; `null` where F never came within `ARRIVED` of its minimum. */
export interface ModelRow {
  readonly model: string;
  readonly parameters: number;
  /** To `ARRIVED`, then to the end of L-BFGS, then of the float64 polish. */
  readonly lbfgs: number;
  readonly engine: number;
  readonly polish: number;
  /** On WebGPU in float32; `null` where the GPU engine does not take the model. */
  readonly webgpu: number | null;
  readonly firstOrder: Readonly<Record<FirstOrderRule, readonly (number | null)[]>>;
}

/** One curve of the charts. */
export interface Curve {
  readonly model: string;
  readonly optimiser: "L-BFGS + polish" | FirstOrderRule;
  /** The learning rate that did best; `null` where there is none. */
  readonly rate: number | null;
  /** F less its minimum. */
  readonly points: readonly { iteration: number; seconds: number; excess: number }[];
}
