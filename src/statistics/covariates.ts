import type { Model } from "../model/model.ts";

/**
 * lavaan's ov.x in group g: variables that appear as causes in regressions, that nothing in the model explains, and of
 * which the user states no variance, covariance or intercept. Latent variables may be among them.
 */
export function covariateNames(model: Model, g: number): Set<string> {
  const causes = new Set<string>();
  const excluded = new Set<string>();
  for (const { op, lhs, rhs, group, user } of model.rows) {
    if (group !== g + 1) continue;
    if (op === "~") {
      excluded.add(lhs);
      causes.add(rhs);
    } else if (op === "=~") {
      excluded.add(lhs);
      excluded.add(rhs);
    } else if (user) {
      excluded.add(lhs);
      excluded.add(rhs);
    }
  }
  return new Set([...causes].filter((name) => !excluded.has(name)));
}
