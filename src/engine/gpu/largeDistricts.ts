import { LinearAlgebra, type Slot, type Work } from "./linalg/algebra.ts";
import { cholesky } from "./linalg/cholesky.ts";
import { combine } from "./linalg/combine.ts";
import { inverseFromTriangle, triangularInverse } from "./linalg/inverse.ts";
import { multiply } from "./linalg/multiply.ts";
import { innerProduct, logDeterminant } from "./linalg/reduce.ts";
import { matrixView, type MatrixView } from "./linalg/view.ts";
import { EVALUATION, type Workspace } from "./workspace.ts";

/** The likelihood of the districts that are too large for one invocation, by blocked factorisations. */
export async function largeDistricts(workspace: Workspace, districts: readonly number[]): Promise<Work[]> {
  const algebra = await LinearAlgebra.create(workspace.buffers);
  return districts.flatMap((district, index) => largeDistrict(workspace, algebra, district, index));
}

/** What `district_likelihood` does for a small district, with the same matrices in the same places. */
function largeDistrict(
  workspace: Workspace,
  algebra: LinearAlgebra,
  district: number,
  index: number,
): Work[] {
  const { districts, evaluation } = workspace;
  const { errors, moments, difference, adjoint } = workspace.matrices;
  const size = districts.sizes[district]!;
  const view = (buffer: GPUBuffer): MatrixView =>
    matrixView(buffer, size, size, {
      origin: districts.offset[district]!,
      rowStep: 4 * districts.quads[district]!,
    });
  const [omega, m, e, slope] = [view(errors), view(moments), view(difference), view(adjoint)];
  const status = { buffer: workspace.status, flag: 2 + index };
  const slot = (place: 0 | 1): Slot => ({
    buffer: evaluation,
    slot: EVALUATION.sums + districts.count + 2 * index + place,
  });
  return [
    ...combine(algebra, { left: omega, right: m, beta: -1, result: e }),
    // L takes the place of M, L⁻¹ that of ∂F/∂Ω until it is known, and Ω⁻¹ that of Ω.
    ...combine(algebra, { left: omega, result: m }),
    ...cholesky(algebra, { matrix: m, inverse: slope, status }),
    ...logDeterminant(algebra, m, slot(0), status),
    ...triangularInverse(algebra, { factor: m, inverse: slope, status }),
    ...inverseFromTriangle(algebra, slope, omega, status),
    ...innerProduct(algebra, omega, e, slot(1), status),
    ...multiply(algebra, { left: omega, right: e, result: m, status }),
    ...multiply(algebra, { left: m, right: omega, result: slope, symmetric: true, status }),
  ];
}
