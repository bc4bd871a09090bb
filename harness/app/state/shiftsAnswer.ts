import type { VariableShift } from "../worker/whatIf.ts";
import type { WhatIfState } from "./appState.ts";

/**
 * Whether `shifts` were computed with the variables of `settings` set, and with the same first one, whose effects they
 * list. The worker answers a moment after a choice; until then the numbers of the last answer belong to another
 * question, and must not stand under this one's headings.
 */
export function answersSettings(
  shifts: readonly VariableShift[],
  settings: WhatIfState["settings"],
): boolean {
  const [first] = settings;
  if (first === undefined || shifts.length === 0) return false;
  const asked = new Set(settings.map(({ variable }) => variable));
  return shifts.every(({ name, isSet, cause }) => cause === first.variable && isSet === asked.has(name));
}
