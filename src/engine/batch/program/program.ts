import { exogeniseRoots } from "../../../model/exogenise.ts";
import type { Model, Structure } from "../../../model/model.ts";
import { conditionalFormApplies, traceConditionalForm } from "./conditionalForm.ts";
import { traceCovarianceForm } from "./covarianceForm.ts";
import { layoutSample, type SampleLayout } from "./sampleLayout.ts";
import { promoteSharedSources } from "./promote.ts";
import { accumulateGradient, structureScalars } from "./structureScalars.ts";
import { TapeEvaluator } from "./evaluator.ts";
import { type Scalar, Tape, TapeOverflow } from "./tape.ts";

/** How a program computes F: with unobserved variables conditioned on, without any, or through Σ. */
export type ProgramForm = "conditional" | "district" | "covariance";

/**
 * F and ∂F/∂θ of one model as straight-line code. Inputs are θ, then the sample vector of `sample`.
 * `value` lacks the terms of S alone: F = value − Σ_g (n_g / N)(ln|S_g| + k_g).
 */
export interface Program {
  readonly form: ProgramForm;
  readonly tape: Tape;
  readonly parameterCount: number;
  readonly sample: SampleLayout;
  readonly value: Scalar;
  /** Zero where every Σ_g(θ) is positive definite; another number or NaN elsewhere. */
  readonly defect: Scalar;
  readonly gradient: readonly Scalar[];
  /** What the form divides by. */
  readonly pivots: readonly Scalar[];
  /** Arithmetic operations of one evaluation. */
  readonly operations: number;
}

/** The outputs in the order in which kernels write them. */
export function programOutputs({ value, defect, gradient }: Program): Scalar[] {
  return [value, defect, ...gradient];
}

/** The value, defect and gradient of a program in float64 JavaScript. */
export function evaluateProgram(
  program: Program,
  theta: Float64Array,
  sample: Float64Array,
): { value: number; defect: number; gradient: Float64Array } {
  const inputs = new Float64Array(theta.length + sample.length);
  inputs.set(theta);
  inputs.set(sample, theta.length);
  const outputs = new TapeEvaluator(program.tape, programOutputs(program)).evaluate(inputs);
  return { value: outputs[0]!, defect: outputs[1]!, gradient: outputs.subarray(2) };
}

/** An error variance (of scaled variables) below this is too small to divide by. */
const LEAST_PIVOT = 1e-8;

/**
 * Unrolls maximum likelihood for a model whose groups have the given shares of the cases. Every form that applies is
 * traced and the one with the fewest operations kept; `undefined` where even that has more than `limit`.
 *
 * The conditional and district forms divide by error variances. Where those vanish at `start` (an estimate on its
 * bound), only the form through Σ is taken.
 */
export function traceProgram(
  model: Model,
  shares: readonly number[],
  limit: number,
  start?: Float64Array,
): Program | undefined {
  let best: Program | undefined;
  for (const [form, structures] of candidates(model)) {
    const traced = traceForm(model, structures, form, shares, best ? 2 * best.tape.length : 2 * limit);
    if (!traced || traced.operations > (best?.operations ?? limit)) continue;
    if (form === "covariance" || start === undefined || isDefinedAt(traced, start)) best = traced;
  }
  return best;
}

/** Whether a program's pivots at θ stay away from zero; they do not depend on the sample. */
function isDefinedAt(program: Program, theta: Float64Array): boolean {
  const { tape, pivots, sample } = program;
  const inputs = new Float64Array(theta.length + sample.size).fill(NaN);
  inputs.set(theta);
  const values = new TapeEvaluator(tape, pivots).evaluate(inputs);
  // Moments that the sample fixes are NaN here; they are positive.
  return values.every((pivot) => !(Math.abs(pivot) < LEAST_PIVOT));
}

/** The forms that apply to a model, with the structures each works on. */
export function* candidates(model: Model): Generator<[ProgramForm, readonly Structure[]]> {
  const promoted = model.structures.map(promoteSharedSources);
  const exogenised = model.structures.map(exogeniseRoots);
  const isObserved = (structures: readonly Structure[]): boolean =>
    structures.every(({ variables }) => variables.every(({ observed }) => observed));
  if (promoted.every(conditionalFormApplies)) {
    yield [isObserved(promoted) ? "district" : "conditional", promoted];
  }
  if (isObserved(exogenised) && exogenised.every(conditionalFormApplies)) yield ["district", exogenised];
  yield ["covariance", exogenised];
}

/** Unrolls one form; `undefined` where the tape outgrows `limit`. */
export function traceForm(
  model: Model,
  structures: readonly Structure[],
  form: ProgramForm,
  shares: readonly number[],
  limit: number,
): Program | undefined {
  const tape = new Tape(Math.min(limit, 2 ** 20));
  const sample = layoutSample(model);
  const parameterCount = model.parameters.length;
  const gradient: Scalar[] = model.parameters.map(() => tape.zero);
  let value = tape.zero;
  let defect = tape.zero;
  const pivots: Scalar[] = [];
  try {
    structures.forEach((structure, g) => {
      const scalars = structureScalars(tape, structure, sample.groups[g]!, parameterCount);
      const traced = form === "covariance" ? traceCovarianceForm(scalars) : traceConditionalForm(scalars);
      value = tape.add(value, tape.multiply(tape.constant(shares[g]!), traced.value));
      // Squared, so that the defects of two groups cannot cancel.
      defect = tape.add(defect, tape.multiply(traced.defect, traced.defect));
      pivots.push(...traced.pivots);
      accumulateGradient(scalars, traced.derivatives, shares[g]!, gradient);
    });
  } catch (error) {
    if (error instanceof TapeOverflow) return undefined;
    throw error;
  }
  const operations = tape
    .live([value, defect, ...gradient])
    .filter((scalar) => tape.operands(scalar).length > 0).length;
  return { form, tape, parameterCount, sample, value, defect, gradient, pivots, operations };
}
