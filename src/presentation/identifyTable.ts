import type { EffectVerdict, IdentifyResult, Verdict } from "../causal/identifiability/identify.ts";

const VERDICTS: Readonly<Record<Verdict, string>> = {
  identifiable: "identifiable",
  locallyIdentifiable: "locally identifiable",
  notIdentifiable: "NOT identifiable",
};

const RULES: Readonly<Record<string, string>> = {
  noPath: "no directed path",
  regression: "regression",
  instrument: "instrument",
  halfTrek: "half-trek criterion",
  latentFactorHalfTrek: "latent-factor half-trek criterion",
  edgewise: "edgewise half-trek criterion",
  adjustment: "adjustment",
  paths: "sum over paths",
  mediator: "product through a mediator",
  numerical: "perfect fits agree (no proof)",
};

/** The answer of `semnan identify` for a reader: verdicts, formulas, what moves where nothing can be told. */
export function formatIdentifyTable({ effects }: IdentifyResult): string {
  if (effects.length === 0) return "The model has no effects between variables.\n";
  const rows = effects.map((effect) => [
    `  ${nameOf(effect)}`,
    effect.kind,
    VERDICTS[effect.verdict],
    reason(effect),
  ]);
  const header = ["  Effect", "kind", "verdict", "because"];
  const table = alignLeft([header, ...rows]);
  const lines = [
    "Do the observed covariances determine the effects? (for generic parameters)",
    "",
    ...table,
    ...formulas(effects),
    ...freedoms(effects),
    "",
    ...evidence(effects),
  ];
  return `${lines.join("\n")}\n`;
}

function nameOf({ group, from, to }: EffectVerdict): string {
  return `${from} → ${to}${group === undefined ? "" : ` (group ${group})`}`;
}

function reason({ certificate, verdict, evidence: { numerical } }: EffectVerdict): string {
  if (certificate !== null) return RULES[certificate.kind]!;
  if (verdict === "notIdentifiable") return "parameters can move and leave the covariances";
  if (numerical === undefined) return "locally unique; uniqueness was not settled";
  if (numerical.signOnly) return "the sign of the latent is free";
  return numerical.distinct > 1
    ? `${numerical.distinct} values fit one covariance matrix perfectly`
    : "locally unique; too few perfect fits to settle more";
}

/** Each formula once, the steps it builds on before it. */
function formulas(effects: readonly EffectVerdict[]): string[] {
  const lines = new Set<string>();
  for (const { certificate } of effects) {
    if (certificate === null || certificate.formula === "") continue;
    for (const line of [...certificate.steps, certificate.formula]) lines.add(`  ${line}`);
  }
  return lines.size === 0 ? [] : ["", "Formulas (σ: covariances of the observed variables)", ...lines];
}

function freedoms(effects: readonly EffectVerdict[]): string[] {
  const lines = effects.flatMap((effect) => {
    const { direction } = effect.evidence;
    if (direction === undefined) return [];
    const moves = Object.entries(direction.move).map(([name, step]) => `${name} ${signed(step)}`);
    const shown = moves.length > 8 ? [...moves.slice(0, 8), `and ${moves.length - 8} more`] : moves;
    return [`  ${nameOf(effect)}: ${shown.join(", ")}`];
  });
  const title = "Parameters that move together and leave every covariance, at a generic point";
  return lines.length === 0 ? [] : ["", title, ...new Set(lines)];
}

function signed(value: number): string {
  return `${value < 0 ? "−" : "+"}${Math.abs(value).toFixed(3)}`;
}

/** What the verdicts rest on; the same for all effects but the counts of values. */
function evidence([first]: readonly EffectVerdict[]): string[] {
  const { local, numerical } = first!.evidence;
  const rank =
    `Evidence: ${local.parameters} parameters reach ${local.rank} dimensions of ${local.moments} moments ` +
    `(rank modulo ${local.primes.join(" and ")}; a verdict is wrong with probability below ${local.errorBound.toExponential(0)}).`;
  const fits =
    numerical === undefined
      ? "The numerical check was not run."
      : `Numerical check: ${numerical.perfectFits} of ${numerical.starts} random starts reproduced ${numerical.targets} generic covariance matrices exactly.`;
  return [rank, fits];
}

function alignLeft(rows: readonly (readonly string[])[]): string[] {
  const last = rows[0]!.length - 1;
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => [...row[column]!].length)));
  return rows.map((row) =>
    row.map((cell, column) => (column === last ? cell : cell.padEnd(widths[column]!))).join("  "),
  );
}
