import type { Model, ParameterRow } from "../../model/model.ts";

/** Observed variables are drawn as boxes, latent ones as ellipses. */
export interface DiagramNode {
  readonly name: string;
  readonly latent: boolean;
  /** A second, smaller line inside the shape; "" for none. */
  readonly note: string;
}

/**
 * "path": an arrow from cause to effect. "covariance": a curved arrow with two heads.
 * "variance": of the node `from` itself; a residual where the node has causes.
 */
export type EdgeKind = "path" | "covariance" | "variance";

export interface DiagramEdge {
  readonly kind: EdgeKind;
  readonly from: string;
  readonly to: string;
  /** Index into the rows of the model that it was drawn from; −1 where there is none. */
  readonly row: number;
  readonly free: boolean;
  /** Given by the data rather than by the model (lavaan's `fixed.x`). */
  readonly exogenous: boolean;
}

/** What a path diagram shows, before anybody knows where. */
export interface Diagram {
  readonly nodes: readonly DiagramNode[];
  readonly edges: readonly DiagramEdge[];
}

/** With more covariances than this among covariates, which the data give, they would hide the model. */
const MOST_EXOGENOUS_COVARIANCES = 6;

/**
 * The path diagram of one group (1-based) of a model. A source ε that loads on one variable only is the error of that
 * variable; the other sources are latent variables. Intercepts are not drawn.
 */
export function diagramOf(model: Model, group = 1): Diagram {
  const { variables } = model.structures[group - 1]!;
  const rows = model.rows.flatMap((row, index) => (row.group === group ? [{ row, index }] : []));
  const known = new Set(variables.map(({ name }) => name));
  const loadings = new Map<string, number>();
  for (const { row } of rows) if (row.op === "=~") loadings.set(row.lhs, (loadings.get(row.lhs) ?? 0) + 1);
  const sources = [...loadings].flatMap(([name, count]) =>
    count > 1 && !known.has(name) ? [{ name, latent: true, note: "" }] : [],
  );
  const isError = (row: ParameterRow): boolean =>
    row.op === "=~" && !known.has(row.lhs) && loadings.get(row.lhs) === 1;
  const exogenousCovariances = rows.filter(({ row }) => row.exogenous && row.lhs !== row.rhs).length;
  const drawn = rows.filter(({ row }) => {
    if (row.op === "=~" || row.op === "~") return true;
    if (row.op !== "~~") return false;
    if (row.exogenous) return row.lhs !== row.rhs && exogenousCovariances <= MOST_EXOGENOUS_COVARIANCES;
    return row.parameter >= 0 || row.value !== 0;
  });
  return {
    nodes: [...sources, ...variables.map(({ name, observed }) => ({ name, latent: !observed, note: "" }))],
    edges: drawn.map(({ row, index }) => toEdge(row, index, isError(row))),
  };
}

function toEdge(row: ParameterRow, index: number, isError: boolean): DiagramEdge {
  const { lhs, op, rhs, parameter, exogenous } = row;
  const rest = { row: index, free: parameter >= 0, exogenous };
  if (isError) return { kind: "variance", from: rhs, to: rhs, ...rest };
  if (op === "=~") return { kind: "path", from: lhs, to: rhs, ...rest };
  if (op === "~") return { kind: "path", from: rhs, to: lhs, ...rest };
  return { kind: lhs === rhs ? "variance" : "covariance", from: lhs, to: rhs, ...rest };
}
