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
