import type { LinearAlgebra, Status, Work } from "./algebra.ts";
import { blockOrder } from "./cholesky.ts";
import { multiply } from "./multiply.ts";
import { part, shaped, transposed, type MatrixView } from "./view.ts";

export interface TriangularInversion {
  /** L, n×n; only the lower triangle is read. */
  readonly factor: MatrixView;
  /**
   * n×n, in another buffer, with the inverses of L's diagonal blocks as `cholesky` leaves them. Its lower triangle
   * becomes L⁻¹; the blocks above the diagonal serve as scratch.
   */
  readonly inverse: MatrixView;
  readonly status?: Status;
}

/**
 * X = L⁻¹ from the inverses of the diagonal blocks, doubling their order until one is left:
 *   X₁₂ ← (L₂₁ X₁₁)ᵀ,   X₂₁ = −X₂₂ X₁₂ᵀ
 * for all pairs of neighbouring blocks at once, so 2·log₂(n/B) products and almost all work in large ones.
 * (Du Croz & Higham 1992, doi:10.1093/imanum/12.1.1.)
 */
export function triangularInverse(algebra: LinearAlgebra, inversion: TriangularInversion): Work[] {
  const n = inversion.factor.rows;
  const work: Work[] = [];
  for (let order = blockOrder(algebra); order < n; order *= 2) {
    const pairs = Math.floor(n / (2 * order));
    const rest = n - pairs * 2 * order - order;
    if (pairs > 0) work.push(...joinBlocks(algebra, inversion, order, 0, order, pairs));
    if (rest > 0) work.push(...joinBlocks(algebra, inversion, order, pairs * 2 * order, rest, 1));
  }
  return work;
}

/** `pairs` steps X₂₁ = −X₂₂ (L₂₁ X₁₁), X₁₁ of the given order at `start`, X₂₂ of `rows` rows after it. */
function joinBlocks(
  algebra: LinearAlgebra,
  { factor, inverse, status = algebra.noStatus }: TriangularInversion,
  order: number,
  start: number,
  rows: number,
  pairs: number,
): Work[] {
  const middle = start + order;
  const scratch = part(inverse, start, middle, order, rows);
  const factorStep = 2 * order * (factor.rowStep + 1);
  const inverseStep = 2 * order * (inverse.rowStep + 1);
  return [
    ...multiply(algebra, {
      left: transposed(part(inverse, start, start, order, order, "lower")),
      right: transposed(part(factor, middle, start, rows, order)),
      result: scratch,
      status,
      batch: { count: pairs, leftStep: inverseStep, rightStep: factorStep, resultStep: inverseStep },
    }),
    ...multiply(algebra, {
      left: part(inverse, middle, middle, rows, rows, "lower"),
      right: transposed(scratch),
      result: part(inverse, middle, start, rows, order),
      alpha: -1,
      status,
      batch: { count: pairs, leftStep: inverseStep, rightStep: inverseStep, resultStep: inverseStep },
    }),
  ];
}

/** A⁻¹ = L⁻ᵀL⁻¹, whole and exactly symmetric, from L⁻¹ (lower triangle read); `result` in a buffer of its own. */
export function inverseFromTriangle(
  algebra: LinearAlgebra,
  triangle: MatrixView,
  result: MatrixView,
  status?: Status,
): Work[] {
  const lower = shaped(triangle, "lower");
  return multiply(algebra, {
    left: transposed(lower),
    right: lower,
    result,
    symmetric: true,
    ...(status && { status }),
  });
}
