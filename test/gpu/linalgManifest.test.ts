import { readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { ResourceType, WgslReflect } from "wgsl_reflect/wgsl_reflect.module.js";
import type { Kernel } from "../../src/engine/gpu/kernel.ts";
import { kernels, styles } from "../../src/engine/gpu/linalg/kernels.ts";
import { uniformBytes } from "../../src/engine/gpu/uniforms.ts";

const SHADERS = join(import.meta.dirname, "..", "..", "shaders", "linalg");
/**
 * WGSL with the bodies of its functions left out: the reflection reads declarations only, and its parser does not know
 * all of WGSL's expressions.
 */
function declarations(wgsl: string): string {
  const pieces: string[] = [];
  let from = 0;
  for (const match of wgsl.matchAll(/\bfn [^{]*\{/g)) {
    if (match.index < from) continue;
    let end = match.index + match[0].length;
    pieces.push(wgsl.slice(from, end));
    for (let depth = 1; depth > 0; end++) depth += { "{": 1, "}": -1 }[wgsl[end]!] ?? 0;
    from = end - 1;
  }
  return [...pieces, wgsl.slice(from)].join("");
}

const rows: readonly Kernel[] = Object.values(kernels);

test.each(rows.map((kernel) => [kernel.label, kernel] as const))(
  "%s: entry point, bindings, constants and uniforms are those of the shader",
  (label, kernel) => {
    const usesTiles = kernel.library?.some((part) => part.label === "lib/tile") === true;
    for (const style of Object.values(styles)) {
      const parts = [...(kernel.library ?? []), ...(usesTiles ? [style.tile] : [])];
      const shader = new WgslReflect(
        declarations([kernel.source, ...parts.map((part) => part.source)].join("\n")),
      );
      expect(shader.entry.compute.map((entry) => entry.name)).toEqual([label]);
      const found = shader
        .getBindGroups()[0]!
        .map(({ name, resourceType, access }) => [
          name,
          resourceType === ResourceType.Uniform ? "dynamicUniform" : access === "read" ? "table" : "array",
        ]);
      expect(found).toEqual(Object.entries(kernel.bindings));
      const needed = [...kernel.source.matchAll(/^override (\w+): \w+;/gm)].map((match) => match[1]);
      expect(Object.keys(kernel.constants)).toEqual(needed);
      const uniform = shader.uniforms[0]!;
      const members = uniform.members!.map(({ name, type, offset }) => [name, type.name, offset]);
      const fields = Object.entries(kernel.uniforms!).map(([name, type], index) => [name, type, 4 * index]);
      expect(members).toEqual(fields);
      expect(uniformBytes(kernel.uniforms!)).toBeGreaterThanOrEqual(uniform.size);
    }
  },
);

test("every kernel file of linear algebra stands in its manifest", () => {
  const labels = rows.map((kernel) => `${kernel.label}.wgsl`);
  expect(readdirSync(SHADERS).sort()).toEqual(labels.sort());
});

test("a workgroup of the panel kernel covers a row of the diagonal blocks, in every style", () => {
  for (const { tileConstants, diagonalConstants } of Object.values(styles)) {
    const { WORKGROUP_X, WORKGROUP_Y } = { ...kernels.choleskyPanel.constants, ...tileConstants };
    const { BLOCK } = { ...kernels.choleskyDiagonal.constants, ...diagonalConstants };
    expect([8 * WORKGROUP_X, 8 * WORKGROUP_Y]).toEqual([BLOCK, BLOCK]);
  }
});
