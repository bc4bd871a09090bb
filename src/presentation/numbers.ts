/** A number with so many decimals, in scientific form where those would hide it; empty for NaN. */
export function formatNumber(value: number, digits: number): string {
  if (Number.isNaN(value)) return "";
  if (!Number.isFinite(value)) return value > 0 ? "Inf" : "-Inf";
  const rounded = value.toFixed(digits);
  const hidden = value !== 0 && Number(rounded) === 0;
  if (hidden || Math.abs(value) >= 1e9) return value.toExponential(Math.max(digits - 2, 1));
  return rounded;
}

/** Plain decimals whatever the size, for p-values and fit measures (0.000 is "below what is shown"). */
export function formatPlain(value: number, digits: number): string {
  return Number.isNaN(value) ? "" : value.toFixed(digits);
}

/** A probability to three decimals; what is smaller says so rather than "0.000". */
export function formatProbability(value: number): string {
  return value < 0.001 ? "< 0.001" : formatPlain(value, 3);
}

/** "p = 0.013", or "p < 0.001". */
export function statedProbability(value: number): string {
  const text = formatProbability(value);
  return text.startsWith("<") ? `p ${text}` : `p = ${text}`;
}

/** A number as text with the minus sign of typography, which is as wide as its digits. */
export function withMinus(text: string): string {
  return text.replace(/^-/, "−");
}
