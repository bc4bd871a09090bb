import { solveStep, unknownCoefficients, type FormulaStep } from "./formula.ts";
import { halfTrekSystem, settings, type Setting } from "./halfTrek.ts";
import type { LatentFactorGraph } from "./latentFactorGraph.ts";
import type { Witness } from "./witness.ts";

export interface CertifyOptions {
  /** Largest number of latents set aside at once; the search is polynomial for a fixed number. */
  readonly largestLatentSet: number;
  /** Settings tried in one round, shared evenly by the variables (at least one each). */
  readonly mostSettings: number;
  /** Whether single edges are solved where the criterion for all causes of a variable fails. */
  readonly edgewise: boolean;
}

export const CERTIFY_DEFAULTS: CertifyOptions = { largestLatentSet: 2, mostSettings: 16_000, edgewise: true };

/**
 * Rational identifiability of direct effects: formulas for as many coefficients as the latent-factor half-trek
 * criterion reaches, in an order in which each uses earlier ones only. With `edgewise`, a variable whose causes
 * it cannot all reach contributes those single coefficients that the same equations determine (after Weihs et
 * al. 2018, doi:10.1515/jci-2017-0009).
 * `given` tells coefficients that are known from elsewhere. Every step is run on the witnesses before it counts, so what this returns is true of the model the witnesses
 * come from, whatever restrictions that model has.
 */
export function certifyEdges(
  graph: LatentFactorGraph,
  witnesses: readonly Witness[],
  options: CertifyOptions = CERTIFY_DEFAULTS,
  given: (cause: number, effect: number) => boolean = () => false,
): FormulaStep[] {
  const steps: FormulaStep[] = [];
  const k = graph.names.length;
  const found = witnesses.map(({ coefficients }) =>
    unknownCoefficients(graph.causes).map((value, at) =>
      Number.isNaN(value) && given(Math.floor(at / k), at % k) ? coefficients[at]! : value,
    ),
  );
  const isKnown = (cause: number, effect: number): boolean => !Number.isNaN(found[0]![cause * k + effect]!);
  const isSolved = (v: number): boolean => graph.causes[v]!.every((cause) => isKnown(cause, v));
  const solved = new Set([...graph.names.keys()].filter(isSolved));
  const accept = (step: FormulaStep | undefined): boolean => {
    if (step === undefined) return false;
    steps.push(step);
    for (const cause of step.solves) {
      const at = cause * k + step.effect;
      witnesses.forEach(({ coefficients }, w) => (found[w]![at] = coefficients[at]!));
    }
    if (isSolved(step.effect)) solved.add(step.effect);
    return true;
  };
  const open = (): number[] => [...graph.names.keys()].filter((v) => !solved.has(v));
  for (let progress = true; progress;) {
    progress = false;
    for (const v of open()) {
      const wholly = (setting: Setting): FormulaStep | undefined =>
        allCauses(graph, setting, witnesses, found);
      if (accept(first(settingsOf(graph, v, solved, options), wholly))) progress = true;
    }
    if (progress || !options.edgewise) continue;
    for (const v of open()) {
      const known = graph.causes[v]!.filter((cause) => isKnown(cause, v));
      const singly = (setting: Setting): FormulaStep | undefined =>
        someCauses(graph, setting, known, witnesses, found);
      if (accept(first(settingsOf(graph, v, solved, options), singly))) progress = true;
    }
  }
  return steps;
}

function settingsOf(
  graph: LatentFactorGraph,
  effect: number,
  solved: ReadonlySet<number>,
  { largestLatentSet, mostSettings }: CertifyOptions,
): Generator<Setting> {
  const share = Math.ceil(mostSettings / graph.names.length);
  return settings(graph, effect, solved, largestLatentSet, share);
}

function first(
  candidates: Iterable<Setting>,
  attempt: (setting: Setting) => FormulaStep | undefined,
): FormulaStep | undefined {
  for (const setting of candidates) {
    const step = attempt(setting);
    if (step !== undefined) return step;
  }
  return undefined;
}

/** The criterion as published: all causes at once, Y from a half-trek system. */
function allCauses(
  graph: LatentFactorGraph,
  setting: Setting,
  witnesses: readonly Witness[],
  found: readonly Float64Array[],
): FormulaStep | undefined {
  const y = halfTrekSystem(graph, setting);
  if (y === undefined) return undefined;
  const unknown = graph.causes[setting.effect]!;
  const draft = { ...draftStep(graph, setting, y), unknown, known: [], solves: unknown };
  const step: FormulaStep = { ...draft, rule: ruleOf(draft, graph) };
  return witnesses.every((witness, w) => holds(step, graph, witness, found[w]!)) ? step : undefined;
}

/** Single causes that the equations of all candidates determine together. */
function someCauses(
  graph: LatentFactorGraph,
  setting: Setting,
  known: readonly number[],
  witnesses: readonly Witness[],
  found: readonly Float64Array[],
): FormulaStep | undefined {
  const unknown = graph.causes[setting.effect]!.filter((cause) => !known.includes(cause));
  const draft = { ...draftStep(graph, setting, setting.candidates), unknown, known };
  const [witness] = witnesses;
  const solution = solveStep(witness!.field, draft, graph.causes, found[0]!, witness!.sigma);
  const solves = unknown.filter((_, index) => !Number.isNaN(solution.values[index]!));
  if (solves.length === 0) return undefined;
  const equations = solution.independentRows.map((row) => draft.equations[row]!);
  const step: FormulaStep = { ...draft, equations, solves, rule: "edgewise" };
  return witnesses.every((other, w) => holds(step, graph, other, found[w]!)) ? step : undefined;
}

function draftStep(
  graph: LatentFactorGraph,
  { effect, latents, auxiliaries, residual }: Setting,
  y: readonly number[],
): Omit<FormulaStep, "rule" | "solves" | "unknown" | "known"> {
  return {
    effect,
    equations: y.map((variable) => ({
      variable,
      residual: residual.has(variable) && graph.causes[variable]!.length > 0,
    })),
    auxiliaries,
    latents: latents.map((h) => graph.latentNames[h]!),
  };
}

function ruleOf(step: Omit<FormulaStep, "rule">, graph: LatentFactorGraph): FormulaStep["rule"] {
  if (step.latents.length > 0) return "latentFactorHalfTrek";
  const isPlain = step.equations.every(({ residual }) => !residual);
  const causes = graph.causes[step.effect]!;
  if (isPlain && step.equations.every(({ variable }) => causes.includes(variable))) return "regression";
  return causes.length === 1 && isPlain ? "instrument" : "halfTrek";
}

/** Whether a step, run on the witness's Σ, gives the coefficients the witness was made with. */
function holds(step: FormulaStep, graph: LatentFactorGraph, witness: Witness, found: Float64Array): boolean {
  const { values } = solveStep(witness.field, step, graph.causes, found, witness.sigma);
  const k = graph.names.length;
  return step.unknown.every(
    (cause, index) =>
      !step.solves.includes(cause) || values[index] === witness.coefficients[cause * k + step.effect],
  );
}
