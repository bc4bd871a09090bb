import { seedKey } from "../random/philox.ts";
import type { Program } from "../program/program.ts";
import type { SampleLayout } from "../program/sampleLayout.ts";
import { buildKernel } from "../wasm/kernel.ts";
import type { BatchSetup } from "../batchEngine.ts";
import type { ResamplingGroup, SolverSetup } from "./laneSolver.ts";

/**
 * Generates and compiles the kernel of a program and prepares the tables to resample from.
 * `undefined` where WebAssembly may not be used (a page whose content security policy lacks 'wasm-unsafe-eval').
 */
export async function createSolverSetup(
  setup: BatchSetup,
  program: Program,
): Promise<SolverSetup | undefined> {
  const binary = buildKernel(program);
  const module = await compileModule(binary.bytes);
  if (module === undefined) return undefined;
  const t = program.parameterCount;
  const total = setup.moments.reduce((sum, { n }) => sum + n, 0);
  const groups = program.sample.groups.map(({ k, covariance }, g) => ({
    k,
    covariancePlace: covariance,
    share: setup.moments[g]!.n / total,
  }));
  return {
    module,
    memory: binary.memory,
    free: binary.free,
    inverseHessian: lowerTriangle(setup.inverseHessian, t),
    tolerance: (2 * setup.toleranceInStandardErrors ** 2) / total,
    mostEvaluations: setup.mostEvaluations,
    groups,
    resampling: setup.rows && {
      key: seedKey(setup.seed),
      groups: setup.rows.map((_, g) => resamplingGroup(setup, program.sample, g, 2)),
    },
  };
}

async function compileModule(bytes: Uint8Array<ArrayBuffer>): Promise<WebAssembly.Module | undefined> {
  if (typeof WebAssembly === "undefined") return undefined;
  try {
    return await WebAssembly.compile(bytes);
  } catch (error) {
    // The bytes are ours and valid, so the only cause is a policy that forbids compiling.
    if (error instanceof WebAssembly.CompileError) return undefined;
    throw error;
  }
}

function lowerTriangle(matrix: Float64Array, size: number): Float64Array {
  const out = new Float64Array((size * (size + 1)) / 2);
  let place = 0;
  for (let i = 0; i < size; i++) for (let j = 0; j <= i; j++) out[place++] = matrix[i * size + j]!;
  return out;
}

/**
 * Products and deviations of every case, so that a resample's moments are sums of table rows. Rows are padded to whole
 * vectors of `lanes` numbers.
 */
export function resamplingGroup(
  setup: BatchSetup,
  layout: SampleLayout,
  g: number,
  lanes: number,
): ResamplingGroup {
  const { k, covariance, mean: meanPlace } = layout.groups[g]!;
  const { rows, values } = setup.rows![g]!;
  const mean = columnMeans(values, rows, k);
  const width = lanes * Math.ceil(((k * (k + 1)) / 2 + k) / lanes);
  const table = new Float64Array(rows * width);
  for (let r = 0; r < rows; r++) {
    let place = r * width;
    for (let i = 0; i < k; i++) {
      const x = values[r * k + i]! - mean[i]!;
      for (let j = 0; j <= i; j++) table[place++] = x * (values[r * k + j]! - mean[j]!);
    }
    for (let i = 0; i < k; i++) table[place++] = values[r * k + i]! - mean[i]!;
  }
  return { rows, k, table, mean, covariancePlace: covariance, meanPlace };
}

function columnMeans(values: Float64Array, rows: number, k: number): Float64Array {
  const mean = new Float64Array(k);
  for (let r = 0; r < rows; r++) for (let i = 0; i < k; i++) mean[i]! += values[r * k + i]! / rows;
  return mean;
}
