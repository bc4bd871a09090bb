/** The part of a row that decides what its variables are. */
interface NamedRow {
  readonly lhs: string;
  readonly op: string;
  readonly rhs: string;
}

/** What the variables of a block are, each list in lavaan's order. */
export interface VariableRoles {
  /** Names defined by `=~`. */
  readonly latents: readonly string[];
  /** All others: indicators, then outcomes, then covariates, then the rest. */
  readonly observed: readonly string[];
  /** Observed variables that only cause others, and whose moments the user did not model. */
  readonly exogenous: readonly string[];
  /** Observed variables that only cause others, but whose moments the user modelled. */
  readonly randomCovariates: readonly string[];
  /** Latent variables that nothing else explains. */
  readonly exogenousLatents: readonly string[];
  /** Outcomes that explain nothing else, latent ones first. */
  readonly lastOutcomes: readonly string[];
}

/** Sorts the variables of a parameter table by their roles. */
export function variableRoles(rows: readonly NamedRow[]): VariableRoles {
  const lefts = (...ops: string[]): string[] =>
    rows.filter(({ op }) => ops.includes(op)).map(({ lhs }) => lhs);
  const rights = (...ops: string[]): string[] =>
    rows.filter(({ op }) => ops.includes(op)).map(({ rhs }) => rhs);
  const latents = new Set(lefts("=~"));
  const indicators = new Set(rights("=~"));
  const outcomes = new Set(lefts("~"));
  const predictors = new Set(rights("~"));
  const isLatent = (name: string): boolean => latents.has(name);

  const observedIndicators = [...indicators].filter((name) => !isLatent(name));
  const observedOutcomes = [...outcomes].filter((name) => !isLatent(name) && !indicators.has(name));
  const covariates = [...predictors].filter(
    (name) => !isLatent(name) && !indicators.has(name) && !outcomes.has(name),
  );
  const rest = [...lefts("~~"), ...rights("~~"), ...lefts("~1")].filter((name) => !isLatent(name));
  const observed = [...new Set([...observedIndicators, ...observedOutcomes, ...covariates, ...rest])];

  const modelled = new Set(rest);
  const isLast = (name: string): boolean =>
    outcomes.has(name) && !indicators.has(name) && !predictors.has(name);
  return {
    latents: [...latents],
    observed,
    exogenous: covariates.filter((name) => !modelled.has(name)),
    randomCovariates: covariates.filter((name) => modelled.has(name)),
    exogenousLatents: [...latents].filter((name) => !indicators.has(name) && !outcomes.has(name)),
    lastOutcomes: [
      ...[...latents].filter(isLast),
      ...observed.filter((name) => !isLatent(name) && isLast(name)),
    ],
  };
}
