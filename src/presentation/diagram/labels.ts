import { cubicAt, mayMeet, overlaps, polar, segmentMeets, type Point, type Shape } from "./geometry.ts";
import { LABEL_SIZE, textWidth } from "./nodeSize.ts";
import { RESIDUAL_GAP, type VarianceMark } from "./residuals.ts";
import type { Route } from "./routes.ts";

/** A text and the centre of where it stands. */
export interface PlacedLabel extends Point {
  readonly text: string;
  readonly width: number;
  readonly height: number;
}

/** Places along a line in order of preference. Fans spread towards their ends, so the middle is a little late. */
const PLACES = [0.54, 0.62, 0.46, 0.7, 0.38, 0.76, 0.3, 0.82];

/** Among more lines than this no place is free of them, and looking for one takes time. */
const MANY_ROUTES = 120;

/** Puts each text on its line where it covers neither a node, nor another text, nor (if possible) another line. */
export function placeLabels(
  routes: readonly Route[],
  textOf: (route: Route) => string,
  shapes: readonly Shape[],
  fixed: readonly PlacedLabel[],
): Map<Route, PlacedLabel> {
  const placed = [...fixed];
  const result = new Map<Route, PlacedLabel>();
  for (const route of routes) {
    const text = textOf(route);
    if (text === "") continue;
    const [width, height] = [textWidth(text, LABEL_SIZE) + 4, LABEL_SIZE + 2];
    const places = route.edge.kind === "covariance" ? [0.5, ...PLACES] : PLACES;
    const candidates = places.map((t) => {
      const { x, y } = cubicAt(route.curve, t);
      return { x, y, text, width, height };
    });
    const costs = candidates.map((label, at) => labelCost(label, route, routes, shapes, placed) + at * 0.2);
    const best = candidates[costs.indexOf(Math.min(...costs))]!;
    placed.push(best);
    result.set(route, best);
  }
  return result;
}

function labelCost(
  label: PlacedLabel,
  own: Route,
  routes: readonly Route[],
  shapes: readonly Shape[],
  placed: readonly PlacedLabel[],
): number {
  let cost = 0;
  for (const shape of shapes) if (overlaps(shape, label)) cost += 10;
  const roomy = { x: label.x, y: label.y, width: label.width + 6, height: label.height + 4 };
  for (const other of placed) cost += overlaps(other, label) ? 8 : overlaps(other, roomy) ? 2 : 0;
  if (routes.length > MANY_ROUTES) return cost;
  for (const route of routes) {
    if (route !== own && crosses(route, label)) cost += 1;
  }
  return cost;
}

function crosses({ course }: Route, label: PlacedLabel): boolean {
  const { x, y, width, height } = label;
  const box = { left: x - width / 2, right: x + width / 2, top: y - height / 2, bottom: y + height / 2 };
  if (!mayMeet(course, box)) return false;
  return course.points.some((point, at) => at > 0 && segmentMeets(course.points[at - 1]!, point, label));
}

/** The room of the number of a variance whose text is not known yet: that of a usual one. */
export function numberRoom(mark: VarianceMark): PlacedLabel {
  return markLabel(mark, "0.00");
}

/** The number of a variance: at the tail of a residual's arrow with a little air between them, or outside a loop. */
export function markLabel(mark: VarianceMark, text: string): PlacedLabel {
  const width = textWidth(text, LABEL_SIZE) + 2;
  const sideways = Math.abs(Math.cos(mark.angle)) * (width / 2 - RESIDUAL_GAP + 3);
  const centre = polar(mark.anchor, mark.angle, Math.max(0, sideways) + (mark.residual ? 0 : 4));
  return { ...centre, text, width, height: LABEL_SIZE + 2 };
}
