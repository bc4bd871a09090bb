import type { Diagram, DiagramEdge } from "./diagram.ts";
import {
  angleOf,
  between,
  border,
  distance,
  isInside,
  polar,
  sampled,
  segmentsCross,
  type Point,
  type Shape,
} from "./geometry.ts";
import { NUMBER_RADIUS, type Shapes, type VarianceMark } from "./residuals.ts";

export type Curve = readonly [Point, Point, Point, Point];

/** A line of the diagram with its course. */
export interface Route {
  readonly edge: DiagramEdge;
  readonly curve: Curve;
  /** Whether the curve is a straight line. */
  readonly straight: boolean;
  /** Heads stand at the end, and for covariances at the start as well. */
  readonly heads: readonly { readonly tip: Point; readonly angle: number }[];
}

const PIECES = 16;
/** How far a path may bend to avoid a node, in order of preference. */
const BENDS = [0, 30, -30, 60, -60, 100, -100, 150, -150, 210, -210];
const ARC_DEPTHS = [0.18, 0.3, 0.45, 0.65, 0.9];

/** The courses of all paths and covariances: paths first, then arcs that bend around what is there already. */
export function routeEdges(
  { edges }: Diagram,
  shapes: Shapes,
  marks: ReadonlyMap<string, VarianceMark>,
): Route[] {
  const routes: Route[] = [];
  for (const edge of edges) if (edge.kind === "path") routes.push(routePath(edge, shapes));
  const obstacles = [...shapes.values(), ...[...marks.values()].map(markShape)];
  const taken = routes.map(({ curve, straight }) => (straight ? [curve[0], curve[3]] : sampled(curve, 8)));
  const arcs = edges.filter(({ kind }) => kind === "covariance");
  const span = ({ from, to }: DiagramEdge): number => distance(shapes.get(from)!, shapes.get(to)!);
  // Short arcs first, so that long ones go around them.
  for (const edge of arcs.sort((a, b) => span(a) - span(b))) {
    const route = routeArc(
      edge,
      arcEnd(edge.from, shapes, marks),
      arcEnd(edge.to, shapes, marks),
      obstacles,
      taken,
    );
    taken.push(sampled(route.curve, 8));
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
  const hits = candidates.map((curve) => countInside(sampled(curve, PIECES), others, 5));
  const best = hits.indexOf(Math.min(...hits));
  const curve = candidates[best]!;
  return {
    edge,
    curve,
    straight: best === 0,
    heads: [{ tip: curve[3], angle: angleOf(curve[2], curve[3]) }],
  };
}

function bent(from: Shape, to: Shape, bend: number): Curve {
  const middle = polar(between(from, to, 0.5), angleOf(from, to) + Math.PI / 2, 2 * bend);
  const [a, d] = [border(from, middle), border(to, middle)];
  return [a, between(a, middle, 2 / 3), between(d, middle, 2 / 3), d];
}

/** A covariance of residuals joins the residuals, any other one the variables themselves. */
function arcEnd(name: string, shapes: Shapes, marks: ReadonlyMap<string, VarianceMark>): Shape {
  const mark = marks.get(name);
  return mark?.residual ? markShape(mark) : shapes.get(name)!;
}

function markShape({ anchor }: VarianceMark): Shape {
  return { ...anchor, width: 2 * NUMBER_RADIUS + 8, height: 2 * NUMBER_RADIUS, round: true };
}

function routeArc(
  edge: DiagramEdge,
  from: Shape,
  to: Shape,
  obstacles: readonly Shape[],
  taken: readonly (readonly Point[])[],
): Route {
  const others = obstacles.filter((shape) => distance(shape, from) > 1 && distance(shape, to) > 1);
  const candidates = ARC_DEPTHS.flatMap((depth) => [arc(from, to, depth), arc(from, to, -depth)]);
  const costs = candidates.map((curve) => {
    const points = sampled(curve, PIECES);
    const length = points.reduce(
      (sum, point, at) => sum + (at > 0 ? distance(point, points[at - 1]!) : 0),
      0,
    );
    return 90 * countInside(points, others, 3) + 60 * countCrossings(points, taken) + 0.6 * length;
  });
  const curve = candidates[costs.indexOf(Math.min(...costs))]!;
  const heads = [
    { tip: curve[0], angle: angleOf(curve[1], curve[0]) },
    { tip: curve[3], angle: angleOf(curve[2], curve[3]) },
  ];
  return { edge, curve, straight: false, heads };
}

function arc(from: Shape, to: Shape, depth: number): Curve {
  const direction = angleOf(from, to);
  const offset = Math.sign(depth) * Math.max(26, Math.abs(depth) * distance(from, to));
  const outwards = direction + Math.PI / 2;
  const control = (at: number): Point => polar(between(from, to, at), outwards, offset * 1.2);
  const [b, c] = [control(0.12), control(0.88)];
  return [border(from, b), b, c, border(to, c)];
}

function countInside(points: readonly Point[], shapes: readonly Shape[], margin: number): number {
  let count = 0;
  for (const shape of shapes) for (const point of points) if (isInside(shape, point, margin)) count++;
  return count;
}

function countCrossings(points: readonly Point[], lines: readonly (readonly Point[])[]): number {
  let count = 0;
  for (const line of lines) {
    for (let i = 1; i < points.length; i++) {
      for (let j = 1; j < line.length; j++) {
        if (segmentsCross(points[i - 1]!, points[i]!, line[j - 1]!, line[j]!)) count++;
      }
    }
  }
  return count;
}
