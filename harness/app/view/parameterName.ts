interface Named {
  readonly lhs: string;
  readonly op: string;
  readonly rhs: string;
  readonly group?: number;
}

/** A parameter as the model states it: "f =~ x1", or "total :=" where nothing stands on the right of the name. */
export function parameterName({ lhs, op, rhs, group = 1 }: Named): string {
  const right = op === ":=" || op === "~1" ? "" : ` ${rhs}`;
  return `${lhs} ${op}${right}${group > 1 ? ` (group ${group})` : ""}`;
}

const OPERATORS: readonly (readonly [op: string, words: string])[] = [
  ["=~", "is measured by"],
  ["~", "depends on"],
  ["~~", "covaries with (with itself: its variance)"],
  ["~1", "has the intercept"],
  [":=", "is computed from others"],
];

/** What the operators among some parameters mean, in words. */
export function operatorWords(
  parameters: readonly Pick<Named, "op">[],
): readonly (readonly [string, string])[] {
  const used = new Set(parameters.map(({ op }) => op));
  return OPERATORS.filter(([op]) => used.has(op));
}
