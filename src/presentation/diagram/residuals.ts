import type { Diagram, DiagramEdge } from "./diagram.ts";
import {
  angleBetween,
  angleOf,
  border,
  distance,
  isInside,
  polar,
  segmentMeets,
  type Point,
  type Polyline,
  type Shape,
} from "./geometry.ts";

/** Where the variance of a node is drawn: outwards from its border in the direction of `angle`. */
export interface VarianceMark {
  readonly edge: DiagramEdge;
  readonly angle: number;
  /** On the border of the node. */
  readonly foot: Point;
  /** Where the number stands. */
  readonly anchor: Point;
  /** Of a node with causes: an arrow from outside; otherwise a loop. */
  readonly residual: boolean;
}

export type Shapes = ReadonlyMap<string, Shape>;

/** Length of a residual's arrow, and radius that its number takes. */
const REACH = 20;
export const NUMBER_RADIUS = 9;
/** How far from the middle of its number a residual's arrow begins. */
export const RESIDUAL_GAP = 8;

const DIRECTIONS = Array.from({ length: 8 }, (_, at) => (at * Math.PI) / 4);

/** Chooses for every variance the direction that leaves the courses of the paths, and all other nodes, alone. */
export function varianceMarks(
  { edges }: Diagram,
  shapes: Shapes,
  courses: readonly Polyline[],
): Map<string, VarianceMark> {
  const marks = new Map<string, VarianceMark>();
  const caused = new Set(edges.filter(({ kind }) => kind === "path").map(({ to }) => to));
  for (const edge of edges) {
    if (edge.kind !== "variance" || marks.has(edge.from)) continue;
    const shape = shapes.get(edge.from)!;
    const neighbours = neighboursOf(edge.from, edges, shapes);
    const around = { neighbours, courses, shapes, marks };
    const costs = DIRECTIONS.map((angle) => directionCost(angle, edge.from, around));
    const angle = DIRECTIONS[costs.indexOf(Math.min(...costs))]!;
    const { foot, anchor } = reach(shape, angle);
    marks.set(edge.from, { edge, angle, foot, anchor, residual: caused.has(edge.from) });
  }
  return marks;
}

/** What lines lead to from a node; covariances only where it has no paths, since they bend around anything. */
function neighboursOf(name: string, edges: readonly DiagramEdge[], shapes: Shapes): Point[] {
  const touching = edges.filter(
    ({ kind, from, to }) => kind !== "variance" && (from === name || to === name),
  );
  const paths = touching.filter(({ kind }) => kind === "path");
  return (paths.length > 0 ? paths : touching).map(({ from, to }) => shapes.get(from === name ? to : from)!);
}

function reach(shape: Shape, angle: number): { foot: Point; anchor: Point } {
  const foot = border(shape, polar(shape, angle, 1000));
  return { foot, anchor: polar(foot, angle, REACH + NUMBER_RADIUS) };
}

interface Surroundings {
  readonly neighbours: readonly Point[];
  /** Of all paths. */
  readonly courses: readonly Polyline[];
  readonly shapes: Shapes;
  readonly marks: ReadonlyMap<string, VarianceMark>;
}

function directionCost(
  angle: number,
  name: string,
  { neighbours, courses, shapes, marks }: Surroundings,
): number {
  const shape = shapes.get(name)!;
  const { anchor } = reach(shape, angle);
  let cost = Math.abs(Math.sin(2 * angle)) * 0.4;
  for (const neighbour of neighbours) {
    cost += (1 + Math.cos(angleBetween(angle, angleOf(shape, neighbour)))) ** 3;
  }
  for (const [other, box] of shapes) if (other !== name && isInside(box, anchor, 16)) cost += 20;
  for (const mark of marks.values()) if (distance(mark.anchor, anchor) < 30) cost += 10;
  const number = { ...anchor, width: 30, height: 18 };
  for (const course of courses) if (passes(course, number)) cost += 6;
  return cost;
}

/** Whether a polyline passes through a box. */
function passes({ points, ...around }: Polyline, box: Omit<Shape, "round">): boolean {
  const { x, y, width, height } = box;
  if (around.left > x + width / 2 || around.right < x - width / 2) return false;
  if (around.top > y + height / 2 || around.bottom < y - height / 2) return false;
  return points.some((point, at) => at > 0 && segmentMeets(points[at - 1]!, point, box));
}
