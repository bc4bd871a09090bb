import type { Moments } from "../data/moments.ts";
import type { Problem } from "../engine/engine.ts";
import { type Entry, FIXED, type Model, observedIndices, type Structure } from "../model/model.ts";

/**
 * A problem in variables of unit variance, and the way back: θ_stated = θ_scaled / unit.
 *
 * Observed x_j becomes x_j / s_j with s_j = √S_jj, latents and sources take the scale of what they are measured by.
 * The likelihood is invariant under this; float32 and optimisers are not (DESIGN, "Precision").
 */
export interface ScaledProblem {
  readonly problem: Problem;
  /** One positive number per parameter. */
  readonly units: Float64Array;
}

/** Discrepancies that a change of the variables' units changes are left in the user's units. */
const INVARIANT = [
  "maximumLikelihood",
  "reverseKullbackLeibler",
  "bhattacharyya",
  "squaredHellinger",
  "generalizedLeastSquares",
];

/** Rescales a problem whose sample entries are bound. */
export function scaleProblem(problem: Problem): ScaledProblem {
  const { model, moments } = problem;
  if (!INVARIANT.includes(problem.discrepancy as string)) {
    return { problem, units: new Float64Array(model.parameters.length).fill(1) };
  }
  const scales = model.structures.map((structure, g) => chooseScales(structure, moments[g]!));
  const units = new Float64Array(model.parameters.length);
  const structures = model.structures.map((structure, g) => scaleStructure(structure, scales[g]!, units));
  for (let j = 0; j < units.length; j++) if (units[j] === 0) units[j] = 1;
  const parameters = model.parameters.map((parameter, j) => ({
    ...parameter,
    start: parameter.start === undefined ? undefined : parameter.start * units[j]!,
    lower: parameter.lower * units[j]!,
    upper: parameter.upper * units[j]!,
  }));
  const scaledModel: Model = { ...model, parameters, structures };
  const scaledMoments = moments.map((group) => scaleMoments(group));
  return { problem: { ...problem, model: scaledModel, moments: scaledMoments }, units };
}

interface Scales {
  readonly variables: Float64Array;
  readonly sources: Float64Array;
}

function chooseScales(structure: Structure, moments: Moments): Scales {
  const k = moments.names.length;
  const variables = new Float64Array(structure.variables.length);
  observedIndices(structure).forEach(
    (variable, i) => (variables[variable] = Math.sqrt(moments.covariance[i * k + i]!)),
  );
  chooseLatentScales(structure, variables);
  const sources = new Float64Array(structure.sources.length).fill(1);
  const loadingsOf = new Map<number, Entry[]>();
  for (const entry of structure.loadings) {
    loadingsOf.set(entry.row, [...(loadingsOf.get(entry.row) ?? []), entry]);
  }
  for (const [source, [first, ...others]] of loadingsOf) {
    const isUnit = first!.parameter === FIXED && first!.value === 1 && others.length === 0;
    if (isUnit) sources[source] = variables[first!.column]!;
  }
  return { variables, sources };
}

/** A latent takes the unit of a marker (a fixed loading), directly or through other latents; else it keeps its own. */
function chooseLatentScales(structure: Structure, scales: Float64Array): void {
  for (let pass = 0; pass < structure.variables.length; pass++) {
    let changed = false;
    for (const { row, column, parameter, value } of structure.paths) {
      const isMarker = parameter === FIXED && value !== 0;
      if (!isMarker || structure.variables[row]!.observed || scales[row] !== 0 || scales[column] === 0)
        continue;
      scales[row] = scales[column]! / Math.abs(value);
      changed = true;
    }
    if (!changed) break;
  }
  for (let i = 0; i < scales.length; i++) if (scales[i] === 0) scales[i] = 1;
}

function scaleStructure(
  structure: Structure,
  { variables, sources }: Scales,
  units: Float64Array,
): Structure {
  const scale = (entry: Entry, ratio: number): Entry => {
    if (entry.parameter === FIXED) return { ...entry, value: entry.value * ratio };
    if (units[entry.parameter] === 0) units[entry.parameter] = ratio * Math.abs(entry.factor);
    return { ...entry, factor: (entry.factor * ratio) / units[entry.parameter]! };
  };
  return {
    ...structure,
    loadings: structure.loadings.map((e) => scale(e, sources[e.row]! / variables[e.column]!)),
    paths: structure.paths.map((e) => scale(e, variables[e.row]! / variables[e.column]!)),
    covariances: structure.covariances.map((e) => scale(e, 1 / (sources[e.row]! * sources[e.column]!))),
    intercepts: structure.intercepts.map((e) => scale(e, 1 / variables[e.column]!)),
  };
}

function scaleMoments(moments: Moments): Moments {
  const k = moments.names.length;
  const deviation = Float64Array.from({ length: k }, (_, i) => Math.sqrt(moments.covariance[i * k + i]!));
  return {
    ...moments,
    covariance: moments.covariance.map(
      (value, i) => value / (deviation[Math.floor(i / k)]! * deviation[i % k]!),
    ),
    mean: moments.mean?.map((value, i) => value / deviation[i]!),
  };
}

/** θ in the user's units. */
export function unscale(theta: Float64Array, units: Float64Array): Float64Array {
  return theta.map((value, j) => value / units[j]!);
}
