import { normal, type Random } from "../../src/causal/identifiability/random.ts";
import { implied, type WeightedModel } from "../../src/causal/weighted.ts";
import type { Moments } from "../../src/data/moments.ts";

/** Draws one error with mean 0 and variance 1. */
export type ErrorLaw = (random: Random) => number;

/** n cases of a weighted AMASEM, all its sources drawn from `law`: columns in the order of the variables. */
export function drawCases(
  weighted: WeightedModel,
  n: number,
  random: Random,
  law: ErrorLaw = normal,
): Float64Array[] {
  const { sourceEffects } = implied(weighted);
  const { sources, variables } = weighted.structure;
  const p = variables.length;
  const columns = variables.map(() => new Float64Array(n));
  for (let unit = 0; unit < n; unit++) {
    sources.forEach((_, l) => {
      const noise = law(random);
      for (let c = 0; c < p; c++) {
        const effect = sourceEffects[l * p + c]!;
        if (effect !== 0) columns[c]![unit]! += noise * effect;
      }
    });
  }
  return columns;
}

/** Sample moments (divisor n) of columns, each case counted `weights[i]` times where weights are given. */
export function momentsOf(
  names: readonly string[],
  columns: readonly Float64Array[],
  weights?: ArrayLike<number>,
): Moments {
  const n = columns[0]!.length;
  const k = columns.length;
  const count = (unit: number): number => weights?.[unit] ?? 1;
  const means = columns.map((column) => column.reduce((sum, value, i) => sum + count(i) * value, 0) / n);
  const covariance = new Float64Array(k * k);
  for (let i = 0; i < k; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = 0;
      const [x, y] = [columns[i]!, columns[j]!];
      for (let unit = 0; unit < n; unit++) {
        sum += count(unit) * (x[unit]! - means[i]!) * (y[unit]! - means[j]!);
      }
      covariance[i * k + j] = sum / n;
      covariance[j * k + i] = sum / n;
    }
  }
  return { names, n, covariance, mean: undefined };
}
