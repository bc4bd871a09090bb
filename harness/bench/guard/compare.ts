import type { Counts } from "./counts.ts";

/**
 * The share by which some counts may rise. Iterations differ a little where a processor's or an engine's logarithm rounds the
 * other way; a few bytes of WGSL are a correction, and what makes compilers slow is many. Everything else is exact.
 */
const SLACK: readonly (readonly [string, number])[] = [
  ["iterations", 0.1],
  ["bytes of WGSL", 0.05],
];

/** One sentence for every count that rose above its baseline, or has none; empty where nothing got slower. */
export function slowdowns(baseline: Counts, counts: Counts): string[] {
  return Object.entries(counts).flatMap(([name, count]) => {
    const allowed = baseline[name];
    if (allowed === undefined) return [`${name}: ${count}, and the baseline does not know it`];
    const [, slack] = SLACK.find(([ending]) => name.endsWith(ending)) ?? ["", 0];
    return count > allowed + Math.ceil(allowed * slack) ? [`${name}: rose from ${allowed} to ${count}`] : [];
  });
}

/** Names in the baseline that nothing counts any more. */
export function forgotten(baseline: Counts, counts: Counts): string[] {
  return Object.keys(baseline).filter((name) => !(name in counts));
}
