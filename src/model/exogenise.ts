import type { Entry, Structure } from "./model.ts";

/**
 * Turns every unobserved variable without causes into exogenous terms, without changing Σ, μ or any parameter.
 *
 * For such a variable f with its single loading ε → f fixed to 1, row f of B becomes row ε of Λ:
 * x_c gains B_fc · f = B_fc · ε. What is left has a smaller p, fewer layers and, often, all variables observed,
 * which is what the district form needs. Variables with an intercept or several sources stay as they are.
 * (Saremi, arXiv 2309.14073, section 2: exogenisation.)
 */
export function exogeniseRoots(structure: Structure): Structure {
  const sourceOf = roots(structure);
  if (sourceOf.size === 0) return structure;
  const kept = structure.variables.flatMap((_, index) => (sourceOf.has(index) ? [] : [index]));
  const position = new Map(kept.map((variable, index) => [variable, index]));
  const place = (entry: Entry): Entry => ({ ...entry, column: position.get(entry.column)! });
  const loadings = structure.loadings.filter((entry) => !sourceOf.has(entry.column)).map(place);
  const paths: Entry[] = [];
  for (const entry of structure.paths) {
    const source = sourceOf.get(entry.row);
    if (source === undefined) paths.push({ ...place(entry), row: position.get(entry.row)! });
    else loadings.push({ ...place(entry), row: source });
  }
  return {
    label: structure.label,
    variables: kept.map((index) => structure.variables[index]!),
    sources: structure.sources,
    loadings,
    paths,
    covariances: structure.covariances,
    intercepts: structure.intercepts.filter((entry) => !sourceOf.has(entry.column)).map(place),
  };
}

/** Unobserved variables without causes or intercept whose only source has loading 1, with that source. */
function roots(structure: Structure): Map<number, number> {
  const excluded = new Set<number>();
  for (const entry of structure.paths) excluded.add(entry.column);
  for (const entry of structure.intercepts) {
    if (entry.parameter >= 0 || entry.value !== 0 || entry.fromSample) excluded.add(entry.column);
  }
  const loadingsOf = new Map<number, Entry[]>();
  const uses = new Map<number, number>();
  for (const entry of structure.loadings) {
    loadingsOf.set(entry.column, [...(loadingsOf.get(entry.column) ?? []), entry]);
    uses.set(entry.row, (uses.get(entry.row) ?? 0) + 1);
  }
  const found = new Map<number, number>();
  structure.variables.forEach((variable, index) => {
    const [loading, ...others] = loadingsOf.get(index) ?? [];
    if (variable.observed || excluded.has(index) || loading === undefined || others.length > 0) return;
    const isUnit = loading.parameter < 0 && loading.value === 1;
    if (isUnit && uses.get(loading.row) === 1) found.set(index, loading.row);
  });
  return found;
}
