import type { Field } from "./field.ts";
import { solveLinear, type LinearSolution } from "./solve.ts";

/**
 * One step of an identifying formula: linear equations in the covariances of the observed variables that give
 * coefficients of direct effects on `effect`. All numbers are positions among the graph's visible variables.
 */
export interface FormulaStep {
  readonly rule: "regression" | "instrument" | "halfTrek" | "latentFactorHalfTrek" | "edgewise";
  readonly effect: number;
  /** Causes whose coefficients this step gives. */
  readonly solves: readonly number[];
  /** Causes with unknown coefficients that appear in the equations: `solves`, perhaps others. */
  readonly unknown: readonly number[];
  /** Causes whose coefficients earlier steps gave. */
  readonly known: readonly number[];
  /** Y: one equation each. Residual: y minus its causes' part, by earlier steps. */
  readonly equations: readonly { readonly variable: number; readonly residual: boolean }[];
  /** Z: variables through which the latents are accounted for. */
  readonly auxiliaries: readonly number[];
  readonly latents: readonly string[];
}

/** Coefficients found so far: k×k, row = cause; NaN where not found, 0 where there is no edge. */
export type Coefficients = Float64Array;

/**
 * Sets up and solves the equations of a step over a field, with Σ of the visible variables (k×k):
 *
 *     Σ_x A_yx β_x + Σ_z (A_yz − Σ_a A_ya β_az) ψ_z = A_yv − Σ_known A_ya β_av     for every y in Y,
 *
 * where A_y· = Σ_y· , or Σ_y· − Σ_a β_ay Σ_a· for a residual. The unknowns are β, then ψ.
 */
export function solveStep(
  field: Field,
  step: Omit<FormulaStep, "solves" | "rule">,
  causes: readonly (readonly number[])[],
  coefficients: Coefficients,
  sigma: Float64Array,
): LinearSolution {
  const k = causes.length;
  const { effect, unknown, known, auxiliaries } = step;
  const part = (row: (x: number) => number, variable: number, through: readonly number[]): number =>
    through.reduce(
      (value, a) => field.subtract(value, field.multiply(row(a), coefficients[a * k + variable]!)),
      row(variable),
    );
  const rows = step.equations.map(({ variable: y, residual }) => {
    const taken = residual ? causes[y]! : [];
    const row = (x: number): number =>
      taken.reduce(
        (value, a) => field.subtract(value, field.multiply(coefficients[a * k + y]!, sigma[a * k + x]!)),
        sigma[y * k + x]!,
      );
    return Float64Array.from([
      ...unknown.map(row),
      ...auxiliaries.map((z) => part(row, z, causes[z]!)),
      part(row, effect, known),
    ]);
  });
  return solveLinear(field, rows, unknown.length + auxiliaries.length);
}

/** No coefficient found yet: NaN at every edge, 0 elsewhere. */
export function unknownCoefficients(causes: readonly (readonly number[])[]): Coefficients {
  const k = causes.length;
  const coefficients = new Float64Array(k * k);
  causes.forEach((list, effect) => {
    for (const cause of list) coefficients[cause * k + effect] = NaN;
  });
  return coefficients;
}

/** Runs all steps on Σ, from the coefficients that are known before; what they do not give stays as it is. */
export function runSteps(
  field: Field,
  steps: readonly FormulaStep[],
  causes: readonly (readonly number[])[],
  sigma: Float64Array,
  before: Coefficients,
): Coefficients {
  const coefficients = before.slice();
  for (const step of steps) {
    const { values } = solveStep(field, step, causes, coefficients, sigma);
    step.unknown.forEach((cause, index) => {
      if (step.solves.includes(cause)) coefficients[cause * causes.length + step.effect] = values[index]!;
    });
  }
  return coefficients;
}

/** The step as a line a reader can follow. A tilde marks a variable less its causes' part. */
export function describeStep(
  step: FormulaStep,
  names: readonly string[],
  causes: readonly (readonly number[])[],
): string {
  const v = names[step.effect]!;
  const beta = (cause: number, effect = step.effect): string => `β(${names[cause]}→${names[effect]})`;
  const less = (variable: number): string =>
    `${names[variable]}~ = ${names[variable]}${causes[variable]!.map((a) => ` − ${beta(a, variable)}·${names[a]}`).join("")}`;
  const label = (variable: number, residual: boolean): string => names[variable]! + (residual ? "~" : "");
  const notes = [
    ...step.equations.filter(({ variable, residual }) => residual && causes[variable]!.length > 0),
    ...step.auxiliaries.filter((z) => causes[z]!.length > 0).map((variable) => ({ variable })),
  ].map(({ variable }) => less(variable));
  const where = notes.length === 0 ? "" : `, where ${[...new Set(notes)].join(", ")}`;
  if (step.rule === "regression") {
    const list = step.unknown.map((cause) => beta(cause)).join(", ");
    return `${list} = coefficients of the regression of ${v} on ${step.unknown.map((x) => names[x]).join(", ")}`;
  }
  const right = (y: string): string =>
    `σ(${y},${v})${step.known.map((a) => ` − ${beta(a)}·σ(${y},${names[a]})`).join("")}`;
  if (step.equations.length === 1 && step.unknown.length === 1 && step.auxiliaries.length === 0) {
    const [equation] = step.equations;
    const y = label(equation!.variable, equation!.residual && causes[equation!.variable]!.length > 0);
    const numerator = step.known.length === 0 ? right(y) : `[${right(y)}]`;
    return `${beta(step.unknown[0]!)} = ${numerator} / σ(${y},${names[step.unknown[0]!]})${where}`;
  }
  const terms = [
    ...step.unknown.map((x) => `σ(y,${names[x]})·${beta(x)}`),
    ...step.auxiliaries.map((z) => `σ(y,${label(z, causes[z]!.length > 0)})·ψ(${names[z]})`),
  ];
  const list = step.equations
    .map(({ variable, residual }) => label(variable, residual && causes[variable]!.length > 0))
    .join(", ");
  return `${terms.join(" + ")} = ${right("y")} for y in {${list}}${where}`;
}
