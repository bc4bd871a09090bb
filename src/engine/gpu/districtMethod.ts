import { dispatchGraph, dispatchOver, dispatchRange } from "./dispatch.ts";
import {
  districtCross,
  districtErrors,
  districtGradient,
  districtLikelihood,
  districtMoments,
  districtTotal,
} from "./districtKernels.ts";
import type { Steps } from "./evaluator.ts";
import { LinearAlgebra, type Slot, type Work } from "./linalg/algebra.ts";
import { cholesky } from "./linalg/cholesky.ts";
import { combine } from "./linalg/combine.ts";
import { inverseFromTriangle, triangularInverse } from "./linalg/inverse.ts";
import { multiply } from "./linalg/multiply.ts";
import { innerProduct, logDeterminant } from "./linalg/reduce.ts";
import { matrixView, type MatrixView } from "./linalg/view.ts";
import { packUniforms } from "./uniforms.ts";
import { EVALUATION, type Workspace } from "./workspace.ts";

/** Largest district that one invocation computes alone. */
const LARGEST_SMALL = districtLikelihood.constants.LARGEST;

/**
 * The district form of maximum likelihood (DESIGN §2), where every variable is observed: Σ is never formed. Small
 * districts take one invocation each, larger ones blocked factorisations.
 */
export async function districtMethod(workspace: Workspace, logDetSample: number): Promise<Steps> {
  const { buffers, sizes, graph, districts, value, evaluation, status, derivative } = workspace;
  const { sample, cross, errors, moments, difference, adjoint } = workspace.matrices;
  const { variables, variable_quads, entries } = sizes;
  const large = districts.sizes.flatMap((size, district) => (size > LARGEST_SMALL ? [district] : []));
  const widest = districts.sizes.reduce((most, size) => Math.max(most, size), 0);
  const range = dispatchRange.bind(undefined, workspace);
  const one = dispatchGraph.bind(undefined, workspace);
  const perVariable = 1 + graph.entries.paths.count / variables;
  const cubes = Math.min(widest, LARGEST_SMALL) ** 3;
  const [algebra, omega, k, m, likelihood, total, slopes] = await Promise.all([
    large.length > 0 ? LinearAlgebra.create(buffers) : undefined,
    range(districtErrors, { value, errors, status }, variables, widest),
    one(districtCross, { value, sample, cross }, [variable_quads, variables]),
    one(districtMoments, { value, cross, moments }, [variables, 4 * Math.ceil(widest / 4)]),
    range(
      districtLikelihood,
      { errors, moments, difference, adjoint, evaluation, status },
      districts.count,
      3 * cubes,
    ),
    dispatchOver(
      workspace.device,
      districtTotal,
      { sizes: totalSizes(workspace, large.length, logDetSample), evaluation, status },
      [1],
    ),
    range(districtGradient, { value, cross, errors, adjoint, derivative }, entries, widest),
  ]);
  const withPaths = (work: readonly Work[]): Work[] =>
    work.map((dispatch) => ({ ...dispatch, operations: dispatch.operations * perVariable }));
  const largeWork = algebra
    ? large.flatMap((district, index) => largeDistrict(workspace, algebra, district, index))
    : [];
  return {
    forward: [...omega, ...withPaths(k), ...withPaths(m)],
    loss: [...likelihood, ...largeWork, total],
    backward: slopes,
  };
}

function totalSizes({ buffers, districts }: Workspace, large: number, logDetSample: number): GPUBuffer {
  return buffers.uniform(
    "districts",
    packUniforms(districtTotal.uniforms, { districts: districts.count, large, log_det_sample: logDetSample }),
  );
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
