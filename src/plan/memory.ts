import type { GraphSizes } from "./tables.ts";

/** What of a solver's design decides which matrices it keeps. */
export interface MemoryDesign {
  readonly method: "covariance" | "accumulation" | "district";
  /** Paths and loadings are worked with as dense matrices. */
  readonly dense: boolean;
  /** Σ⁻¹, (Σ + S)⁻¹ and S⁻¹, as the discrepancy asks for them. */
  readonly inverse: boolean;
  readonly mixedInverse: boolean;
  readonly sampleInverse: boolean;
}

const NAMES = [
  "sample",
  "difference",
  "gradient",
  "inverse",
  "mixedInverse",
  "sampleInverse",
  "effects",
  "cross",
  "covariance",
  "adjoint",
  "errors",
  "moments",
] as const;

/** The matrices that a solver may keep. */
export type MatrixName = (typeof NAMES)[number];

/** Bytes of every matrix of a solver, rows padded to whole vec4f; 0 where a design does not need it. */
export type MatrixPlan = Readonly<Record<MatrixName, number>>;

/**
 * The matrices of a µ-SEMNAN solver (Saremi, arXiv 2309.14073, section 3.3): each holds the values of all layers,
 * which fill it one after the other, so their number does not grow with depth. Steps share what they can:
 * a matrix of the way back gives its room to the discrepancy before it is needed.
 *
 * @param districtElements elements of a buffer of one block a district.
 */
export function planMatrices(sizes: GraphSizes, districtElements: number, design: MemoryDesign): MatrixPlan {
  const plan: Record<MatrixName, number> = {
    ...(Object.fromEntries(NAMES.map((name) => [name, 0])) as Record<MatrixName, number>),
    sample: 16 * sizes.observed_quads * sizes.observed,
  };
  if (design.method === "district") {
    plan.cross = plan.sample;
    for (const name of ["errors", "moments", "difference", "adjoint"] as const)
      plan[name] = 4 * districtElements;
    return plan;
  }
  const { variables, sources, source_quads, observed_quads, variable_quads } = sizes;
  // Whole 4×4 blocks: factorisations in one workgroup work on the padding too.
  const square = 64 * observed_quads * observed_quads;
  plan.difference = square;
  plan.gradient = square;
  // Where paths are dense, (I − B)ᵀ has this room too.
  if (design.inverse || design.dense) plan.inverse = square;
  if (design.mixedInverse) plan.mixedInverse = square;
  if (design.sampleInverse) plan.sampleInverse = square;
  plan.effects = 16 * source_quads * variables;
  if (design.method === "covariance") {
    // Λᵀ may stand here first.
    plan.cross = Math.max(16 * observed_quads * sources, design.dense ? plan.effects : 0);
    plan.covariance = 16 * observed_quads * variables;
    plan.adjoint = 64 * observed_quads * variable_quads;
  } else {
    plan.adjoint = plan.effects;
    plan.covariance = 64 * variable_quads * variable_quads;
  }
  return plan;
}

/** Bytes of all matrices of a plan. */
export function matrixBytes(plan: MatrixPlan): number {
  return Object.values(plan).reduce((sum, bytes) => sum + bytes, 0);
}

/** Tables, values and the optimiser's vectors: 124 bytes for a free entry of Λ, B or Ψ, the rest for padded rows. */
const BYTES_PER_ENTRY = 192;
/** Uniforms, and what one workgroup adds up in. */
const BYTES_BESIDE = 32_768;

/**
 * The bound that a solver of p variables and q sources keeps, whatever the graph's depth: 4·(2(q + p)p + 4p²) bytes for
 * matrices, and where the number of `entries` of Λ, B and Ψ is given, what grows with them: L-BFGS included.
 */
export function memoryBound(p: number, q: number, entries?: number): number {
  const matrices = 4 * (2 * (q + p) * p + 4 * p * p);
  return entries === undefined ? matrices : matrices + BYTES_PER_ENTRY * entries + BYTES_BESIDE;
}
