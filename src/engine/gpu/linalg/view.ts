import { SemnanError } from "../../../errors.ts";

/** The part of a matrix that may differ from zero; the rest is neither read nor written. */
export type Shape = "full" | "lower" | "upper";

/** A float32 matrix inside a storage buffer: element (i, j) stands at origin + i·rowStep + j·columnStep. */
export interface MatrixView {
  readonly buffer: GPUBuffer;
  readonly rows: number;
  readonly columns: number;
  /** In elements from the start of the buffer. */
  readonly origin: number;
  readonly rowStep: number;
  readonly columnStep: number;
  readonly shape: Shape;
}

export interface ViewOptions {
  readonly origin?: number;
  /** Elements from one row to the next; `columns` unless given. */
  readonly rowStep?: number;
  readonly shape?: Shape;
}

/**
 * A row-major rows×columns matrix in a buffer.
 *
 * @throws SemnanError where the buffer is too small for it.
 */
export function matrixView(
  buffer: GPUBuffer,
  rows: number,
  columns: number,
  options: ViewOptions = {},
): MatrixView {
  const { origin = 0, rowStep = columns, shape = "full" } = options;
  const elements = rows === 0 || columns === 0 ? 0 : origin + (rows - 1) * rowStep + columns;
  if (4 * elements > buffer.size || rowStep < columns) {
    throw new SemnanError(
      `A ${rows}×${columns} matrix at ${origin} with row step ${rowStep} does not fit ${buffer.label} of ${buffer.size} bytes.`,
      "Please report this.",
    );
  }
  return { buffer, rows, columns, origin, rowStep, columnStep: 1, shape };
}

/** Aᵀ: the same elements with rows and columns exchanged. */
export function transposed(view: MatrixView): MatrixView {
  return {
    ...view,
    rows: view.columns,
    columns: view.rows,
    rowStep: view.columnStep,
    columnStep: view.rowStep,
    shape: view.shape === "lower" ? "upper" : view.shape === "upper" ? "lower" : "full",
  };
}

/** The same matrix of which only a triangle is read or written. */
export function shaped(view: MatrixView, shape: Shape): MatrixView {
  return { ...view, shape };
}

/** The rows×columns part of a matrix that begins at (row, column); `shape` is that of the part. */
export function part(
  view: MatrixView,
  row: number,
  column: number,
  rows: number,
  columns: number,
  shape: Shape = "full",
): MatrixView {
  const origin = view.origin + row * view.rowStep + column * view.columnStep;
  return { ...view, origin, rows, columns, shape };
}
