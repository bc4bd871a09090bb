import { SemnanError } from "../../../errors.ts";
import { groupsOf } from "../pipeline.ts";
import type { LinearAlgebra, Status, Work } from "./algebra.ts";
import type { MatrixView, Shape } from "./view.ts";

export interface Product {
  readonly left: MatrixView;
  readonly right: MatrixView;
  /** Row-major; must not overlap `left` or `right`. It may share a buffer with `left`, or with both. */
  readonly result: MatrixView;
  /** 1 unless given. */
  readonly alpha?: number;
  /** 0 unless given: the old `result` is then not read. */
  readonly beta?: number;
  /** Added on the diagonal; 0 unless given. */
  readonly diagonal?: number;
  /** The product is known to be symmetric: its lower triangle is computed and mirrored. */
  readonly symmetric?: boolean;
  /** Of the factorisation that this follows: nothing is done where that failed. */
  readonly status?: Status;
  /** Several products of the same sizes: product b moves each matrix by b times its step, in elements. */
  readonly batch?: {
    readonly count: number;
    readonly leftStep: number;
    readonly rightStep: number;
    readonly resultStep: number;
  };
}

const SHAPES: Readonly<Record<Shape | "symmetric", number>> = { full: 0, lower: 1, upper: 2, symmetric: 3 };

/**
 * C = α·A·B + β·C + δ·I for A: m×k, B: k×n, C: m×n, any of A and B transposed or triangular; of C all, its lower
 * triangle (where `result` has that shape), or a symmetric whole. Products that take long are cut into several dispatches.
 *
 * @throws SemnanError where the sizes do not match, or where `right` alone shares the result's buffer.
 */
export function multiply(algebra: LinearAlgebra, product: Product): Work[] {
  const { left, right, result, status = algebra.noStatus, batch } = product;
  const shape = product.symmetric === true ? "symmetric" : result.shape;
  throwUnlessValid(product, shape);
  const name = kernelFor(product);
  const { WORKGROUP_X, WORKGROUP_Y } = algebra.constants(name);
  const rowGroups = groupsOf(result.rows, 8 * WORKGROUP_Y);
  const [gridX, gridY] =
    shape === "full" || result.rows !== result.columns
      ? [groupsOf(result.columns, 8 * WORKGROUP_X), rowGroups]
      : [rowGroups + 1, groupsOf(rowGroups, 2)];
  if (gridX * gridY === 0) return [];
  const count = batch?.count ?? 1;
  const operations = multiplyAdds(left, right, shape) * count;
  const cuts = Math.min(gridY, Math.ceil(operations / algebra.operationsPerDispatch));
  const rowsPerCut = Math.ceil(gridY / cuts);
  const uniforms = {
    rows: result.rows,
    columns: result.columns,
    inner: left.columns,
    left_origin: left.origin,
    left_row_step: left.rowStep,
    left_column_step: left.columnStep,
    left_batch_step: batch?.leftStep ?? 0,
    left_shape: SHAPES[left.shape],
    right_origin: right.origin,
    right_row_step: right.rowStep,
    right_column_step: right.columnStep,
    right_batch_step: batch?.rightStep ?? 0,
    right_shape: SHAPES[right.shape],
    result_origin: result.origin,
    result_row_step: result.rowStep,
    result_batch_step: batch?.resultStep ?? 0,
    result_shape: SHAPES[shape],
    alpha: product.alpha ?? 1,
    beta: product.beta ?? 0,
    diagonal: product.diagonal ?? 0,
    flag: status.flag,
  };
  const steps = [];
  for (let first = 0; first < gridY; first += rowsPerCut) {
    const groups = Math.min(rowsPerCut, gridY - first);
    steps.push({
      uniforms: { ...uniforms, first_group: first },
      workgroups: [gridX, groups, count] as const,
      operations: (operations * groups) / gridY,
    });
  }
  return algebra.dispatches(name, resourcesOf(name, product, status), steps);
}

type ProductKernel = "matmul" | "matmulInPlace" | "matmulOntoLeft";

function kernelFor({ left, right, result }: Product): ProductKernel {
  if (left.buffer !== result.buffer) return "matmul";
  return right.buffer === result.buffer ? "matmulInPlace" : "matmulOntoLeft";
}

function resourcesOf(
  name: ProductKernel,
  { left, right, result }: Product,
  status: Status,
): Readonly<Record<string, GPUBuffer>> {
  const shared = { status: status.buffer };
  switch (name) {
    case "matmul":
      return { ...shared, left_matrix: left.buffer, right_matrix: right.buffer, result: result.buffer };
    case "matmulInPlace":
      return { ...shared, matrix: result.buffer };
    case "matmulOntoLeft":
      return { ...shared, right_matrix: right.buffer, matrix: result.buffer };
  }
}

/** m·n·k, less what triangles save. */
function multiplyAdds(left: MatrixView, right: MatrixView, shape: Shape | "symmetric"): number {
  const triangles = Number(left.shape !== "full") + Number(right.shape !== "full") + Number(shape !== "full");
  const share = [1, 1 / 2, 1 / 3, 1 / 6][triangles]!;
  return left.rows * left.columns * right.columns * share;
}

function throwUnlessValid({ left, right, result, batch }: Product, shape: Shape | "symmetric"): void {
  const sizes = [left, right, result].map((view) => `${view.rows}×${view.columns}`).join(", ");
  const squareNeeded = shape === "symmetric" && result.rows !== result.columns;
  if (
    left.columns !== right.rows ||
    left.rows !== result.rows ||
    right.columns !== result.columns ||
    result.columnStep !== 1 ||
    shape === "upper" ||
    squareNeeded ||
    (batch !== undefined && shape !== "full")
  ) {
    throw new SemnanError(`Matrices of ${sizes} do not make a ${shape} product.`, "Please report this.");
  }
}
