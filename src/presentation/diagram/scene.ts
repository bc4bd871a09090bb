import type { Positions } from "./arrange.ts";
import type { Diagram, DiagramEdge } from "./diagram.ts";
import type { Shape } from "./geometry.ts";
import { markLabel, placeLabels, type PlacedLabel } from "./labels.ts";
import { nodeSize } from "./nodeSize.ts";
import { varianceMarks, type VarianceMark } from "./residuals.ts";
import { routeArcs, routePaths, type Route } from "./routes.ts";
import { bounds, type Bounds } from "./bounds.ts";

/** Colour and dashes of a line; unset is black and solid. */
export interface EdgeStyle {
  readonly colour?: string;
  /** SVG's `stroke-dasharray`. */
  readonly dashes?: string;
  readonly width?: number;
}

export interface SceneOptions {
  /** The text on a line; "" for none. Default: none. */
  readonly label?: (edge: DiagramEdge) => string;
  readonly style?: (edge: DiagramEdge) => EdgeStyle;
}

export interface DrawnNode extends Shape {
  readonly name: string;
  readonly note: string;
}

export interface DrawnMark {
  readonly mark: VarianceMark;
  readonly text: string;
  readonly style: EdgeStyle;
}

export interface DrawnRoute {
  readonly route: Route;
  readonly label: PlacedLabel | undefined;
  readonly style: EdgeStyle;
}

/** Everything of a diagram with its place, for whoever draws it. */
export interface Scene {
  readonly nodes: readonly DrawnNode[];
  readonly routes: readonly DrawnRoute[];
  readonly marks: readonly DrawnMark[];
  readonly bounds: Bounds;
}

/** Where nodes, lines and variances are; what is written on them is not part of it. */
export interface Arrangement {
  readonly nodes: readonly DrawnNode[];
  readonly marks: readonly VarianceMark[];
  readonly routes: readonly Route[];
}

/** Routes all lines between nodes at their positions. */
export function arrangeScene(diagram: Diagram, positions: Positions): Arrangement {
  const nodes = diagram.nodes.map((node) => ({
    name: node.name,
    note: node.note,
    round: node.latent,
    ...nodeSize(node),
    ...positions.get(node.name)!,
  }));
  const shapes = new Map(nodes.map((node) => [node.name, node]));
  const paths = routePaths(diagram, shapes);
  const marks = varianceMarks(
    diagram,
    shapes,
    paths.map(({ course }) => course),
  );
  return { nodes, marks: [...marks.values()], routes: routeArcs(diagram, shapes, marks, paths) };
}

/** Arranges a diagram, where that has not been done before, and finds a place for every text. */
export function buildScene(
  diagram: Diagram,
  positions: Positions,
  options: SceneOptions = {},
  arrangement: Arrangement = arrangeScene(diagram, positions),
): Scene {
  const { label = () => "", style = () => ({}) } = options;
  const { nodes, marks, routes } = arrangement;
  const drawnMarks = marks.map((mark) => ({
    mark,
    text: label(mark.edge),
    style: style(mark.edge),
  }));
  const numbers = drawnMarks.flatMap(({ mark, text }) => (text === "" ? [] : [markLabel(mark, text)]));
  const labels = placeLabels(routes, ({ edge }) => label(edge), nodes, numbers);
  return {
    nodes,
    routes: routes.map((route) => ({ route, label: labels.get(route), style: style(route.edge) })),
    marks: drawnMarks,
    bounds: bounds(nodes, routes, marks, [...labels.values(), ...numbers]),
  };
}
