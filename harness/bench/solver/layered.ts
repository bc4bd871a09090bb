import {
  compile,
  bind,
  type CompiledKernel,
  groupsOf,
  type Resource,
} from "../../../src/engine/gpu/pipeline.ts";
import type { Evaluator } from "../../../src/engine/gpu/evaluator.ts";
import type { Kernel } from "../../../src/engine/gpu/kernel.ts";
import type { Work } from "../../../src/engine/gpu/linalg/algebra.ts";
import { packUniformSeries, uniformBytes } from "../../../src/engine/gpu/uniforms.ts";
import { planLayers } from "../../../src/plan/layers.ts";
import { LAYER_FIELDS, layerAdjoint, layerCovariance, layerEffects } from "./kernels.ts";

/**
 * The work of a covariance-method evaluator with its three walks through the graph replaced by a dispatch for each
 * layer, as the published solver does it. All else, the discrepancy included, stays the engine's own.
 */
export async function layeredWork({ steps, workspace, method }: Evaluator): Promise<Work[]> {
  if (method !== "covariance") throw new Error(`The method ${method} has no layers.`);
  const { device, buffers, graph, sizes, graphUniform, tables, value, matrices } = workspace;
  const { gradient, effects, cross, covariance, adjoint } = matrices;
  const layers = planLayers(graph).list.map(({ variables }) => variables);
  const members = buffers.storage("layers", Uint32Array.from(layers.flat()));
  const starts = layers.map((_, index) => layers.slice(0, index).flat().length);
  const { bytes, stride } = packUniformSeries(
    device,
    LAYER_FIELDS,
    layers.map((layer, index) => ({ first: starts[index]!, count: layer.length })),
  );
  const layer = { buffer: buffers.uniform("layer", bytes), size: uniformBytes(LAYER_FIELDS) };
  const shared = { graph: graphUniform, layer, tables, members, value };
  const walk = (
    compiled: CompiledKernel,
    resources: Readonly<Record<string, Resource>>,
    quads: number,
  ): Work[] => {
    const bindGroup = bind(device, compiled, { ...shared, ...resources });
    return layers.map(({ length }, index) => ({
      pipeline: compiled.pipeline,
      bindGroup,
      dynamicOffsets: [index * stride],
      workgroups: [groupsOf(quads, compiled.constants["WORKGROUP"]!), length, 1],
      operations: 4 * quads * length * (1 + graph.entries.paths.count / graph.p),
    }));
  };
  const replace = async (
    work: readonly Work[],
    label: string,
    kernel: Kernel,
    resources: Readonly<Record<string, Resource>>,
    quads: number,
  ): Promise<Work[]> => {
    const first = work.findIndex((dispatch) => dispatch.pipeline.label === label);
    if (first < 0) throw new Error(`There is no ${label} to replace.`);
    const dispatches = walk(await compile(device, kernel), resources, quads);
    const rest = work.filter((dispatch) => dispatch.pipeline.label !== label);
    return rest.toSpliced(first, 0, ...(kernel === layerAdjoint ? dispatches.toReversed() : dispatches));
  };
  const { source_quads, observed_quads } = sizes;
  const total = await replace(steps.forward, "total_effects", layerEffects, { effects }, source_quads);
  const second = { cross, covariance };
  const forward = await replace(total, "covariance_forward", layerCovariance, second, observed_quads);
  const third = { gradient, adjoint };
  const backward = await replace(steps.backward, "covariance_backward", layerAdjoint, third, observed_quads);
  return [...forward, ...steps.loss, ...backward];
}
