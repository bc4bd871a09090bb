import type { ParameterEstimate } from "../../../src/statistics/result.ts";

/** Rows that relate parameters to each other rather than variables. */
const RELATIONS: readonly string[] = [":=", "==", "<", ">"];

/**
 * The rows of a fitted model of one group as lavaan syntax for `lavaan()`, which adds nothing: free parameters start at
 * their estimates, fixed ones stand at their values, and latents without a variance of their own get 1.
 */
export function rowsAsLavaan(rows: readonly ParameterEstimate[]): string {
  const latents = new Set(rows.flatMap(({ op, lhs }) => (op === "=~" ? [lhs] : [])));
  const hasVariance = new Set(rows.flatMap(({ op, lhs, rhs }) => (op === "~~" && lhs === rhs ? [lhs] : [])));
  const sources = [...latents].filter((name) => !hasVariance.has(name));
  return [...rows.map(line), ...sources.map((name) => `${name} ~~ 1*${name}`)].join("\n");
}

function line({ lhs, op, rhs, label, free, estimate }: ParameterEstimate): string {
  if (RELATIONS.includes(op)) return `${lhs} ${op} ${rhs}`;
  const [operator, target] = op === "~1" ? ["~", "1"] : [op, rhs];
  if (!free) return `${lhs} ${operator} ${estimate}*${target}`;
  const named = label === "" ? "" : ` + ${label}*${target}`;
  return `${lhs} ${operator} start(${estimate})*${target}${named}`;
}
