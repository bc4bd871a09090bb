import { uniformFloat64 } from "pure-rand/distribution/uniformFloat64";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import { type Entry, FIXED, type Model, type Parameter, type Structure } from "../../src/model/model.ts";
import { impliedCovariance, type SolverProblem } from "./solverProblems.ts";

/** What of a model grows while the rest stands still. */
export interface ScaleDesign {
  /** Variables, all observed; each has a private error. */
  readonly p: number;
  /** Causes of each variable, as far as there are earlier ones. */
  readonly indegree: number;
  /** Depth: each variable has a cause in the layer before its own. 0: causes are any earlier variables. */
  readonly layers: number;
  /** Variables linked by shared latents, each with two neighbours as children. */
  readonly districtSize: number;
  /** Further latents, each with two children in one district. */
  readonly furtherLatents: number;
}

/** The sizes that stand still while one of them is varied. */
export const STANDARD: ScaleDesign = { p: 96, indegree: 3, layers: 0, districtSize: 2, furtherLatents: 0 };

/** A structure of that design with its parameters, and the values that they have in truth. */
export function scaleModel(design: ScaleDesign, seed = 1): { model: Model; truth: Float64Array } {
  const { p, districtSize, furtherLatents } = design;
  const random = xoroshiro128plus(seed);
  const uniform = (): number => uniformFloat64(random);
  const parameters: Parameter[] = [];
  const truth: number[] = [];
  const free = (row: number, column: number, value: number): Entry => {
    parameters.push({ name: `θ${parameters.length}`, start: undefined, lower: -Infinity, upper: Infinity });
    truth.push(value);
    return { row, column, parameter: parameters.length - 1, factor: 1, value: NaN, fromSample: false };
  };
  const loadings = Array.from({ length: p }, (_, i) => free(i, i, 0.8));
  let q = p;
  const share = (children: readonly [number, number]): void => {
    for (const child of children) loadings.push(free(q, child, 0.6 * (2 * uniform() - 1)));
    q++;
  };
  for (let i = 1; i < p; i++) if (i % districtSize !== 0) share([i - 1, i]);
  for (let l = 0; l < furtherLatents; l++) {
    const first = Math.min(p - 2, districtSize * Math.floor((l * 7) % (p / districtSize)));
    share([first, first + 1]);
  }
  const size = 0.8 / Math.sqrt(design.indegree);
  const paths = Array.from({ length: p }, (_, c) =>
    causesOf(c, design, uniform).map((a) => free(a, c, size * (2 * uniform() - 1))),
  ).flat();
  return {
    model: { parameters, structures: [structureOf(p, q, loadings, paths)], meanStructure: false, rows: [] },
    truth: Float64Array.from(truth),
  };
}

function structureOf(p: number, q: number, loadings: readonly Entry[], paths: readonly Entry[]): Structure {
  const one = { parameter: FIXED, factor: 1, value: 1, fromSample: false };
  return {
    label: "",
    variables: Array.from({ length: p }, (_, i) => ({ name: `x${i + 1}`, observed: true })),
    sources: Array.from({ length: q }, (_, l) => `u${l + 1}`),
    loadings,
    paths,
    covariances: Array.from({ length: q }, (_, l) => ({ row: l, column: l, ...one })),
    intercepts: [],
  };
}

/** Causes of variable c: one of the layer before, the others from anywhere before. */
function causesOf(c: number, { p, indegree, layers }: ScaleDesign, uniform: () => number): number[] {
  const width = layers === 0 ? 1 : Math.ceil(p / layers);
  const layerStart = layers === 0 ? c : width * Math.floor(c / width);
  const chosen = new Set<number>();
  if (layers > 0 && layerStart > 0) chosen.add(layerStart - width + Math.floor(uniform() * width));
  while (chosen.size < Math.min(indegree, layerStart)) chosen.add(Math.floor(uniform() * layerStart));
  return [...chosen];
}

/** A problem of that design: S is the truth's own covariance, θ lies near the truth. */
export function scaleProblem(design: ScaleDesign): SolverProblem {
  const { model, truth } = scaleModel(design);
  const covariance = impliedCovariance(model, truth);
  const names = model.structures[0]!.variables.map(({ name }) => name);
  const moments = [{ names, n: 10 * design.p, covariance, mean: undefined }];
  const theta = truth.map((value, j) => value * (j % 2 === 0 ? 1.05 : 0.95));
  return { problem: { model, moments, discrepancy: "maximumLikelihood" }, theta };
}
