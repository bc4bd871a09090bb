import { groupsOf } from "../pipeline.ts";
import type { LinearAlgebra, Status, Work } from "./algebra.ts";
import { blockOrder, diagonalInverse } from "./cholesky.ts";
import { multiply } from "./multiply.ts";
import { part, transposed, type MatrixView } from "./view.ts";

export interface TriangularSystem {
  /** L, n×n; only the lower triangle is read. */
  readonly factor: MatrixView;
  /** The inverses of L's diagonal blocks as `cholesky` leaves them. */
  readonly inverse: MatrixView;
  /** B, n×m, row-major; destroyed. */
  readonly rightSide: MatrixView;
  /** Y, n×m, row-major, in a buffer of its own. */
  readonly solution: MatrixView;
  readonly status?: Status;
}

/** L Y = B by blocks of rows, from the first: Y_i = L_ii⁻¹ B_i, then B_k −= L_ki Y_i below. */
export function solveLower(algebra: LinearAlgebra, system: TriangularSystem): Work[] {
  const { factor } = system;
  const n = factor.rows;
  return blockStarts(algebra, n).flatMap((start) => {
    const size = Math.min(blockOrder(algebra), n - start);
    const next = start + size;
    const column = part(factor, next, start, n - next, size);
    return eliminate(algebra, system, diagonalInverse(algebra, system.inverse, start), start, column, next);
  });
}

/** Lᵀ Y = B by blocks of rows, from the last: Y_i = L_ii⁻ᵀ B_i, then B_k −= L_ikᵀ Y_i above. */
export function solveLowerTransposed(algebra: LinearAlgebra, system: TriangularSystem): Work[] {
  const { factor } = system;
  const n = factor.rows;
  return blockStarts(algebra, n)
    .reverse()
    .flatMap((start) => {
      const size = Math.min(blockOrder(algebra), n - start);
      const inverse = transposed(diagonalInverse(algebra, system.inverse, start));
      return eliminate(algebra, system, inverse, start, transposed(part(factor, start, 0, size, start)), 0);
    });
}

function blockStarts(algebra: LinearAlgebra, n: number): number[] {
  const order = blockOrder(algebra);
  return Array.from({ length: groupsOf(n, order) }, (_, index) => index * order);
}

/** Solves for the rows from `start` and takes their part out of the rows of B from `target` that `column` reaches. */
function eliminate(
  algebra: LinearAlgebra,
  { rightSide, solution, status = algebra.noStatus }: TriangularSystem,
  inverse: MatrixView,
  start: number,
  column: MatrixView,
  target: number,
): Work[] {
  const solved = part(solution, start, 0, inverse.rows, solution.columns);
  return [
    ...multiply(algebra, {
      left: inverse,
      right: part(rightSide, start, 0, inverse.rows, rightSide.columns),
      result: solved,
      status,
    }),
    ...multiply(algebra, {
      left: column,
      right: solved,
      result: part(rightSide, target, 0, column.rows, rightSide.columns),
      alpha: -1,
      beta: 1,
      status,
    }),
  ];
}
