/** The exponent b of y = a·xᵇ, with its 95 % interval. */
export interface Exponent {
  readonly exponent: number;
  readonly low: number;
  readonly high: number;
}

/** 97.5 % points of Student's t for 1, 2, … degrees of freedom. */
const STUDENT = [12.71, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306];

/** Least squares of log y on log x; the interval is Student's, and infinite where two points leave no residual. */
export function fitExponent(points: readonly { readonly x: number; readonly y: number }[]): Exponent {
  const n = points.length;
  const xs = points.map(({ x }) => Math.log(x));
  const ys = points.map(({ y }) => Math.log(y));
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / n;
  const [mx, my] = [mean(xs), mean(ys)];
  const sxx = xs.reduce((sum, x) => sum + (x - mx) ** 2, 0);
  const slope = xs.reduce((sum, x, i) => sum + (x - mx) * (ys[i]! - my), 0) / sxx;
  const residual = xs.reduce((sum, x, i) => sum + (ys[i]! - my - slope * (x - mx)) ** 2, 0);
  const t = STUDENT[n - 3] ?? (n < 3 ? Infinity : 1.96);
  const half = n < 3 ? Infinity : t * Math.sqrt(residual / (n - 2) / sxx);
  return { exponent: slope, low: slope - half, high: slope + half };
}
