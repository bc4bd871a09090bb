/** A number with so many decimals, in scientific form where those would hide it; empty for NaN. */
export function formatNumber(value: number, digits: number): string {
  if (Number.isNaN(value)) return "";
  if (!Number.isFinite(value)) return value > 0 ? "Inf" : "-Inf";
  const rounded = value.toFixed(digits);
  const hidden = value !== 0 && Number(rounded) === 0;
  if (hidden || Math.abs(value) >= 1e9) return value.toExponential(Math.max(digits - 2, 1));
  return rounded;
}

/** A p-value: plain decimals, as lavaan prints it (0.000 is "below what is shown"). */
export function formatProbability(value: number, digits: number): string {
  return Number.isNaN(value) ? "" : value.toFixed(digits);
}

/** A count without decimals, anything else with them. */
export function formatMeasure(value: number, digits: number): string {
  return Number.isInteger(value) && Math.abs(value) < 1e15 ? String(value) : formatNumber(value, digits);
}
