import { DataError, OptionError } from "../errors.ts";
import { observedNames } from "../model/model.ts";
import type { Problem } from "./engine.ts";

/**
 * Refuses moments whose variables are not those of the model in its order: engines read S by position, and another
 * order would give plausible wrong numbers.
 *
 * @throws OptionError where the number of groups differs, DataError where a name or the order does.
 */
export function requireModelOrder({ model, moments }: Pick<Problem, "model" | "moments">): void {
  if (model.structures.length !== moments.length) {
    throw new OptionError(
      `The model has ${model.structures.length} groups and the data ${moments.length}.`,
      "Give one set of moments per group.",
    );
  }
  for (const [g, structure] of model.structures.entries()) {
    const expected = observedNames(structure);
    const { names } = moments[g]!;
    if (names.length === expected.length && expected.every((name, i) => name === names[i])) continue;
    throw new DataError(
      `The moments are of ${names.join(", ")}, where the model needs ${expected.join(", ")}, in this order.`,
      "Put rows and columns of S in the model's order, as `alignData` does.",
    );
  }
}
