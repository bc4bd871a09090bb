/** What a study leaves: raw numbers, findings in words, charts by name (SVG). */
export interface StudyResult {
  readonly data: Readonly<Record<string, unknown>>;
  /** Markdown without a title; charts are appended. */
  readonly report: string;
  readonly charts: Readonly<Record<string, string>>;
}

/** An experiment that anyone can rerun: the same seed gives the same numbers, timings excepted. */
export interface Study {
  readonly name: string;
  readonly title: string;
  readonly seed: number;
  run(): StudyResult | Promise<StudyResult>;
}

/** A Markdown table. */
export function markdownTable(
  header: readonly string[],
  rows: readonly (readonly (string | number)[])[],
): string {
  const line = (cells: readonly (string | number)[]): string => `| ${cells.join(" | ")} |`;
  return [line(header), line(header.map(() => "---")), ...rows.map(line)].join("\n");
}

export function mean(values: ArrayLike<number>): number {
  return Array.from(values).reduce((sum, value) => sum + value, 0) / values.length;
}

export function quantile(values: ArrayLike<number>, probability: number): number {
  const sorted = Float64Array.from(Array.from(values)).sort();
  const position = (sorted.length - 1) * probability;
  const below = Math.floor(position);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below]! + (position - below) * (sorted[above]! - sorted[below]!);
}

/** Slope of the least-squares line through (ln x, ln y): the exponent of a power law. */
export function exponent(points: readonly { readonly x: number; readonly y: number }[]): number {
  const xs = points.map(({ x }) => Math.log(x));
  const ys = points.map(({ y }) => Math.log(y));
  const [mx, my] = [mean(xs), mean(ys)];
  const cross = xs.reduce((sum, x, i) => sum + (x - mx) * (ys[i]! - my), 0);
  return cross / xs.reduce((sum, x) => sum + (x - mx) ** 2, 0);
}

/** The least-squares line y = intercept + slope · x, and the share of variance it explains. */
export function line(points: readonly { readonly x: number; readonly y: number }[]): {
  intercept: number;
  slope: number;
  explained: number;
} {
  const [mx, my] = [mean(points.map(({ x }) => x)), mean(points.map(({ y }) => y))];
  const sum = (term: (x: number, y: number) => number): number =>
    points.reduce((total, { x, y }) => total + term(x - mx, y - my), 0);
  const slope = sum((x, y) => x * y) / sum((x) => x * x);
  const explained = sum((x, y) => x * y) ** 2 / (sum((x) => x * x) * sum((_, y) => y * y));
  return { intercept: my - slope * mx, slope, explained };
}
