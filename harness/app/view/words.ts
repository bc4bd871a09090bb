import { formatPlain } from "../../../src/presentation/numbers.ts";

/** A count with its noun: "1 row", "2 rows", "1,000 rows". */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count.toLocaleString("en")} ${count === 1 ? one : many}`;
}

/** A number as text with the minus sign of typography, which is as wide as its digits. */
export function withMinus(text: string): string {
  return text.replace(/^-/, "−");
}

/** A probability to three decimals; what is smaller says so rather than "0.000". */
export function formatProbability(value: number): string {
  return value < 0.0005 ? "< 0.001" : formatPlain(value, 3);
}

/** A duration for people: whole milliseconds below a second. */
export function formatSeconds(seconds: number): string {
  return seconds < 1 ? `${Math.max(1, Math.round(seconds * 1000))} ms` : `${seconds.toFixed(1)} s`;
}

/** A sentence out of a phrase of the library: a capital first letter and a full stop. */
export function sentence(phrase: string): string {
  if (phrase === "") return "";
  return `${phrase[0]!.toUpperCase()}${phrase.slice(1)}${/[.!?]$/.test(phrase) ? "" : "."}`;
}
