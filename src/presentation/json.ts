import type { FitResult } from "../statistics/result.ts";

/**
 * A fit as JSON, the same that the command prints: NaN and infinities, which JSON lacks, become null; a parameter tells its
 * group only where there are several; fit measures are named in camel case (`rmseaCiLower` for `rmsea.ci.lower`).
 */
export function formatJson(result: FitResult): string {
  const severalGroups = (result.groups?.length ?? 1) > 1;
  const text = JSON.stringify(
    result,
    (key, value: unknown) => {
      if (typeof value === "number" && !Number.isFinite(value)) return null;
      if (key === "group" && !severalGroups) return undefined;
      if (key === "fitMeasures") return inCamelCase(value as FitResult["fitMeasures"]);
      return ArrayBuffer.isView(value) ? [...(value as Float64Array)] : value;
    },
    2,
  );
  return `${text}\n`;
}

function inCamelCase(measures: FitResult["fitMeasures"]): Record<string, number> {
  const rename = (name: string): string =>
    name.replaceAll(/\.(\w)/g, (_dot, letter: string) => letter.toUpperCase());
  return Object.fromEntries(Object.entries(measures).map(([name, value]) => [rename(name), value]));
}
