import { groupsOf } from "../pipeline.ts";
import type { LinearAlgebra, Slot, Status, Work } from "./algebra.ts";
import type { MatrixView } from "./view.ts";

/** Longest plain sum before sums meet pairwise, and the most partial sums that one workgroup should have to add. */
const STRIP_ROWS = 16;
const PARTIAL_SUMS = 16_384;

/** ln|A| = 2 Σ_i ln L[i, i] from a Cholesky factor. Not written where the factorisation failed. */
export function logDeterminant(
  algebra: LinearAlgebra,
  factor: MatrixView,
  value: Slot,
  status: Status = algebra.noStatus,
): Work[] {
  return algebra.dispatches(
    "logDeterminant",
    { status: status.buffer, factor: factor.buffer, values: value.buffer },
    [
      {
        uniforms: {
          order: factor.rows,
          origin: factor.origin,
          row_step: factor.rowStep,
          slot: value.slot,
          flag: status.flag,
        },
        workgroups: [1, 1, 1],
        operations: factor.rows,
      },
    ],
  );
}

/** ⟨A, B⟩ = Σ_ij A[i, j]·B[i, j] = tr(AᵀB) of two whole matrices; tr(AB) where B is given transposed. */
export function innerProduct(
  algebra: LinearAlgebra,
  left: MatrixView,
  right: MatrixView,
  value: Slot,
  status: Status = algebra.noStatus,
): Work[] {
  const { rows, columns } = left;
  const strips = stripsOf(algebra, rows, columns);
  const terms = algebra.dispatches(
    "innerProductTerms",
    {
      status: status.buffer,
      left_matrix: left.buffer,
      right_matrix: right.buffer,
      partial: strips.partial,
    },
    [
      {
        uniforms: {
          rows,
          columns,
          strip_rows: strips.rows,
          left_origin: left.origin,
          left_row_step: left.rowStep,
          left_column_step: left.columnStep,
          right_origin: right.origin,
          right_row_step: right.rowStep,
          right_column_step: right.columnStep,
          flag: status.flag,
        },
        workgroups: [groupsOf(columns, algebra.constants("innerProductTerms").WORKGROUP), strips.count, 1],
        operations: rows * columns,
      },
    ],
  );
  return [...terms, ...sumUp(algebra, strips.partial, strips.count * columns, 1, value, status)];
}

/**
 * factor · (tr(TTᵀ) − ln|TTᵀ| − n) for the lower triangle T with positive diagonal, n×n: the maximum-likelihood
 * discrepancy where T = L⁻¹C, Σ = LLᵀ, S = CCᵀ. A sum of terms ≥ 0, so it stays exact as it goes to zero.
 */
export function likelihoodLoss(
  algebra: LinearAlgebra,
  triangle: MatrixView,
  factor: number,
  value: Slot,
  status: Status = algebra.noStatus,
): Work[] {
  const n = triangle.rows;
  const strips = stripsOf(algebra, n, n);
  const terms = algebra.dispatches(
    "likelihoodTerms",
    { status: status.buffer, triangle: triangle.buffer, partial: strips.partial },
    [
      {
        uniforms: {
          order: n,
          strip_rows: strips.rows,
          origin: triangle.origin,
          row_step: triangle.rowStep,
          flag: status.flag,
        },
        workgroups: [groupsOf(n, algebra.constants("likelihoodTerms").WORKGROUP), strips.count, 1],
        operations: (n * n) / 2,
      },
    ],
  );
  return [...terms, ...sumUp(algebra, strips.partial, strips.count * n, factor, value, status)];
}

function stripsOf(
  algebra: LinearAlgebra,
  rows: number,
  columns: number,
): { readonly rows: number; readonly count: number; readonly partial: GPUBuffer } {
  const stripRows = Math.max(STRIP_ROWS, Math.ceil((rows * columns) / PARTIAL_SUMS));
  const count = groupsOf(rows, stripRows);
  return { rows: stripRows, count, partial: algebra.owner.storage("partial sums", 4 * count * columns) };
}

function sumUp(
  algebra: LinearAlgebra,
  partial: GPUBuffer,
  count: number,
  factor: number,
  value: Slot,
  status: Status,
): Work[] {
  return algebra.dispatches("sum", { status: status.buffer, partial, values: value.buffer }, [
    {
      uniforms: { count, slot: value.slot, flag: status.flag, factor },
      workgroups: [1, 1, 1],
      operations: count,
    },
  ]);
}
