import { normalTwoSided } from "../statistics/distributions.ts";
import type { FitResult, ParameterEstimate } from "../statistics/result.ts";
import { alignColumns, type TableRow } from "./columns.ts";
import { formatNumber, formatPlain } from "./numbers.ts";

const SECTIONS = [
  "Latent Variables",
  "Regressions",
  "Covariances",
  "Intercepts",
  "Variances",
  "Defined Parameters",
  "Constraints",
] as const;
type Section = (typeof SECTIONS)[number];

/** Sections whose rows stand in blocks under a line such as `visual =~`. */
const IN_BLOCKS: ReadonlySet<Section> = new Set<Section>(["Latent Variables", "Regressions", "Covariances"]);

/**
 * The parameter table in lavaan's sections, one block per group. Names of endogenous variables carry a dot where the
 * row speaks of what their predictors leave over: a residual variance, a residual covariance, an intercept.
 */
export function parameterSections(result: FitResult, digits: number): string[] {
  const groups = result.groups ?? [""];
  const lines: TableRow[] = [];
  for (const [index, label] of groups.entries()) {
    if (groups.length > 1) lines.push("", "", `Group ${index + 1} [${label}]:`);
    const ofGroup = result.parameters.filter(({ group }) => groups.length === 1 || group === index + 1);
    lines.push(...sections(ofGroup.filter(isModelRow), digits));
  }
  lines.push(
    ...sections(
      result.parameters.filter((row) => !isModelRow(row)),
      digits,
    ),
  );
  return alignColumns(lines);
}

function isModelRow({ op }: ParameterEstimate): boolean {
  return op === "=~" || op === "~" || op === "~~" || op === "~1";
}

function sections(rows: readonly ParameterEstimate[], digits: number): TableRow[] {
  const endogenous = new Set([
    ...rows.filter(({ op }) => op === "~").map(({ lhs }) => lhs),
    ...rows.filter(({ op }) => op === "=~").map(({ rhs }) => rhs),
  ]);
  const bootstrapped = rows.some(({ bootstrapStandardError }) => bootstrapStandardError !== undefined);
  const lines: TableRow[] = [];
  for (const section of SECTIONS) {
    const members = rows.filter((row) => sectionOf(row) === section);
    if (members.length === 0) continue;
    let block = "";
    lines.push("", headOf(section, bootstrapped));
    for (const row of members) {
      const heading = headingOf(row, endogenous);
      if (IN_BLOCKS.has(section) && heading !== block) lines.push(heading);
      block = heading;
      lines.push([nameOf(row, section, endogenous), ...numbers(row, bootstrapped, digits)]);
    }
  }
  return lines;
}

function sectionOf({ lhs, op, rhs }: ParameterEstimate): Section {
  if (op === "=~") return "Latent Variables";
  if (op === "~") return "Regressions";
  if (op === "~1") return "Intercepts";
  if (op === "~~") return lhs === rhs ? "Variances" : "Covariances";
  return op === ":=" ? "Defined Parameters" : "Constraints";
}

function headOf(section: Section, bootstrapped: boolean): string[] {
  const spread = bootstrapped ? ["Boot.SE", "boot.lower", "boot.upper"] : ["Std.Err", "ci.lower", "ci.upper"];
  return [`${section}:`, "Estimate", spread[0]!, "z-value", "P(>|z|)", spread[1]!, spread[2]!, "Std.all"];
}

function headingOf({ lhs, op }: ParameterEstimate, endogenous: ReadonlySet<string>): string {
  return `  ${op === "~~" && endogenous.has(lhs) ? "." : ""}${lhs} ${op}`;
}

function nameOf(row: ParameterEstimate, section: Section, endogenous: ReadonlySet<string>): string {
  const label = row.label === "" || row.op === ":=" ? "" : ` (${row.label})`;
  if (section === "Constraints") return `    ${row.lhs} ${row.op} ${row.rhs}`;
  const name = IN_BLOCKS.has(section) ? row.rhs : row.lhs;
  const residual = (row.op === "~~" || row.op === "~1") && endogenous.has(name);
  return `   ${residual ? "." : " "}${name}${label}`;
}

/** Fixed parameters show their value only. */
function numbers(row: ParameterEstimate, bootstrapped: boolean, digits: number): string[] {
  const show = (value: number): string => formatNumber(value, digits);
  const uncertain = row.free || row.op === ":=";
  const [error = Number.NaN, lower = Number.NaN, upper = Number.NaN] = bootstrapped
    ? [row.bootstrapStandardError, row.bootstrapCiLower, row.bootstrapCiUpper]
    : [row.standardError, row.ciLower, row.ciUpper];
  // The test belongs to the standard error beside it.
  const z = bootstrapped ? row.estimate / error : row.z;
  const probability = formatPlain(bootstrapped ? normalTwoSided(z) : row.pValue, digits);
  const inference = [show(error), show(z), probability, show(lower), show(upper)];
  return [show(row.estimate), ...(uncertain ? inference : ["", "", "", "", ""]), show(row.standardized)];
}
