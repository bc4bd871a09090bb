import type { Expression } from "./expression.ts";

/** A variable x of the model: observed, or an endogenous latent. */
export interface Variable {
  readonly name: string;
  readonly observed: boolean;
}

/** Marks an entry or a row that no free parameter moves. */
export const FIXED = -1;

/**
 * One entry of Λ, B, Ψ or α.
 * Its value is `factor · θ[parameter]` where `parameter ≥ 0`, and `value` where `parameter` is `FIXED`.
 * `factor` is 1 in a model as stated; rescaling variables to unit variance changes it.
 */
export interface Entry {
  readonly row: number;
  readonly column: number;
  readonly parameter: number;
  readonly factor: number;
  readonly value: number;
  /** A fixed entry of Ψ or α whose value is the sample's moment of these variables (lavaan's `fixed.x`). */
  readonly fromSample: boolean;
}

/** A free parameter. Entries with the same index share it, so their gradients add up. */
export interface Parameter {
  /** The user's label, or `lhs op rhs` (followed by `.gN` in group N > 1). Unique. */
  readonly name: string;
  /** The user's starting value; `undefined` lets the fit choose. */
  readonly start: number | undefined;
  readonly lower: number;
  readonly upper: number;
}

/**
 * One group of a linear-Gaussian causal model in general form (guide "How it works"), row vectors:
 *
 *     x = α + ε Λ + x B,   ε ~ N(0, Ψ),   A = Λ (I − B)⁻¹,   Σ_full = Aᵀ Ψ A,   μ = α (I − B)⁻¹
 *
 * Λ: q×p, rows are `sources`; B: p×p, row = cause, column = effect; Ψ: q×q, only row ≤ column is listed;
 * α: 1×p, row 0. Entries that are not listed are zero. B is acyclic; `variables` need not be in topological order.
 */
export interface Structure {
  /** Label of the group; "" where there is one group only. */
  readonly label: string;
  readonly variables: readonly Variable[];
  /** Names of the exogenous terms ε: latents and errors. */
  readonly sources: readonly string[];
  readonly loadings: readonly Entry[];
  readonly paths: readonly Entry[];
  readonly covariances: readonly Entry[];
  readonly intercepts: readonly Entry[];
}

/** lavaan's operators: measures, regresses on, covaries with, intercept, definition, and three constraints. */
export type Operator = "=~" | "~" | "~~" | "~1" | ":=" | "==" | "<" | ">";

/** One line of the parameter table that the user sees; lavaan's names. */
export interface ParameterRow {
  readonly lhs: string;
  readonly op: Operator;
  readonly rhs: string;
  /** 1-based; 0 for `:=` and constraints. */
  readonly group: number;
  /** The user's label, or "". */
  readonly label: string;
  /** Index into `Model.parameters`, or `FIXED`. */
  readonly parameter: number;
  /** The fixed value; NaN where it comes from the sample, or where the row is free. */
  readonly value: number;
  /** A moment of exogenous observed variables, fixed at the sample's value (`fixed.x`). */
  readonly exogenous: boolean;
  /** Written by the user rather than added by the defaults. */
  readonly user: boolean;
  /** The right-hand side of `:=`, or `lhs − rhs` of a constraint. */
  readonly expression?: Expression;
}

/** A whole model: what every later stage reads. Immutable. */
export interface Model {
  readonly parameters: readonly Parameter[];
  /** One per group, in the order of the groups. */
  readonly structures: readonly Structure[];
  /** Whether μ is modelled; without it `intercepts` are empty and means are ignored. */
  readonly meanStructure: boolean;
  readonly rows: readonly ParameterRow[];
  /** What the reader of the model should tell the user, as "x is treated as random because…". */
  readonly warnings?: readonly string[];
}

/** The value of an entry at θ. */
export function entryValue(entry: Entry, theta: ArrayLike<number>): number {
  return entry.parameter === FIXED ? entry.value : entry.factor * theta[entry.parameter]!;
}

/** Indices of the observed variables O of a structure, ascending. */
export function observedIndices(structure: Structure): number[] {
  return structure.variables.flatMap((variable, index) => (variable.observed ? [index] : []));
}

/** Names of the observed variables of a structure, in the order in which its moments stand. */
export function observedNames(structure: Structure): string[] {
  return structure.variables.flatMap(({ name, observed }) => (observed ? [name] : []));
}

/** Whether the model has `==`, `<` or `>` rows. */
export function hasConstraints(model: Model): boolean {
  return model.rows.some(({ op }) => op === "==" || op === "<" || op === ">");
}
