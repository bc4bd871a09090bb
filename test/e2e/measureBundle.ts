import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { build, type Rolldown } from "vite";

/**
 * Bytes, minified and compressed by gzip, that a page fetches at first for these imports of the package: the entry and
 * what it imports, without what is only fetched when it is needed.
 */
export async function measureBundle(project: string, imports: string): Promise<number> {
  const name = "virtual:entry";
  const outputs = (await build({
    configFile: false,
    root: project,
    logLevel: "error",
    plugins: [
      {
        name: "entry",
        resolveId: (id) => (id === name ? join(project, "entry.js") : undefined),
        load: (id) => (id === join(project, "entry.js") ? `export { ${imports} } from "semnan";` : undefined),
      },
    ],
    build: {
      write: false,
      minify: true,
      target: "es2022",
      rollupOptions: { input: name, preserveEntrySignatures: "strict" },
    },
  })) as Rolldown.RolldownOutput;
  const chunks = outputs.output.filter((output) => output.type === "chunk");
  const needed = new Set(chunks.filter(({ isEntry }) => isEntry).map(({ fileName }) => fileName));
  for (const fileName of needed) {
    for (const imported of chunks.find((chunk) => chunk.fileName === fileName)?.imports ?? [])
      needed.add(imported);
  }
  const code = chunks.filter(({ fileName }) => needed.has(fileName)).map((chunk) => chunk.code);
  return gzipSync(code.join("\n"), { level: 9 }).length;
}
