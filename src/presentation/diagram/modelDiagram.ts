import type { Model } from "../../model/model.ts";
import type { FitResult } from "../../statistics/result.ts";
import { formatNumber, withMinus } from "../numbers.ts";
import { diagramOf, type DiagramEdge } from "./diagram.ts";
import { layoutDiagram } from "./layout.ts";
import { buildScene } from "./scene.ts";
import { svgFile } from "./svg.ts";

/** Which numbers stand on the lines. */
export type DiagramValues = "none" | "estimates" | "standardized";

/** What a diagram shows besides the model. */
export interface DiagramOptions {
  readonly values?: DiagramValues;
  /** Decimals; 2 unless said. */
  readonly digits?: number;
  /** 1-based. */
  readonly group?: number;
  readonly title?: string;
}

/**
 * The path diagram of a model as an SVG file, with the numbers of its fit where there is one: latents as ellipses,
 * observed variables as boxes, covariances as curved arrows with two heads, residual variances as short arrows.
 */
export function diagramFile(model: Model, result?: FitResult, options: DiagramOptions = {}): string {
  const { group = 1, title = "Path diagram" } = options;
  const diagram = diagramOf(model, group);
  const label = edgeNumbers(result, options);
  return svgFile(buildScene(diagram, layoutDiagram(diagram), { label }), title);
}

/**
 * The text on each line of a fitted model's diagram, with the minus sign of typography. `parameters` of the result are
 * the rows of the model.
 */
export function edgeNumbers(
  result: FitResult | undefined,
  { values = "estimates", digits = 2 }: DiagramOptions = {},
): (edge: DiagramEdge) => string {
  return ({ row, exogenous }) => {
    const found = result?.parameters[row];
    if (!found || values === "none" || exogenous) return "";
    const value = values === "standardized" ? found.standardized : found.estimate;
    // A value fixed at 1 or 0 keeps its short form, which tells it from an estimate.
    return withMinus(!found.free && values === "estimates" ? String(value) : formatNumber(value, digits));
  };
}
