import { planDistricts } from "../../src/plan/districts.ts";
import { planGraph } from "../../src/plan/graph.ts";
import { matrixBytes, type MemoryDesign, planMatrices } from "../../src/plan/memory.ts";
import { packTables } from "../../src/plan/tables.ts";
import { DEFAULT_LIMITS } from "./guard/defaultLimits.ts";
import { scaleModel, type ScaleDesign, STANDARD } from "./scaleModels.ts";

/** The largest model of a kind that a device with the default limits of WebGPU takes, by the plan. */
export interface LargestModel {
  readonly method: string;
  readonly p: number;
  readonly q: number;
  /** The buffer that does not fit for one variable more. */
  readonly bottleneck: string;
  /** Of all planned buffers together. */
  readonly bytes: number;
}

const KINDS: readonly (readonly [string, MemoryDesign["method"], boolean])[] = [
  ["district", "district", false],
  ["accumulation", "accumulation", false],
  ["covariance, lists of paths", "covariance", false],
  ["covariance, dense paths", "covariance", true],
];

const AVAILABLE = Math.min(DEFAULT_LIMITS.maxBufferSize, DEFAULT_LIMITS.maxStorageBufferBindingSize);

/** For maximum likelihood, three causes a variable and districts of two. */
export function largestModels(): LargestModel[] {
  return KINDS.map(([name, method, dense]) => {
    const fits = (p: number): boolean => planned(p, method, dense).every(([, bytes]) => bytes <= AVAILABLE);
    // Halves of p, because districts have two variables.
    let [low, high] = [32, 8192];
    while (high - low > 1) {
      const middle = Math.floor((low + high) / 2);
      if (fits(2 * middle)) low = middle;
      else high = middle;
    }
    const p = 2 * low;
    const over = planned(p + 2, method, dense).filter(([, bytes]) => bytes > AVAILABLE);
    const bytes = planned(p, method, dense).reduce((sum, [, size]) => sum + size, 0);
    return { method: name, p, q: p + p / 2, bottleneck: over.map(([buffer]) => buffer).join(", "), bytes };
  });
}

/** Planned bytes of every large buffer. */
function planned(p: number, method: MemoryDesign["method"], dense: boolean): [string, number][] {
  const design: ScaleDesign = { ...STANDARD, p };
  const { model } = scaleModel(design);
  const graph = planGraph(model.structures[0]!, model.parameters.length);
  const districts = planDistricts(graph);
  const { sizes, tables } = packTables(graph, districts);
  const memory = { method, dense, inverse: method !== "district", mixedInverse: false, sampleInverse: false };
  const plan = planMatrices(sizes, districts.elements, memory);
  if (matrixBytes(plan) === 0) throw new Error(`${method} plans no matrix`);
  return [...Object.entries(plan), ["tables", tables.byteLength]];
}
