/** Plane geometry of the diagram, in pixels, y downwards. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** A node's shape around its centre. */
export interface Shape extends Point {
  readonly width: number;
  readonly height: number;
  readonly round: boolean;
}

export function between(a: Point, b: Point, t: number): Point {
  return { x: a.x + (b.x - a.x) * t, y: a.y + (b.y - a.y) * t };
}

export function distance(a: Point, b: Point): number {
  return Math.hypot(a.x - b.x, a.y - b.y);
}

/** The point at `length` from `from` in the direction of `angle`. */
export function polar(from: Point, angle: number, length: number): Point {
  return { x: from.x + Math.cos(angle) * length, y: from.y + Math.sin(angle) * length };
}

export function angleOf(from: Point, to: Point): number {
  return Math.atan2(to.y - from.y, to.x - from.x);
}

/** The smaller angle between two directions, 0…π. */
export function angleBetween(a: number, b: number): number {
  const turned = Math.abs(a - b) % (2 * Math.PI);
  return Math.min(turned, 2 * Math.PI - turned);
}

/** Where the ray from the centre of a shape towards a point leaves the shape. */
export function border(shape: Shape, towards: Point): Point {
  const [dx, dy] = [towards.x - shape.x, towards.y - shape.y];
  if (dx === 0 && dy === 0) return { x: shape.x, y: shape.y };
  const [a, b] = [shape.width / 2, shape.height / 2];
  const scale = shape.round
    ? 1 / Math.hypot(dx / a, dy / b)
    : Math.min(a / Math.abs(dx || 1e-9), b / Math.abs(dy || 1e-9));
  return { x: shape.x + dx * scale, y: shape.y + dy * scale };
}

/** Whether a point lies in a shape's bounding box grown by `margin`. */
export function isInside(shape: Omit<Shape, "round">, { x, y }: Point, margin: number): boolean {
  return (
    Math.abs(x - shape.x) < shape.width / 2 + margin && Math.abs(y - shape.y) < shape.height / 2 + margin
  );
}

/** Whether two boxes given by centre and size overlap. */
export function overlaps(a: Omit<Shape, "round">, b: Omit<Shape, "round">): boolean {
  return Math.abs(a.x - b.x) < (a.width + b.width) / 2 && Math.abs(a.y - b.y) < (a.height + b.height) / 2;
}

/** Whether the segment ab passes through a box, by clipping it to the box's two slabs. */
export function segmentMeets(a: Point, b: Point, box: Omit<Shape, "round">): boolean {
  let [enters, leaves] = [0, 1];
  for (const [start, end, centre, size] of [
    [a.x, b.x, box.x, box.width],
    [a.y, b.y, box.y, box.height],
  ] as const) {
    const step = end - start;
    if (step === 0) {
      if (Math.abs(start - centre) >= size / 2) return false;
      continue;
    }
    const [one, other] = [(centre - size / 2 - start) / step, (centre + size / 2 - start) / step];
    enters = Math.max(enters, Math.min(one, other));
    leaves = Math.min(leaves, Math.max(one, other));
  }
  return enters < leaves;
}

/** Whether the segments ab and cd cross in their interiors. */
export function segmentsCross(a: Point, b: Point, c: Point, d: Point): boolean {
  const side = (p: Point, q: Point, r: Point): number =>
    (q.x - p.x) * (r.y - p.y) - (q.y - p.y) * (r.x - p.x);
  return side(a, b, c) * side(a, b, d) < 0 && side(c, d, a) * side(c, d, b) < 0;
}

/** The point at t of a cubic Bézier curve. */
export function cubicAt([a, b, c, d]: readonly [Point, Point, Point, Point], t: number): Point {
  const s = 1 - t;
  const [wa, wb, wc, wd] = [s * s * s, 3 * s * s * t, 3 * s * t * t, t * t * t];
  return {
    x: wa * a.x + wb * b.x + wc * c.x + wd * d.x,
    y: wa * a.y + wb * b.y + wc * c.y + wd * d.y,
  };
}

/** A polyline with the box around it, which most tests need not look behind. */
export interface Polyline {
  readonly points: readonly Point[];
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

export function polyline(points: readonly Point[]): Polyline {
  let [left, right, top, bottom] = [Infinity, -Infinity, Infinity, -Infinity];
  for (const { x, y } of points) {
    left = Math.min(left, x);
    right = Math.max(right, x);
    top = Math.min(top, y);
    bottom = Math.max(bottom, y);
  }
  return { points, left, right, top, bottom };
}

/** Whether the boxes of two polylines have a point in common. */
export function mayMeet(a: Omit<Polyline, "points">, b: Omit<Polyline, "points">): boolean {
  return a.left <= b.right && b.left <= a.right && a.top <= b.bottom && b.top <= a.bottom;
}

/** How many pairs of pieces of two polylines cross. */
export function crossings(a: Polyline, b: Polyline): number {
  if (!mayMeet(a, b)) return 0;
  let count = 0;
  for (let i = 1; i < a.points.length; i++) {
    for (let j = 1; j < b.points.length; j++) {
      if (segmentsCross(a.points[i - 1]!, a.points[i]!, b.points[j - 1]!, b.points[j]!)) count++;
    }
  }
  return count;
}

/** A cubic Bézier curve as a polyline. */
export function sampled(curve: readonly [Point, Point, Point, Point], pieces: number): Point[] {
  return Array.from({ length: pieces + 1 }, (_, at) => cubicAt(curve, at / pieces));
}
