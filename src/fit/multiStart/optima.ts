/** One start's end: where it stopped and F there. */
export interface Ending {
  readonly theta: Float64Array;
  readonly value: number;
}

/** A minimum and the number of starts that ended there. */
export interface Optimum extends Ending {
  readonly count: number;
}

/** Values of F closer than this are one minimum; the batch knows F to better than 1e-9. */
const SAME_VALUE = 1e-6;
/** Groups that are worth a polish; what is left after these are points on slopes without a minimum. */
const MOST_GROUPS = 200;

/**
 * Groups endings by F and confirms each group by polishing its lowest member in float64. A group whose member has no
 * minimum to go to (F falls towards infinity) is not an optimum. Sorted by F, best first.
 */
export function clusterOptima(
  endings: readonly Ending[],
  polish: (theta: Float64Array) => Ending | undefined,
): Optimum[] {
  const sorted = [...endings].sort((a, b) => a.value - b.value);
  const groups: Ending[][] = [];
  for (const ending of sorted) {
    const last = groups.at(-1)?.at(-1);
    if (last && ending.value - last.value <= SAME_VALUE * Math.max(1, Math.abs(last.value))) {
      groups.at(-1)!.push(ending);
    } else groups.push([ending]);
  }
  const largest = [...groups].sort((a, b) => b.length - a.length).slice(0, MOST_GROUPS);
  const optima: Optimum[] = [];
  for (const group of groups) {
    if (!largest.includes(group)) continue;
    const polished = polish(group[0]!.theta);
    if (polished === undefined) continue;
    const known = optima.findIndex(({ value }) => Math.abs(value - polished.value) <= SAME_VALUE);
    if (known >= 0) optima[known] = { ...optima[known]!, count: optima[known]!.count + group.length };
    else optima.push({ ...polished, count: group.length });
  }
  return optima.sort((a, b) => a.value - b.value);
}
