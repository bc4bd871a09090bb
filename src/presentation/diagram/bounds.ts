import { sampled, type Point, type Shape } from "./geometry.ts";
import type { PlacedLabel } from "./labels.ts";
import type { VarianceMark } from "./residuals.ts";
import type { Route } from "./routes.ts";

export interface Bounds {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

const MARGIN = 14;

/** The box around everything that is drawn. */
export function bounds(
  shapes: readonly Shape[],
  routes: readonly Route[],
  marks: readonly VarianceMark[],
  labels: readonly PlacedLabel[],
): Bounds {
  const boxes = [...shapes, ...labels].flatMap(({ x, y, width, height }) => [
    { x: x - width / 2, y: y - height / 2 },
    { x: x + width / 2, y: y + height / 2 },
  ]);
  const points: Point[] = [
    ...boxes,
    ...routes.flatMap(({ curve }) => sampled(curve, 12)),
    ...marks.flatMap(({ anchor: { x, y } }) => [
      { x: x - 12, y: y - 12 },
      { x: x + 12, y: y + 12 },
    ]),
  ];
  if (points.length === 0) return { x: 0, y: 0, width: 1, height: 1 };
  const [xs, ys] = [points.map(({ x }) => x), points.map(({ y }) => y)];
  const [left, top] = [Math.min(...xs) - MARGIN, Math.min(...ys) - MARGIN];
  return {
    x: left,
    y: top,
    width: Math.max(...xs) + MARGIN - left,
    height: Math.max(...ys) + MARGIN - top,
  };
}
