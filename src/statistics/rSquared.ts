import type { Model } from "../model/model.ts";
import type { NamedValues } from "./result.ts";

/**
 * R² = 1 − residual variance / variance of every variable that something explains, one list per group, from the
 * standardised residual variances (lavaan's order: that of the variances' rows). NaN where a Heywood case makes it exceed 1.
 */
export function rSquared(model: Model, standardized: Float64Array): NamedValues[] {
  return model.structures.map((_, g) => {
    const explained = new Set<string>();
    for (const { op, lhs, rhs, group } of model.rows) {
      if (group !== g + 1) continue;
      if (op === "=~") explained.add(rhs);
      if (op === "~") explained.add(lhs);
    }
    const names: string[] = [];
    const values: number[] = [];
    model.rows.forEach(({ op, lhs, rhs, group }, index) => {
      if (group !== g + 1 || op !== "~~" || lhs !== rhs || !explained.has(lhs)) return;
      const share = 1 - standardized[index]!;
      names.push(lhs);
      values.push(share > 1 ? NaN : share);
    });
    return { names, values };
  });
}
