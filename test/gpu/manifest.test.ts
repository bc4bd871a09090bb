import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { ResourceType, WgslReflect } from "wgsl_reflect/wgsl_reflect.module.js";
import { modelKernels } from "../../harness/bench/guard/manifests.ts";
import { WGSL_DISCREPANCIES } from "../../src/engine/gpu/discrepancies.ts";
import type { Kernel } from "../../src/engine/gpu/kernel.ts";
import { lbfgsStep, PROGRESS_FIELDS } from "../../src/engine/gpu/stepKernels.ts";
import { uniformBytes } from "../../src/engine/gpu/uniforms.ts";

const SHADERS = join(import.meta.dirname, "..", "..", "shaders");

function reflect(kernel: Kernel): WgslReflect {
  const parts = [kernel.source, ...(kernel.library ?? []).map((part) => part.source)];
  return new WgslReflect(parts.join("\n"));
}

test.each(modelKernels.map((kernel) => [kernel.label, kernel] as const))(
  "%s: entry point, bindings, constants and uniforms are those of the shader",
  (label, kernel) => {
    const shader = reflect(kernel);
    expect(shader.entry.compute.map((entry) => entry.name)).toEqual([label]);
    const found = shader
      .getBindGroups()[0]!
      .map(({ name, binding, resourceType, access }) => [
        name,
        binding,
        resourceType === ResourceType.Uniform ? "uniform" : access === "read" ? "table" : "array",
      ]);
    const stated = Object.entries(kernel.bindings).map(([name, kind], binding) => [
      name,
      binding,
      kind === "dynamicUniform" ? "uniform" : kind,
    ]);
    expect(found).toEqual(stated);
    // Constants without a default must be stated; a default may be overridden.
    const needed = [...kernel.source.matchAll(/^override (\w+): \w+;/gm)].map((match) => match[1]);
    const constants = Object.keys(kernel.constants);
    expect(constants).toEqual(expect.arrayContaining(needed));
    expect(shader.overrides.map(({ name }) => name)).toEqual(expect.arrayContaining(constants));
    const uniform = shader.uniforms[0];
    if (kernel.uniforms === undefined) {
      expect(uniform).toBeUndefined();
      return;
    }
    const members = uniform!.members!.map(({ name, type, offset }) => [name, type.name, offset]);
    const fields = Object.entries(kernel.uniforms).map(([name, type], index) => [name, type, 4 * index]);
    expect(members).toEqual(fields);
    expect(uniformBytes(kernel.uniforms)).toBeGreaterThanOrEqual(uniform!.size);
  },
);

test("the struct Progress has the fields that the host reads", () => {
  const struct = reflect(lbfgsStep).structs.find(({ name }) => name === "Progress");
  const members = struct!.members.map(({ name, type, offset }) => [name, type.name, offset]);
  const fields = Object.entries(PROGRESS_FIELDS).map(([name, type], index) => [name, type, 4 * index]);
  expect(members).toEqual(fields);
});

test("every kernel file stands in the manifest", () => {
  const files = readdirSync(SHADERS).filter((file) => file.endsWith(".wgsl"));
  const labels = modelKernels.map((kernel) => `${kernel.label}.wgsl`);
  for (const file of files) expect(labels).toContain(file);
});

test("every discrepancy file is one of the table", async () => {
  const files = readdirSync(join(SHADERS, "discrepancy"));
  const parts = await Promise.all(Object.values(WGSL_DISCREPANCIES).map(({ part }) => part()));
  const sources = parts.map(({ source }) => source);
  expect(files.length).toBe(sources.length);
  for (const file of files) {
    expect(sources).toContain(readFileSync(join(SHADERS, "discrepancy", file), "utf8"));
  }
});
