import type { Plugin } from "vite";

/**
 * Leaves comments and indentation out of the shaders that go into a build. Line breaks stay, so that the line numbers of
 * a compiler's message still hold.
 */
export function compactShaders(): Plugin {
  return {
    name: "compact-shaders",
    apply: "build",
    enforce: "post",
    transform(code, id) {
      if (!id.endsWith(".wgsl?raw")) return undefined;
      const text = JSON.parse(/^export default (".*");?\s*$/s.exec(code)?.[1] ?? "null") as string | null;
      if (text === null) throw new Error(`${id} is not the raw text of a shader`);
      return { code: `export default ${JSON.stringify(compactShader(text))};`, map: null };
    },
  };
}

/** A shader without comments and indentation, line by line as it was. */
export function compactShader(shader: string): string {
  const lines = shader.replaceAll(/\/\*.*?\*\//gs, (comment) => comment.replaceAll(/[^\n]/g, "")).split("\n");
  return lines.map((line) => line.replace(/\/\/.*$/, "").trim()).join("\n");
}
