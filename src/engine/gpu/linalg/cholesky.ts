import { groupsOf } from "../pipeline.ts";
import type { LinearAlgebra, Status, Work } from "./algebra.ts";
import { multiply } from "./multiply.ts";
import { part, transposed, type MatrixView } from "./view.ts";

/**
 * A pivot below this share of its diagonal element is rounding error, not variance: eight times the float32 spacing.
 */
export const PIVOT_TOLERANCE = 2 ** -20;

export interface Factorisation {
  /** n×n, row-major; its lower triangle is read, and becomes L. The upper triangle is left alone. */
  readonly matrix: MatrixView;
  /**
   * The inverses of L's diagonal blocks, lower triangles, at (0, 0), (B, B), … of this n×n matrix: what
   * `triangularInverse` completes. Or n×B, at (0, 0), (B, 0), …: enough for `solveLower`. B = `BLOCK`.
   */
  readonly inverse: MatrixView;
  readonly status: Status;
  /** Least share of its diagonal element that a pivot must have; `PIVOT_TOLERANCE` unless given. */
  readonly tolerance?: number;
}

/** Order of the diagonal blocks that factorisations and solves work with. */
export function blockOrder(algebra: LinearAlgebra): number {
  return algebra.constants("choleskyDiagonal").BLOCK;
}

/** The inverse of L's diagonal block that begins at `start`, wherever `inverse` keeps it. */
export function diagonalInverse(algebra: LinearAlgebra, inverse: MatrixView, start: number): MatrixView {
  const size = Math.min(blockOrder(algebra), inverse.rows - start);
  const column = inverse.rows === inverse.columns ? start : 0;
  return part(inverse, start, column, size, size, "lower");
}

/**
 * A = LLᵀ in place, blocked and right-looking, with the inverses of L's diagonal blocks.
 * `status` becomes 0, or the 1-based index of the first pivot that is not positive, not finite, or not above
 * `tolerance` times its diagonal element. Then L is not complete, and operations given the same status do nothing.
 * (Golub & Van Loan, Matrix Computations, 4th ed., §4.2.)
 */
export function cholesky(algebra: LinearAlgebra, factorisation: Factorisation): Work[] {
  const { matrix, inverse, status, tolerance = PIVOT_TOLERANCE } = factorisation;
  const n = matrix.rows;
  const order = blockOrder(algebra);
  const starts = Array.from({ length: groupsOf(n, order) }, (_, index) => index * order);
  const inverses = starts.map((start) => diagonalInverse(algebra, inverse, start));
  const diagonals = algebra.dispatches(
    "choleskyDiagonal",
    {
      matrix: matrix.buffer,
      inverse: inverse.buffer,
      scale: algebra.owner.storage("pivot scale", 4 * n),
      status: status.buffer,
    },
    starts.map((start, index) => ({
      uniforms: {
        order: n,
        start,
        origin: matrix.origin,
        row_step: matrix.rowStep,
        inverse_origin: inverses[index]!.origin,
        inverse_row_step: inverse.rowStep,
        flag: status.flag,
        tolerance,
      },
      workgroups: [1, 1, 1] as const,
      operations: order ** 3 / 3,
    })),
  );
  const { WORKGROUP_Y } = algebra.constants("choleskyPanel");
  const panels = algebra.dispatches(
    "choleskyPanel",
    { status: status.buffer, inverse: inverse.buffer, matrix: matrix.buffer },
    starts.slice(0, -1).map((start, index) => {
      const rows = n - start - order;
      return {
        uniforms: {
          rows,
          block: order,
          origin: part(matrix, start + order, start, rows, order).origin,
          row_step: matrix.rowStep,
          inverse_origin: inverses[index]!.origin,
          inverse_row_step: inverse.rowStep,
          flag: status.flag,
        },
        workgroups: [1, groupsOf(rows, 8 * WORKGROUP_Y), 1] as const,
        operations: (rows * order ** 2) / 2,
      };
    }),
  );
  const work: Work[] = [];
  for (const [index, start] of starts.entries()) {
    if (algebra.style.leftLooking && index > 0) work.push(...columnUpdate(algebra, factorisation, start));
    work.push(diagonals[index]!);
    const panel = panels[index];
    if (panel) work.push(panel);
    if (panel && !algebra.style.leftLooking) work.push(...trailingUpdate(algebra, factorisation, start));
  }
  return work;
}

/** Right-looking, A₂₂ −= L₂₁L₂₁ᵀ for the panel L₂₁ below the diagonal block at `start`: most parallel. */
function trailingUpdate(algebra: LinearAlgebra, { matrix, status }: Factorisation, start: number): Work[] {
  const next = start + blockOrder(algebra);
  const rows = matrix.rows - next;
  const panel = part(matrix, next, start, rows, next - start);
  return multiply(algebra, {
    left: panel,
    right: transposed(panel),
    result: part(matrix, next, next, rows, rows, "lower"),
    alpha: -1,
    beta: 1,
    status,
  });
}

/** Left-looking, the block column at `start` less what all columns before it take: fewest stores. */
function columnUpdate(algebra: LinearAlgebra, { matrix, status }: Factorisation, start: number): Work[] {
  const rows = matrix.rows - start;
  const columns = Math.min(blockOrder(algebra), rows);
  return multiply(algebra, {
    left: part(matrix, start, 0, rows, start),
    right: transposed(part(matrix, start, 0, columns, start)),
    result: part(matrix, start, start, rows, columns, "lower"),
    alpha: -1,
    beta: 1,
    status,
  });
}
