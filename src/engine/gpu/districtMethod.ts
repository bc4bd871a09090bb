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
import type { Work } from "./linalg/algebra.ts";
import { packUniforms } from "./uniforms.ts";
import type { Workspace } from "./workspace.ts";

/** Largest district that one invocation computes alone. */
const LARGEST_SMALL = districtLikelihood.constants.LARGEST;

/**
 * The district form of maximum likelihood (DESIGN §2), where every variable is observed: Σ is never formed. Small
 * districts take one invocation each, larger ones blocked factorisations.
 */
export async function districtMethod(workspace: Workspace, logDetSample: number): Promise<Steps> {
  const { sizes, graph, districts, value, evaluation, status, derivative } = workspace;
  const { sample, cross, errors, moments, difference, adjoint } = workspace.matrices;
  const { variables, variable_quads, entries } = sizes;
  const large = districts.sizes.flatMap((size, district) => (size > LARGEST_SMALL ? [district] : []));
  const widest = districts.sizes.reduce((most, size) => Math.max(most, size), 0);
  const range = dispatchRange.bind(undefined, workspace);
  const one = dispatchGraph.bind(undefined, workspace);
  const perVariable = 1 + graph.entries.paths.count / variables;
  const cubes = Math.min(widest, LARGEST_SMALL) ** 3;
  const [largeWork, omega, k, m, likelihood, total, slopes] = await Promise.all([
    large.length > 0 ? blockedDistricts(workspace, large) : [],
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

async function blockedDistricts(workspace: Workspace, large: readonly number[]): Promise<Work[]> {
  const { largeDistricts } = await import("./largeDistricts.ts");
  return largeDistricts(workspace, large);
}
