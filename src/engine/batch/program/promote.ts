import { type Entry, FIXED, type Structure } from "../../../model/model.ts";

/**
 * Turns every source with several children into an unobserved variable with that source as its only, unit loading:
 * the reverse of exogenisation. Σ, μ and the parameters stay as they are; Λ then links each source to one variable.
 */
export function promoteSharedSources(structure: Structure): Structure {
  const children = new Map<number, number>();
  for (const { row } of structure.loadings) children.set(row, (children.get(row) ?? 0) + 1);
  const position = new Map<number, number>();
  const variables = structure.variables.slice();
  for (const [source, count] of children) {
    if (count < 2) continue;
    position.set(source, variables.push({ name: structure.sources[source]!, observed: false }) - 1);
  }
  if (position.size === 0) return structure;
  const loadings: Entry[] = structure.loadings.filter(({ row }) => !position.has(row));
  const paths = structure.paths.slice();
  for (const entry of structure.loadings) {
    const variable = position.get(entry.row);
    if (variable !== undefined) paths.push({ ...entry, row: variable });
  }
  for (const [source, variable] of position) {
    loadings.push({
      row: source,
      column: variable,
      parameter: FIXED,
      factor: 1,
      value: 1,
      fromSample: false,
    });
  }
  return { ...structure, variables, loadings, paths };
}
