import type { Positions } from "./arrange.ts";
import type { Diagram, DiagramEdge } from "./diagram.ts";
import { distance, segmentMeets, segmentsCross, type Point, type Shape } from "./geometry.ts";
import { nodeSize } from "./nodeSize.ts";

/** What a reader pays for each flaw, in pixels of line that it is worth. */
const [CROSSING, ARC_CROSSING, COVERED_NODE] = [160, 60, 600];

/** Width over height of a figure across a page. */
export const LANDSCAPE = 1.7;
/** The same on a phone held upright, whose width is what decides how large the numbers are. */
export const PORTRAIT = 0.7;

type Box = Omit<Shape, "round">;

interface Line {
  readonly a: Point;
  readonly b: Point;
  readonly edge: DiagramEdge;
}

/**
 * How hard a layout is to read: crossings of lines, nodes that a line runs over, length of lines, and a shape of the
 * whole that is far from `aspect`, its width over its height. Covariances count as straight lines, but less, since they
 * bend around what is in their way.
 */
export function layoutCost(diagram: Diagram, positions: Positions, aspect: number): number {
  const lines = diagram.edges.flatMap((edge) =>
    edge.kind === "variance" ? [] : [{ a: positions.get(edge.from)!, b: positions.get(edge.to)!, edge }],
  );
  const boxes = new Map(
    diagram.nodes.map((node): [string, Box] => {
      const { x, y } = positions.get(node.name)!;
      return [node.name, { x, y, ...nodeSize(node) }];
    }),
  );
  let cost = 0;
  for (const [i, line] of lines.entries()) {
    cost += distance(line.a, line.b) * (line.edge.kind === "path" ? 1 : 0.5);
    cost += coveredNodes(line, boxes) * COVERED_NODE;
    for (const other of lines.slice(0, i)) {
      if (!segmentsCross(line.a, line.b, other.a, other.b)) continue;
      const bothPaths = line.edge.kind === "path" && other.edge.kind === "path";
      cost += bothPaths ? CROSSING : ARC_CROSSING;
    }
  }
  return cost + shapeCost(positions, aspect);
}

function coveredNodes({ a, b, edge }: Line, boxes: ReadonlyMap<string, Box>): number {
  if (edge.kind !== "path") return 0;
  let count = 0;
  for (const [name, box] of boxes) {
    if (name !== edge.from && name !== edge.to && segmentMeets(a, b, box)) count++;
  }
  return count;
}

function shapeCost(positions: Positions, aspect: number): number {
  const points = [...positions.values()];
  const extent = (values: number[]): number => Math.max(...values) - Math.min(...values) + 80;
  const [width, height] = [extent(points.map(({ x }) => x)), extent(points.map(({ y }) => y))];
  return Math.abs(Math.log(width / height / aspect)) * (width + height);
}
