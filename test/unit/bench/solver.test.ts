import { WgslReflect } from "wgsl_reflect/wgsl_reflect.module.js";
import { describe, expect, test } from "vitest";
import * as kernels from "../../../harness/bench/solver/kernels.ts";
import { wouldTakeTooLong } from "../../../harness/bench/solver/measurements.ts";
import { multiplyAdds } from "../../../harness/bench/solver/operations.ts";
import { beatenBy, headline, reached } from "../../../harness/bench/solver/targets.ts";
import { SHAPES, solverProblem } from "../../../harness/bench/solverProblems.ts";
import type { Contest } from "../../../harness/bench/page/contest.ts";
import { summarise } from "../../../harness/bench/measure.ts";
import { planDistricts } from "../../../src/plan/districts.ts";
import { planGraph } from "../../../src/plan/graph.ts";

function planOf(shape: (typeof SHAPES)[number], p: number) {
  const { model } = solverProblem(shape, p).problem;
  const graph = planGraph(model.structures[0]!, model.parameters.length);
  return { graph, districts: planDistricts(graph) };
}

describe("multiply-adds of an evaluation", () => {
  test("are those of the formulas, on small districts counted by hand", () => {
    // p = 4, q = 6: four private sources, two latents of two children; paths 0 + 1 + 2 + 3; two districts of two.
    const { graph, districts } = planOf("small districts", 4);
    const [paths, loadings] = [6, 8];
    expect(multiplyAdds(graph, districts, { method: "covariance", dense: false })).toEqual({
      forward: 6 * paths + 4 * 6 + 4 * (loadings + paths),
      discrepancy: (4 / 3) * 64,
      backward: 4 * paths + 4 * (loadings + paths),
    });
    expect(multiplyAdds(graph, districts, { method: "district", dense: false })).toEqual({
      // Ω: four sources with one effect, two with two. K: every path through a row of four. M: by path and member.
      forward: 4 * 1 + 2 * 4 + 4 * paths + 2 * paths,
      discrepancy: 2 * 2 * 8,
      backward: 2 * paths + 2 * (4 * 1 + 2 * 4),
    });
  });

  test("of dense models are about the same by walks and by products", () => {
    const { graph, districts } = planOf("dense", 128);
    const sum = (dense: boolean): number => {
      const { forward, backward } = multiplyAdds(graph, districts, { method: "covariance", dense });
      return forward + backward;
    };
    // Both count p²q/2 for A, p³ or 3p³/4 for Σ, and p³ and what triangles save on the way back.
    expect(sum(true) / sum(false)).toBeGreaterThan(0.7);
    expect(sum(true) / sum(false)).toBeLessThan(1.3);
  });
});

test("a measurement is left out where p³ says that two iterations take more than 20 s", () => {
  expect(wouldTakeTooLong(undefined, 1024)).toBe(false);
  expect(wouldTakeTooLong({ p: 256, median: 100 }, 1024)).toBe(false);
  expect(wouldTakeTooLong({ p: 256, median: 200 }, 1024)).toBe(true);
});

function contest(milliseconds: Readonly<Record<string, number>>): Contest {
  const timings = Object.entries(milliseconds).map(([name, time]) => summarise(name, [time, time]));
  return { shape: "dense", p: 256, timings, deviations: {}, leftOut: {}, layeredDispatches: 3 };
}

const OURS = { "semnan WebGPU": 10, "semnan WebGPU, iterations": 10, "semnan float64 covariance": 12 };

test("targets compare with the faster WebGPU back end, and say which were missed", () => {
  const peers = { "jax-js webgpu": 500, "tensorflow.js webgpu": 150, "tensorflow.js wasm": 40 };
  const measured = contest({ ...OURS, "a dispatch a layer": 20, ...peers });
  const lines = reached([measured], []);
  expect(lines).toHaveLength(3);
  expect(lines[0]).toMatch(/^Target reached, .* 15× .* tensorflow\.js webgpu/);
  expect(lines[1]).toMatch(/^Target missed, .* 2\.0× .* a dispatch a layer/);
  expect(lines[2]).toMatch(/^Target reached, .* 0\.83 times as long/);
  expect(headline([measured])).toMatch(/15× \(dense\) faster/);
  expect(headline([{ ...measured, p: 64 }])).toBeUndefined();
  expect(reached([{ ...measured, p: 64 }], [])).toEqual([expect.stringContaining("does not time")]);
});

test("a peer that beats us is named, the fastest first, whether or not our other engine beats it", () => {
  const peers = { "jax-js wasm": 11, "tensorflow.js wasm": 9, "tensorflow.js webgpu": 8 };
  const lines = beatenBy([contest({ ...OURS, "a dispatch a layer": 20, ...peers })]);
  expect(lines).toHaveLength(2);
  expect(lines[0]).toMatch(/tensorflow\.js webgpu takes 8\.00 ms.*It beats both/);
  expect(lines[1]).toMatch(/tensorflow\.js wasm takes 9\.00 ms.*It beats both/);
  const slower = { ...OURS, "semnan float64 covariance": 1, "a dispatch a layer": 20, "jax-js wasm": 9 };
  expect(beatenBy([contest(slower)])[0]).toMatch(/`auto` takes the float64 engine/);
});

test.each(
  Object.values(kernels as Record<string, unknown>)
    .filter(isKernel)
    .map((kernel) => [kernel.label, kernel] as const),
)("%s: bindings and constants are those of the shader", (label, kernel) => {
  const parts = [kernel.source, ...(kernel.library ?? []).map(({ source }) => source)];
  const shader = new WgslReflect(parts.join("\n"));
  expect(shader.entry.compute.map(({ name }) => name)).toEqual([label]);
  const bindings = shader.getBindGroups()[0]!.map(({ name }) => name);
  expect(bindings).toEqual(Object.keys(kernel.bindings));
  expect(Object.keys(kernel.constants)).toEqual(shader.overrides.map(({ name }) => name));
});

interface BenchKernel {
  readonly label: string;
  readonly source: string;
  readonly library?: readonly { readonly source: string }[];
  readonly bindings: Readonly<Record<string, string>>;
  readonly constants: Readonly<Record<string, number>>;
}

function isKernel(value: unknown): value is BenchKernel {
  return typeof value === "object" && value !== null && "source" in value;
}
