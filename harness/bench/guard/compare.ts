import type { Counts } from "./counts.ts";

/**
 * Iterations may differ a little where a processor's or an engine's logarithm rounds the other way; everything else is
 * counted, not computed.
 */
const ITERATION_SLACK = 1.1;

/** One sentence for every count that rose above its baseline, or has none; empty where nothing got slower. */
export function slowdowns(baseline: Counts, counts: Counts): string[] {
  return Object.entries(counts).flatMap(([name, count]) => {
    const allowed = baseline[name];
    if (allowed === undefined) return [`${name}: ${count}, and the baseline does not know it`];
    const slack = name.endsWith("iterations") ? Math.ceil(allowed * ITERATION_SLACK) : allowed;
    return count > slack ? [`${name}: rose from ${allowed} to ${count}`] : [];
  });
}

/** Names in the baseline that nothing counts any more. */
export function forgotten(baseline: Counts, counts: Counts): string[] {
  return Object.keys(baseline).filter((name) => !(name in counts));
}
