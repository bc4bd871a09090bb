import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { build, type Rolldown } from "vite";

/** Bytes of some files, minified, each compressed by itself as a server sends it. */
export interface CompressedSize {
  readonly gzip: number;
  readonly brotli: number;
}

/** What vite makes of a page that uses some exports of the package. */
export interface Bundle {
  /** What the page fetches at first, and what it may fetch later, every part of it. */
  readonly first: CompressedSize;
  readonly later: CompressedSize;
  /** The size of the files that a page has fetched, by their paths. */
  sizeOf(paths: Iterable<string>): CompressedSize;
  /** Writes the page and its files; its scripts find the exports as `globalThis.semnan`. */
  write(folder: string): Promise<void>;
}

/** Bundles a page that uses these exports, with vite's defaults for pages. */
export async function bundlePage(project: string, exports: string): Promise<Bundle> {
  const entry = join(project, "entry.js");
  const name = "virtual:entry";
  const outputs = (await build({
    configFile: false,
    root: project,
    base: "./",
    logLevel: "error",
    plugins: [
      {
        name: "entry",
        resolveId: (id) => (id === name ? entry : undefined),
        load: (id) =>
          id === entry
            ? `import { ${exports} } from "semnan"; globalThis.semnan = { ${exports} };`
            : undefined,
      },
    ],
    build: { write: false, minify: true, target: "es2022", rollupOptions: { input: name } },
  })) as Rolldown.RolldownOutput;
  const chunks = outputs.output.filter((output) => output.type === "chunk");
  const first = new Set(chunks.filter(({ isEntry }) => isEntry).map(({ fileName }) => fileName));
  for (const fileName of first) {
    for (const imported of chunks.find((chunk) => chunk.fileName === fileName)!.imports) first.add(imported);
  }
  const sum = (isCounted: (fileName: string) => boolean): CompressedSize => {
    const codes = chunks.filter(({ fileName }) => isCounted(fileName)).map(({ code }) => code);
    return {
      gzip: codes.reduce((bytes, code) => bytes + gzipSync(code, { level: 9 }).length, 0),
      brotli: codes.reduce((bytes, code) => bytes + brotliCompressSync(code).length, 0),
    };
  };
  return {
    first: sum((fileName) => first.has(fileName)),
    later: sum((fileName) => !first.has(fileName)),
    sizeOf(paths) {
      const fetched = new Set(paths);
      return sum((fileName) => fetched.has(fileName));
    },
    async write(folder) {
      const scripts = chunks
        .filter(({ isEntry }) => isEntry)
        .map(({ fileName }) => `<script type="module" src="./${fileName}"></script>`);
      await mkdir(folder, { recursive: true });
      await writeFile(join(folder, "index.html"), `<!doctype html>${scripts.join("")}`);
      for (const { fileName, code } of chunks) {
        await mkdir(dirname(join(folder, fileName)), { recursive: true });
        await writeFile(join(folder, fileName), code);
      }
    },
  };
}
