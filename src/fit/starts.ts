import { invertPositiveDefinite } from "../engine/cpu/linalg.ts";
import type { Problem } from "../engine/engine.ts";
import type { Moments } from "../data/moments.ts";
import { type Entry, FIXED, observedIndices, type Structure } from "../model/model.ts";
import { topologicalOrder } from "../model/topology.ts";
import { estimateFactor, type Extended, leadingFactor } from "./startingFactors.ts";
import { startIntercepts } from "./startingMeans.ts";

/** Least share of a variable's variance left to its error, so that starts stay away from Heywood cases. */
const LEAST_ERROR = 0.2;

/**
 * Starting values for a problem in unit variances, from S alone:
 * effects among observed variables by least squares; every latent from the leading factor of what is left among its
 * indicators, which also gives its covariances with all other variables; effects of and among latents by least
 * squares on those; errors take what remains. The user's own starting values win.
 */
export function startingValues(problem: Problem): Float64Array {
  const { model, moments } = problem;
  const sums = new Float64Array(model.parameters.length);
  const counts = new Float64Array(model.parameters.length);
  model.structures.forEach((structure, g) => {
    const propose = (entry: Entry, value: number): void => {
      if (entry.parameter === FIXED || entry.factor === 0 || !Number.isFinite(value)) return;
      sums[entry.parameter]! += value / entry.factor;
      counts[entry.parameter]!++;
    };
    startStructure(structure, moments[g]!, propose);
  });
  const theta = sums.map((sum, j) => (counts[j]! > 0 ? sum / counts[j]! : 0));
  model.parameters.forEach(({ start, lower, upper }, j) => {
    theta[j] = Math.min(upper, Math.max(lower, start ?? theta[j]!));
  });
  if (model.meanStructure) {
    model.structures.forEach((structure, g) => startIntercepts(structure, moments[g]!, model, theta));
  }
  return theta;
}

function startStructure(
  structure: Structure,
  moments: Moments,
  propose: (entry: Entry, value: number) => void,
): void {
  const extended = extendCovariance(structure, moments);
  const coefficients = new Map<Entry, number>();
  startPaths(structure, extended, coefficients);
  startSourceLoadings(structure, extended, coefficients);
  for (const [entry, value] of coefficients) propose(entry, value);
  startCovariances(structure, extended, coefficients, propose);
}

/** Covariances among all variables: observed from S, latents as their estimated factors. */
function extendCovariance(structure: Structure, moments: Moments): Extended {
  const p = structure.variables.length;
  const extended: Extended = { p, covariance: new Float64Array(p * p), known: new Uint8Array(p) };
  const observed = observedIndices(structure);
  observed.forEach((variable, i) => {
    extended.known[variable] = 1;
    observed.forEach((other, j) => {
      extended.covariance[variable * p + other] = moments.covariance[i * observed.length + j]!;
    });
  });
  // Latents measured by observed variables first, then those measured by latents that are known by now.
  const order = topologicalOrder(structure).reverse();
  for (const variable of order) if (!extended.known[variable]) estimateFactor(structure, variable, extended);
  return extended;
}

/** Least squares of every variable on its causes; fixed coefficients are taken off first. */
function startPaths(
  structure: Structure,
  { p, covariance }: Extended,
  coefficients: Map<Entry, number>,
): void {
  for (let child = 0; child < p; child++) {
    const incoming = structure.paths.filter(({ column }) => column === child);
    const free = incoming.filter(({ parameter }) => parameter !== FIXED);
    const fixed = incoming.filter(({ parameter }) => parameter === FIXED);
    for (const entry of fixed) coefficients.set(entry, entry.value);
    const m = free.length;
    if (m === 0) continue;
    const gram = new Float64Array(m * m);
    const target = new Float64Array(m);
    free.forEach(({ row: cause }, i) => {
      free.forEach(({ row: other }, j) => (gram[i * m + j] = covariance[cause * p + other]!));
      // A ridge keeps collinear causes from starting at huge opposite effects.
      gram[i * m + i]! += 0.01 + 1e-3 * covariance[cause * p + cause]!;
      target[i] = covariance[cause * p + child]!;
      for (const entry of fixed) target[i]! -= entry.value * covariance[cause * p + entry.row]!;
    });
    const solved = invertPositiveDefinite(gram, m);
    free.forEach((entry, i) => {
      let value = 0;
      if (solved) for (let j = 0; j < m; j++) value += solved.inverse[i * m + j]! * target[j]!;
      coefficients.set(entry, value);
    });
  }
}

/** Loadings of AMASEM sources: shared latents from the factor of the residuals of their children, errors afterwards. */
function startSourceLoadings(
  structure: Structure,
  extended: Extended,
  coefficients: Map<Entry, number>,
): void {
  const residual = residualCovariance(structure, extended, coefficients);
  const { p } = extended;
  const bySource = structure.sources.map((_, l) => structure.loadings.filter(({ row }) => row === l));
  const left = Float64Array.from({ length: p }, (_, i) => Math.max(residual[i * p + i]!, LEAST_ERROR));
  for (const entries of bySource) {
    if (entries.length < 2) continue;
    const children = entries.map(({ column }) => column);
    const loadings = leadingFactor(children, residual, p);
    entries.forEach((entry, i) => {
      const floor = loadings[i]! < 0 ? Math.min(loadings[i]!, -0.1) : Math.max(loadings[i]!, 0.1);
      coefficients.set(entry, entry.parameter === FIXED ? entry.value : floor);
    });
    children.forEach((a, i) => {
      left[a] = Math.max(LEAST_ERROR, left[a]! - loadings[i]! ** 2);
      children.forEach((b, j) => (residual[a * p + b]! -= loadings[i]! * loadings[j]!));
    });
  }
  for (const entries of bySource) {
    if (entries.length !== 1) continue;
    const [entry] = entries;
    coefficients.set(entry!, entry!.parameter === FIXED ? entry!.value : Math.sqrt(left[entry!.column]!));
  }
}

/** (I − B)ᵀ C (I − B): covariances of what the effects leave unexplained. */
function residualCovariance(
  structure: Structure,
  { p, covariance }: Extended,
  coefficients: ReadonlyMap<Entry, number>,
): Float64Array {
  const half = covariance.slice();
  for (const entry of structure.paths) {
    const b = coefficients.get(entry)!;
    for (let i = 0; i < p; i++) half[i * p + entry.column]! -= b * covariance[i * p + entry.row]!;
  }
  const out = half.slice();
  for (const entry of structure.paths) {
    const b = coefficients.get(entry)!;
    for (let j = 0; j < p; j++) out[entry.column * p + j]! -= b * half[entry.row * p + j]!;
  }
  return out;
}

/** Variances and covariances of the sources of classical models, from the residuals. */
function startCovariances(
  structure: Structure,
  extended: Extended,
  coefficients: ReadonlyMap<Entry, number>,
  propose: (entry: Entry, value: number) => void,
): void {
  const { p, covariance } = extended;
  const residual = residualCovariance(structure, extended, coefficients);
  const variableOf = new Map(structure.loadings.map(({ row, column }) => [row, column]));
  const hasCauses = new Set(structure.paths.map(({ column }) => column));
  const variance = (variable: number): number => {
    const whole = covariance[variable * p + variable]!;
    return Math.max(
      residual[variable * p + variable]!,
      (hasCauses.has(variable) ? LEAST_ERROR : 0.05) * whole,
    );
  };
  for (const entry of structure.covariances) {
    const row = variableOf.get(entry.row);
    const column = variableOf.get(entry.column);
    if (row === undefined || column === undefined) continue;
    if (row === column) propose(entry, variance(row));
    else {
      const bound = 0.5 * Math.sqrt(variance(row) * variance(column));
      const value = hasCauses.has(row) || hasCauses.has(column) ? 0 : residual[row * p + column]!;
      propose(entry, Math.max(-bound, Math.min(bound, value)));
    }
  }
}
