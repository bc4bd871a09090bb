import { covariateNames } from "./covariates.ts";
import { FIXED, type Model, type Operator } from "../model/model.ts";

/** A parameter that the model fixes: a row of its table, or one that lavaan's `modindices` would add. */
export interface Candidate {
  readonly lhs: string;
  readonly op: Operator;
  readonly rhs: string;
  /** 1-based. */
  readonly group: number;
}

/** All candidates in lavaan's order: the fixed rows of the table, then, group by group, what a full model would have. */
export function modificationCandidates(model: Model): Candidate[] {
  const key = ({ lhs, op, rhs, group }: Candidate): string => JSON.stringify([lhs, op, rhs, group]);
  const known = new Set<string>();
  for (const row of model.rows) {
    known.add(key(row));
    if (row.op === "~~") known.add(key({ ...row, lhs: row.rhs, rhs: row.lhs }));
  }
  const fixed = model.rows.filter(({ parameter, group }) => parameter === FIXED && group > 0);
  const added = model.structures.flatMap((_, g) => fullCandidates(model, g));
  const all = [...fixed, ...added.filter((candidate) => !known.has(key(candidate)))];
  return all.filter((candidate) => !explainsFixedCovariate(model, candidate));
}

/** The moments of fixed covariates are taken as they are: nothing can be freed that would explain them. */
function explainsFixedCovariate(model: Model, { lhs, op, rhs, group }: Candidate): boolean {
  const isFixed = (name: string): boolean =>
    model.rows.some((row) => row.exogenous && row.group === group && row.op === "~~" && row.lhs === name);
  return op === "~~" ? isFixed(lhs) && isFixed(rhs) : op !== "=~" && isFixed(lhs);
}

function fullCandidates(model: Model, g: number): Candidate[] {
  const group = g + 1;
  const roles = namesByRole(model, g);
  const candidates: Candidate[] = [];
  const add = (lhs: string, op: Operator, rhs: string): number => candidates.push({ lhs, op, rhs, group });
  for (const latent of roles.latents) {
    for (const name of roles.explained) if (!roles.inRegressions.has(name)) add(latent, "=~", name);
  }
  addPairs(
    roles.explained.filter((name) => roles.indicators.has(name)),
    add,
  );
  addPairs(roles.covariates, add);
  addPairs(roles.latents, add);
  for (const effect of roles.inRegressions) {
    for (const cause of roles.inRegressions) {
      const isLoading = roles.indicators.has(effect) && roles.latents.includes(cause);
      if (effect !== cause && !isLoading) add(effect, "~", cause);
    }
  }
  if (model.meanStructure) for (const name of [...roles.observed, ...roles.latents]) add(name, "~1", "");
  return candidates;
}

/** Every pair (a, b) with a at or before b, by a. */
function addPairs(names: readonly string[], add: (lhs: string, op: Operator, rhs: string) => number): void {
  names.forEach((a, i) => {
    for (const b of names.slice(i)) add(a, "~~", b);
  });
}

function namesByRole(model: Model, g: number) {
  const { variables, sources } = model.structures[g]!;
  const rows = model.rows.filter(({ group }) => group === g + 1);
  const named = new Set(variables.map(({ name }) => name));
  const observed = variables.flatMap((variable) => (variable.observed ? [variable.name] : []));
  const isObserved = new Set(observed);
  const latents = [
    ...variables.flatMap((variable) => (variable.observed ? [] : [variable.name])),
    ...sources.filter((name) => !named.has(name)),
  ];
  const effects = new Set(rows.flatMap(({ op, lhs }) => (op === "~" ? [lhs] : [])));
  const causes = new Set(rows.flatMap(({ op, rhs }) => (op === "~" ? [rhs] : [])));
  const loaded = new Set(rows.flatMap(({ op, rhs }) => (op === "=~" ? [rhs] : [])));
  const exogenous = covariateNames(model, g);
  const covariates = observed.filter((name) => exogenous.has(name));
  return {
    observed,
    latents,
    covariates,
    explained: observed.filter((name) => !covariates.includes(name)),
    indicators: new Set([...loaded].filter((name) => isObserved.has(name))),
    inRegressions: new Set([...effects, ...causes]),
  };
}
