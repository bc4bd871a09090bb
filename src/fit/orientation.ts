import { type Entry, FIXED, type Model, type Structure } from "../model/model.ts";

/**
 * Turns every latent whose sign the data cannot tell so that its first free loading is positive.
 *
 * Where nothing fixes the sign of a latent, changing the signs of all coefficients and covariances that touch it
 * leaves Σ as it is. This picks one of the two: the result no longer depends on where the fit started. Latents whose
 * parameters are shared with others, labelled in expressions, bounded or fixed to a non-zero value are left alone.
 */
export function orientLatents(model: Model, theta: Float64Array): Float64Array {
  const oriented = theta.slice();
  const isNamed = new Set(
    model.rows.filter(({ expression }) => expression !== undefined).length > 0
      ? model.rows.flatMap(({ label, parameter }) => (label !== "" && parameter !== FIXED ? [parameter] : []))
      : [],
  );
  const uses = countUses(model);
  for (const structure of model.structures) {
    for (const touching of signGroups(structure)) {
      const parameters = touching
        .map(({ parameter }) => parameter)
        .filter((parameter) => parameter !== FIXED);
      const isFree = touching.every(({ parameter, value }) =>
        parameter === FIXED ? value === 0 : canFlip(model, parameter, uses, isNamed),
      );
      if (!isFree || parameters.length === 0 || !(oriented[parameters[0]!]! < 0)) continue;
      for (const parameter of parameters) oriented[parameter] = -oriented[parameter]!;
    }
  }
  return oriented;
}

function canFlip(model: Model, parameter: number, uses: Int32Array, isNamed: ReadonlySet<number>): boolean {
  const { lower, upper } = model.parameters[parameter]!;
  return uses[parameter] === 1 && !isNamed.has(parameter) && lower === -Infinity && upper === Infinity;
}

function countUses(model: Model): Int32Array {
  const uses = new Int32Array(model.parameters.length);
  for (const { loadings, paths, covariances, intercepts } of model.structures) {
    for (const { parameter } of [...loadings, ...paths, ...covariances, ...intercepts]) {
      if (parameter !== FIXED) uses[parameter]!++;
    }
  }
  return uses;
}

/** For each unobserved variable, and each AMASEM source, the entries whose sign turns with it; its loadings first. */
function signGroups(structure: Structure): Entry[][] {
  const { variables, sources, loadings, paths, covariances, intercepts } = structure;
  const own = new Map<number, number>();
  for (const { row, column, parameter, value } of loadings)
    if (parameter === FIXED && value === 1) own.set(column, row);
  const ofVariables = variables.flatMap((variable, index) => {
    if (variable.observed) return [];
    const source = own.get(index);
    return [
      [
        ...paths.filter(({ row }) => row === index),
        ...paths.filter(({ column }) => column === index),
        ...covariances.filter(({ row, column }) => row !== column && (row === source || column === source)),
        ...intercepts.filter(({ column }) => column === index),
      ],
    ];
  });
  const ownSources = new Set(own.values());
  const ofSources = sources.flatMap((_, source) => {
    if (ownSources.has(source)) return [];
    return [
      [
        ...loadings.filter(({ row }) => row === source),
        ...covariances.filter(({ row, column }) => row !== column && (row === source || column === source)),
      ],
    ];
  });
  return [...ofVariables, ...ofSources];
}
