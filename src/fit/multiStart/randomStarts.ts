import { RandomStream, STREAMS } from "../../engine/batch/random/philox.ts";
import type { Problem } from "../../engine/engine.ts";
import { type Entry, FIXED } from "../../model/model.ts";

/** What a parameter is, which decides how it is drawn. */
type Role = "coefficient" | "variance" | "covariance" | "errorScale" | "intercept";

/** Ranges in the unit-variance problem. */
const LEAST_VARIANCE = 0.1;
const COVARIANCE_RANGE = 0.3;

/** How much of the way to the computed start each further attempt keeps. */
const SHRINKAGE = 0.85;

/**
 * Draws starts for a scaled problem: coefficients from N(0, 1) with either sign, variances between a tenth and the whole
 * of a unit variance, covariances within ±0.3, intercepts around their computed start by N(0, 1).
 *
 * Start i of attempt a is the same for one seed whatever else is drawn. A start that fails is drawn anew, and each
 * attempt lies closer to the computed start: θ = c + 0.85ᵃ (draw − c).
 */
export class RandomStarts {
  readonly #roles: readonly Role[];

  constructor(
    private readonly problem: Problem,
    private readonly computed: Float64Array,
    private readonly seed: number,
  ) {
    this.#roles = parameterRoles(problem);
  }

  draw(index: number, attempt: number): Float64Array {
    const random = new RandomStream(this.seed, index, STREAMS.starts + attempt);
    const kept = SHRINKAGE ** attempt;
    return this.computed.map((centre, j) => {
      const { lower, upper } = this.problem.model.parameters[j]!;
      const moved = centre + kept * (drawRole(this.#roles[j]!, centre, random) - centre);
      return Math.min(upper, Math.max(lower, moved));
    });
  }
}

function drawRole(role: Role, centre: number, random: RandomStream): number {
  switch (role) {
    case "coefficient":
      return random.normal();
    case "variance":
      return LEAST_VARIANCE ** random.uniform();
    case "errorScale":
      return LEAST_VARIANCE ** (random.uniform() / 2);
    case "covariance":
      return COVARIANCE_RANGE * (2 * random.uniform() - 1);
    case "intercept":
      return centre + random.normal();
  }
}

function parameterRoles({ model }: Problem): Role[] {
  const roles: Role[] = model.parameters.map(() => "coefficient");
  const assign = (entries: readonly Entry[], role: (entry: Entry) => Role): void => {
    for (const entry of entries) if (entry.parameter !== FIXED) roles[entry.parameter] = role(entry);
  };
  for (const { loadings, covariances, intercepts } of model.structures) {
    const children = new Map<number, number>();
    for (const { row } of loadings) children.set(row, (children.get(row) ?? 0) + 1);
    assign(loadings, ({ row }) => (children.get(row) === 1 ? "errorScale" : "coefficient"));
    assign(covariances, ({ row, column }) => (row === column ? "variance" : "covariance"));
    assign(intercepts, () => "intercept");
  }
  return roles;
}
