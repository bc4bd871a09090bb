import { FIXED, type Model } from "../model/model.ts";

/** lavaan's `bounds`: which variances may not become negative. */
export type Bounds = "none" | "pos.var" | "pos.ov.var" | "pos.lv.var";

/** The model with the lower bounds of its free variances raised to 0. */
export function boundVariances(model: Model, bounds: Bounds): Model {
  if (bounds === "none") return model;
  const bounded = new Set<number>();
  for (const { op, lhs, rhs, group, parameter } of model.rows) {
    if (op !== "~~" || lhs !== rhs || parameter === FIXED) continue;
    const { variables } = model.structures[group - 1]!;
    const observed = variables.some((variable) => variable.observed && variable.name === lhs);
    if (bounds === "pos.var" || (bounds === "pos.ov.var") === observed) bounded.add(parameter);
  }
  const parameters = model.parameters.map((parameter, j) =>
    bounded.has(j) ? { ...parameter, lower: Math.max(0, parameter.lower) } : parameter,
  );
  return { ...model, parameters };
}
