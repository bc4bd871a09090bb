import type { Moments } from "../data/moments.ts";
import { compileStructure, type CompiledStructure, loadParameters } from "../engine/cpu/compiled.ts";
import { invertPositiveDefinite } from "../engine/cpu/linalg.ts";
import { impliedMean, propagateRows } from "../engine/cpu/recursions.ts";
import { FIXED, type Model, type Structure } from "../model/model.ts";

/**
 * Starts the free intercepts of one group by least squares: μ is linear in α, so with B at its start the α that
 * bring μ_O nearest to the sample mean solve normal equations (with a ridge that favours small latent means).
 */
export function startIntercepts(
  structure: Structure,
  moments: Moments,
  model: Model,
  theta: Float64Array,
): void {
  const compiled = compileStructure(structure, theta.length);
  const parameters = [
    ...new Set(structure.intercepts.flatMap(({ parameter }) => (parameter === FIXED ? [] : [parameter]))),
  ].filter((parameter) => model.parameters[parameter]!.start === undefined);
  const m = parameters.length;
  if (m === 0 || !moments.mean) return;
  for (const parameter of parameters) theta[parameter] = 0;
  loadParameters(compiled, theta);
  const base = new Float64Array(compiled.p);
  impliedMean(compiled, base);
  const rows = parameters.map((parameter) => effectOnMeans(compiled, parameter));
  const gram = new Float64Array(m * m);
  const target = new Float64Array(m);
  rows.forEach((row, i) => {
    rows.forEach((other, j) => {
      for (const variable of compiled.observed) gram[i * m + j]! += row[variable]! * other[variable]!;
    });
    gram[i * m + i]! += 1e-4;
    compiled.observed.forEach((variable, k) => {
      target[i]! += row[variable]! * (moments.mean![k]! - base[variable]!);
    });
  });
  const solved = invertPositiveDefinite(gram, m);
  if (!solved) return;
  parameters.forEach((parameter, i) => {
    let value = 0;
    for (let j = 0; j < m; j++) value += solved.inverse[i * m + j]! * target[j]!;
    theta[parameter] = value;
  });
}

/** ∂μ_full/∂θ_parameter through the intercepts. */
function effectOnMeans(compiled: CompiledStructure, parameter: number): Float64Array {
  const row = new Float64Array(compiled.p);
  const { intercepts } = compiled;
  for (let e = 0; e < intercepts.count; e++) {
    if (intercepts.parameter[e] === parameter) row[intercepts.column[e]!]! += intercepts.factor[e]!;
  }
  propagateRows(compiled, row, 1);
  return row;
}
