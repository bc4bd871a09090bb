import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { build, type Rolldown } from "vite";

/** Bytes, minified and compressed by gzip. */
export interface BundleSize {
  /** What a page fetches at first: the entry and what it imports. */
  readonly first: number;
  /** What it fetches when that is needed, each file compressed by itself, as a server sends it. */
  readonly later: number;
}

/** What a page pays for these imports of the package. */
export async function measureBundle(project: string, imports: string): Promise<BundleSize> {
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
  const [first, later] = [true, false].map((isFirst) =>
    chunks.filter(({ fileName }) => needed.has(fileName) === isFirst).map(({ code }) => code),
  );
  return {
    first: compressed(first!.join("\n")),
    later: later!.reduce((sum, code) => sum + compressed(code), 0),
  };
}

function compressed(code: string): number {
  return gzipSync(code, { level: 9 }).length;
}
