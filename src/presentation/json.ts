import type { FitResult } from "../statistics/result.ts";

/**
 * A fit as JSON (DESIGN: "Outside contracts"): NaN and infinities, which JSON lacks, become null; a parameter tells its
 * group only where there are several.
 */
export function formatJson(result: FitResult): string {
  const severalGroups = (result.groups?.length ?? 1) > 1;
  const text = JSON.stringify(
    result,
    (key, value: unknown) => {
      if (typeof value === "number" && !Number.isFinite(value)) return null;
      if (key === "group" && !severalGroups) return undefined;
      return ArrayBuffer.isView(value) ? [...(value as Float64Array)] : value;
    },
    2,
  );
  return `${text}\n`;
}
