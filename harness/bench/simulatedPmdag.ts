import { uniformFloat64 } from "pure-rand/distribution/uniformFloat64";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import type { FitCase } from "./fitCases.ts";

/**
 * A random pmDAG of the kind of 12_pmdag_p40: every variable has two earlier causes, each of `latents` standard latents
 * has four to six children; S is the sample covariance of n standard normal cases drawn from it.
 */
export function simulatedPmdag(p: number, latents: number, seed: number, n: number): FitCase {
  const random = xoroshiro128plus(seed);
  const uniform = (): number => uniformFloat64(random);
  const pick = (count: number, below: number): number[] => {
    const chosen = new Set<number>();
    while (chosen.size < Math.min(count, below)) chosen.add(Math.floor(uniform() * below));
    return [...chosen].toSorted((a, b) => a - b);
  };
  const weight = (): number => (uniform() < 0.5 ? -1 : 1) * (0.3 + 0.4 * uniform());
  const children = Array.from({ length: latents }, () => pick(4 + Math.floor(3 * uniform()), p));
  const causes = Array.from({ length: p }, (_, i) => pick(2, i));
  const lines = [
    ...children.map(
      (list, l) => `L${l + 1} =~ ${list.map((i, at) => `${at === 0 ? "NA*" : ""}x${i + 1}`).join(" + ")}`,
    ),
    ...children.map((_, l) => `L${l + 1} ~~ 1*L${l + 1}`),
    ...causes.flatMap((list, i) =>
      list.length > 0 ? [`x${i + 1} ~ ${list.map((a) => `x${a + 1}`).join(" + ")}`] : [],
    ),
    ...causes.map((_, i) => `x${i + 1} ~~ x${i + 1}`),
  ];
  const loadings = children.map((list) =>
    list.map(() => (uniform() < 0.5 ? -1 : 1) * (0.6 + 0.5 * uniform())),
  );
  const weights = causes.map((list) => list.map(weight));
  const covariance = Array.from({ length: p * p }, () => 0);
  for (let r = 0; r < n; r++) {
    const x = drawCase(p, children, loadings, causes, weights, uniform);
    for (let i = 0; i < p; i++) for (let j = 0; j < p; j++) covariance[i * p + j]! += (x[i]! * x[j]!) / n;
  }
  const names = causes.map((_, i) => `x${i + 1}`);
  return {
    name: `pmdag_p${p}`,
    as: "lavaan",
    stdLv: false,
    text: lines.join("\n"),
    names,
    n,
    covariance,
    mean: undefined,
  };
}

function drawCase(
  p: number,
  children: readonly number[][],
  loadings: readonly number[][],
  causes: readonly number[][],
  weights: readonly number[][],
  uniform: () => number,
): Float64Array {
  // Box and Muller (1958): exact normal draws from two uniforms, which is all that a benchmark's data need.
  const normal = (): number => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
  const x = Float64Array.from({ length: p }, normal);
  children.forEach((list, l) => {
    const value = normal();
    list.forEach((i, at) => (x[i]! += loadings[l]![at]! * value));
  });
  causes.forEach((list, i) => {
    list.forEach((a, at) => (x[i]! += weights[i]![at]! * x[a]!));
  });
  return x;
}
