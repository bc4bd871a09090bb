import type { Diagram, DiagramEdge } from "./diagram.ts";
import {
  crossings,
  polyline,
  type Polyline,
  angleOf,
  between,
  border,
  distance,
  isInside,
  polar,
  sampled,
  type Point,
  type Shape,
} from "./geometry.ts";
import { numberRoom } from "./labels.ts";
import { NUMBER_RADIUS, type Shapes, type VarianceMark } from "./residuals.ts";

export type Curve = readonly [Point, Point, Point, Point];

/** A line of the diagram with its course. */
export interface Route {
  readonly edge: DiagramEdge;
  readonly curve: Curve;
  /** The curve as a polyline, for tests of what it meets. */
  readonly course: Polyline;
  /** Whether the curve is a straight line. */
  readonly straight: boolean;
  /** Heads stand at the end, and for covariances at the start as well. */
  readonly heads: readonly { readonly tip: Point; readonly angle: number }[];
}

const PIECES = 16;
/** How far a path may bend to avoid a node, in order of preference. */
const BENDS = [0, 30, -30, 60, -60, 100, -100, 150, -150, 210, -210];
/** Among more lines than this every arc crosses some, and which ones matters less than an answer at once. */
const MANY_EDGES = 150;
const ARC_DEPTHS = [0.18, 0.3, 0.45, 0.65, 0.9];

/** The courses of all paths. */
export function routePaths({ edges }: Diagram, shapes: Shapes): Route[] {
  return edges.flatMap((edge) => (edge.kind === "path" ? [routePath(edge, shapes)] : []));
}

/** The courses of all paths and covariances: to the paths come arcs that bend around what is there already. */
export function routeArcs(
  { edges }: Diagram,
  shapes: Shapes,
  marks: ReadonlyMap<string, VarianceMark>,
  paths: readonly Route[],
): Route[] {
  const routes = [...paths];
  const obstacles = [
    ...shapes.values(),
    ...[...marks.values()].flatMap((mark) => [markShape(mark), numberEnd(mark)]),
  ];
  const isCrowded = edges.length > MANY_EDGES;
  const taken = isCrowded ? [] : routes.map(({ course }) => course);
  const arcs = edges.filter(({ kind }) => kind === "covariance");
  const span = ({ from, to }: DiagramEdge): number => distance(shapes.get(from)!, shapes.get(to)!);
  // Short arcs first, so that long ones go around them.
  for (const edge of arcs.sort((a, b) => span(a) - span(b))) {
    const [from, to] = [edge.from, edge.to].map((name) => arcEnd(name, shapes, marks));
    const crowd = centreOfPaths(edge, routes);
    const route = routeArc(edge, from!, to!, { obstacles, taken, crowd });
    if (!isCrowded) taken.push(route.course);
    routes.push(route);
  }
  return routes;
}

function routePath(edge: DiagramEdge, shapes: Shapes): Route {
  const [from, to] = [shapes.get(edge.from)!, shapes.get(edge.to)!];
  const others = [...shapes].flatMap(([name, shape]) =>
    name === edge.from || name === edge.to ? [] : [shape],
  );
  const candidates = BENDS.map((bend) => bent(from, to, bend));
  const costs = candidates.map((curve, at) => {
    const points = sampled(curve, PIECES);
    const near = countInside(points, others, 10);
    return Math.abs(BENDS[at]!) / 40 + (near > 0 ? near * 0.4 + countInside(points, others, 3) * 3 : 0);
  });
  const best = costs.indexOf(Math.min(...costs));
  const curve = candidates[best]!;
  const straight = best === 0;
  return {
    edge,
    curve,
    course: polyline(straight ? [curve[0], curve[3]] : sampled(curve, 8)),
    straight,
    heads: [{ tip: curve[3], angle: angleOf(curve[2], curve[3]) }],
  };
}

function bent(from: Shape, to: Shape, bend: number): Curve {
  const middle = polar(between(from, to, 0.5), angleOf(from, to) + Math.PI / 2, 2 * bend);
  const [a, d] = [border(from, middle), border(to, middle)];
  return [a, between(a, middle, 2 / 3), between(d, middle, 2 / 3), d];
}

/** An end of an arc: residuals are left in their own direction, variables in any. */
interface ArcEnd {
  readonly shape: Shape;
  readonly angle: number | undefined;
}

/** A covariance of residuals joins the residuals, any other one the variables themselves. */
function arcEnd(name: string, shapes: Shapes, marks: ReadonlyMap<string, VarianceMark>): ArcEnd {
  const mark = marks.get(name);
  return mark?.residual
    ? { shape: numberEnd(mark), angle: mark.angle }
    : { shape: shapes.get(name)!, angle: undefined };
}

/** What a loop, or the arrow of a residual, takes besides its number. */
function markShape({ anchor }: VarianceMark): Shape {
  return { ...anchor, width: 2 * NUMBER_RADIUS + 8, height: 2 * NUMBER_RADIUS, round: true };
}

/** The outline of a variance's number, at which the arcs of its covariances end. */
function numberEnd(mark: VarianceMark): Shape {
  const { x, y, width } = numberRoom(mark);
  return { x, y, width: width + 6, height: 2 * NUMBER_RADIUS, round: true };
}

/** The middle of the paths at both ends of a covariance: its arc had better lead away from there. */
function centreOfPaths({ from, to }: DiagramEdge, routes: readonly Route[]): Point | undefined {
  const names = new Set([from, to]);
  const middles = routes.flatMap(({ edge, curve }) =>
    edge.kind === "path" && (names.has(edge.from) || names.has(edge.to))
      ? [between(curve[0], curve[3], 0.5)]
      : [],
  );
  if (middles.length === 0) return undefined;
  const mean = (values: number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  return { x: mean(middles.map(({ x }) => x)), y: mean(middles.map(({ y }) => y)) };
}

interface Surroundings {
  readonly obstacles: readonly Shape[];
  readonly taken: readonly Polyline[];
  readonly crowd: Point | undefined;
}

function routeArc(edge: DiagramEdge, from: ArcEnd, to: ArcEnd, around: Surroundings): Route {
  const { taken, crowd } = around;
  const others = around.obstacles.filter(
    (shape) => !isInside(shape, from.shape, 0) && !isInside(shape, to.shape, 0),
  );
  const candidates = ARC_DEPTHS.flatMap((depth) => [arc(from, to, depth), arc(from, to, -depth)]);
  const costs = candidates.map((curve) => {
    const points = sampled(curve, PIECES);
    const length = points.reduce(
      (sum, point, at) => sum + (at > 0 ? distance(point, points[at - 1]!) : 0),
      0,
    );
    const nearness = crowd ? 4000 / (40 + distance(points[PIECES / 2]!, crowd)) : 0;
    return (
      220 * countInside(points, others, 3) + 60 * countCrossings(points, taken) + 0.6 * length + nearness
    );
  });
  const curve = candidates[costs.indexOf(Math.min(...costs))]!;
  const heads = [
    { tip: curve[0], angle: angleOf(curve[1], curve[0]) },
    { tip: curve[3], angle: angleOf(curve[2], curve[3]) },
  ];
  return { edge, curve, course: polyline(sampled(curve, 8)), straight: false, heads };
}

/** A bow to one side of the line between two ends; where both have a direction, a bow that leaves along it. */
function arc(from: ArcEnd, to: ArcEnd, depth: number): Curve {
  const [a, d] = [from.shape, to.shape];
  const offset = Math.max(26, Math.abs(depth) * distance(a, d)) * 1.2;
  const side = angleOf(a, d) + (Math.sign(depth) * Math.PI) / 2;
  const control = (end: ArcEnd, at: number): Point =>
    depth > 0 && from.angle !== undefined && to.angle !== undefined
      ? polar(polar(end.shape, end.angle!, offset), angleOf(a, d), (at - 0.5) * -0.3 * distance(a, d))
      : polar(between(a, d, at), side, offset);
  const [b, c] = [control(from, 0.12), control(to, 0.88)];
  return [border(a, b), b, c, border(d, c)];
}

function countInside(points: readonly Point[], shapes: readonly Shape[], margin: number): number {
  let count = 0;
  for (const shape of shapes) for (const point of points) if (isInside(shape, point, margin)) count++;
  return count;
}

function countCrossings(points: readonly Point[], lines: readonly Polyline[]): number {
  const course = polyline(points);
  return lines.reduce((count, line) => count + crossings(course, line), 0);
}
