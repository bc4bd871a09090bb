import { Graph, layout } from "@dagrejs/dagre";
import type { CausalGraph } from "../causal/graph.ts";

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** A vertex's box, by its centre. */
export interface PlacedVertex extends Point {
  readonly width: number;
  readonly height: number;
}

/** Where the vertices of a graph stand and its edges run, in pixels. Same order as in the graph. */
export interface GraphLayout {
  readonly width: number;
  readonly height: number;
  readonly vertices: readonly PlacedVertex[];
  readonly edges: readonly (readonly Point[])[];
}

const MARGIN = 28;
const HEIGHT = 36;
/** Room for a name: what a letter of the diagram's font takes, and padding on both sides. */
const LETTER = 8.6;
const PADDING = 28;

/**
 * Places a graph from causes on the left to effects on the right (layered layout by dagre). Where the text gave
 * every vertex a position, those are kept, scaled so that boxes do not collide.
 */
export function layoutGraph(graph: CausalGraph): GraphLayout {
  const widths = graph.vertices.map(({ name }) => Math.max(44, [...name].length * LETTER + PADDING));
  if (graph.vertices.every(({ name }) => graph.positions.has(name))) return stated(graph, widths);
  const drawing = new Graph();
  drawing.setGraph({ rankdir: "LR", nodesep: 34, ranksep: 64, marginx: MARGIN, marginy: MARGIN });
  drawing.setDefaultEdgeLabel(() => ({}));
  widths.forEach((width, vertex) => drawing.setNode(String(vertex), { width, height: HEIGHT }));
  for (const { from, to } of graph.edges) drawing.setEdge(String(from), String(to));
  layout(drawing);
  const { width = 0, height = 0 } = drawing.graph();
  const vertices = widths.map((boxWidth, vertex) => {
    const { x, y } = drawing.node(String(vertex)) as Point;
    return { x, y, width: boxWidth, height: HEIGHT };
  });
  const edges = graph.edges.map(({ from, to }) => {
    const { points = [] } = drawing.edge(String(from), String(to)) as { points?: Point[] };
    return points.map(({ x, y }) => ({ x, y }));
  });
  return { width, height, vertices, edges };
}

function stated(graph: CausalGraph, widths: readonly number[]): GraphLayout {
  const positions = graph.vertices.map(({ name }) => graph.positions.get(name)!);
  const spread = (axis: 0 | 1): { low: number; range: number; gap: number } => {
    const values = [...new Set(positions.map((position) => position[axis]))].sort((a, b) => a - b);
    const gaps = values.slice(1).map((value, index) => value - values[index]!);
    return {
      low: values[0]!,
      range: values.at(-1)! - values[0]!,
      gap: gaps.length === 0 ? 1 : Math.max(Math.min(...gaps), (values.at(-1)! - values[0]!) / 12),
    };
  };
  const [horizontal, vertical] = [spread(0), spread(1)];
  const widest = Math.max(...widths);
  const stretch = { x: (widest + 40) / horizontal.gap, y: (HEIGHT + 44) / vertical.gap };
  const vertices = positions.map(([x, y], vertex) => ({
    x: MARGIN + widest / 2 + (x - horizontal.low) * stretch.x,
    y: MARGIN + HEIGHT / 2 + (y - vertical.low) * stretch.y,
    width: widths[vertex]!,
    height: HEIGHT,
  }));
  return {
    width: 2 * MARGIN + widest + horizontal.range * stretch.x,
    height: 2 * MARGIN + HEIGHT + vertical.range * stretch.y,
    vertices,
    edges: graph.edges.map(({ from, to }) => [vertices[from]!, vertices[to]!]),
  };
}

/** Where the segment from the centre of a box towards `towards` leaves it. */
export function boxExit(box: PlacedVertex, towards: Point, isEllipse: boolean): Point {
  const dx = towards.x - box.x;
  const dy = towards.y - box.y;
  if (dx === 0 && dy === 0) return box;
  const [a, b] = [box.width / 2, box.height / 2];
  const share = isEllipse
    ? 1 / Math.hypot(dx / a, dy / b)
    : Math.min(a / Math.max(Math.abs(dx), 1e-9), b / Math.max(Math.abs(dy), 1e-9));
  return { x: box.x + dx * share, y: box.y + dy * share };
}
