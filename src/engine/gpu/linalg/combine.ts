import { groupsOf } from "../pipeline.ts";
import type { LinearAlgebra, Status, Work } from "./algebra.ts";
import type { MatrixView } from "./view.ts";

export interface Combination {
  readonly left: MatrixView;
  /** 1 unless given. */
  readonly alpha?: number;
  readonly right?: MatrixView;
  /** 1 unless given, where there is a `right`. */
  readonly beta?: number;
  /** Added on the diagonal; 0 unless given. */
  readonly diagonal?: number;
  /** Row-major, in a buffer of its own. */
  readonly result: MatrixView;
  readonly status?: Status;
}

/** R = α·A + β·B + δ·I, or a copy; where R's shape is "lower", its lower triangle. A and B are read as if full. */
export function combine(algebra: LinearAlgebra, combination: Combination): Work[] {
  const { left, right = left, result, status = algebra.noStatus } = combination;
  const { WORKGROUP, STRIP } = algebra.constants("combine");
  const { rows, columns } = result;
  return algebra.dispatches(
    "combine",
    {
      status: status.buffer,
      left_matrix: left.buffer,
      right_matrix: right.buffer,
      result: result.buffer,
    },
    [
      {
        uniforms: {
          rows,
          columns,
          left_origin: left.origin,
          left_row_step: left.rowStep,
          left_column_step: left.columnStep,
          right_origin: right.origin,
          right_row_step: right.rowStep,
          right_column_step: right.columnStep,
          result_origin: result.origin,
          result_row_step: result.rowStep,
          alpha: combination.alpha ?? 1,
          beta: combination.right === undefined ? 0 : (combination.beta ?? 1),
          diagonal: combination.diagonal ?? 0,
          lower: Number(result.shape === "lower"),
          flag: status.flag,
        },
        workgroups: [groupsOf(columns, WORKGROUP), groupsOf(rows, STRIP), 1],
        operations: rows * columns,
      },
    ],
  );
}
