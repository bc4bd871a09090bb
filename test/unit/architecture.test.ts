import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve, sep } from "node:path";
import { describe, expect, test } from "vitest";

const ROOT = join(import.meta.dirname, "..", "..");
const SOURCE = join(ROOT, "src");

/** Folders of src (and single files) in the order of DESIGN, "The house": each may import from itself and those before it. */
const ORDER = [
  "errors.ts",
  "model",
  "data",
  "plan",
  "engine",
  "fit",
  "statistics",
  "causal",
  "presentation",
  "embed",
  "cli",
];

interface Import {
  readonly from: string;
  readonly to: string;
  /** Erased by the compiler: it makes no cycle when the program runs. */
  readonly typeOnly: boolean;
}

const files = readdirSync(SOURCE, { recursive: true, encoding: "utf8" })
  .filter((name) => name.endsWith(".ts") && !name.endsWith(".d.ts"))
  .map((name) => name.split(sep).join("/"));

const imports: readonly Import[] = files.flatMap(importsOf);

function importsOf(from: string): Import[] {
  const code = readFileSync(join(SOURCE, from), "utf8");
  const statements = code.matchAll(
    /^(?:import|export)\s+(type\s)?(?:[^"';]*?from\s+)?"(\.[^"]+)"|import\("(\.[^"]+)"\)/gm,
  );
  return [...statements].map(([, type, path, dynamicPath]) => {
    const target = resolve(SOURCE, dirname(from), path ?? dynamicPath!);
    return { from, to: relative(SOURCE, target).split(sep).join("/"), typeOnly: type !== undefined };
  });
}

/** The place of a file in ORDER; −1 for the barrel, which may import everything and be imported by nothing. */
function rankOf(file: string): number {
  return ORDER.indexOf(file.split("/", 1)[0]!);
}

const describeImport = ({ from, to }: Import): string => `${from} → ${to}`;

describe("imports in src", () => {
  test("every folder has a place in the order", () => {
    expect(files.filter((file) => file !== "index.ts" && rankOf(file) < 0)).toEqual([]);
    expect(imports.length).toBeGreaterThan(100);
  });

  test("point one way: to the folder itself or to one before it", () => {
    const inside = imports.filter(({ from, to }) => from !== "index.ts" && !to.startsWith(".."));
    const wrong = inside.filter(({ from, to }) => rankOf(to) > rankOf(from));
    expect(wrong.map(describeImport)).toEqual([]);
  });

  test("nothing but the barrel's users imports the barrel", () => {
    expect(imports.filter(({ to }) => to === "index.ts").map(describeImport)).toEqual([]);
  });

  test("only the command looks outside src", () => {
    const outside = imports.filter(({ to }) => to.startsWith("..") && !to.endsWith(".wgsl?raw"));
    expect(outside.filter(({ from }) => !from.startsWith("cli/")).map(describeImport)).toEqual([]);
  });

  test("have no cycles", () => {
    expect(cycles(imports.filter(({ typeOnly }) => !typeOnly))).toEqual([]);
  });

  test("of shaders stand in the kernel manifest only", () => {
    const importers = new Set(imports.filter(({ to }) => to.includes(".wgsl")).map(({ from }) => from));
    expect([...importers].filter((file) => !isManifest(file))).toEqual([]);
  });
});

test("between the engine and the entries that own a device, nothing mentions a WebGPU type", () => {
  const between = files.filter((file) => {
    return rankOf(file) >= ORDER.indexOf("fit") && rankOf(file) <= ORDER.indexOf("presentation");
  });
  expect(between.length).toBeGreaterThan(50);
  expect(between.filter((file) => /\bGPU[A-Z]\w+/.test(withoutComments(file)))).toEqual([]);
});

/** Manifests (`kernels.ts`, `stepKernels.ts`, `graphKernel.ts`) list kernels beside the text of their shaders. */
function isManifest(file: string): boolean {
  return /^engine\/(?:\w+\/)+(?:\w*kernels?|\w*discrepancies)\.ts$/i.test(file);
}

function withoutComments(file: string): string {
  return readFileSync(join(SOURCE, file), "utf8").replaceAll(/\/\*[^]*?\*\/|\/\/.*$/gm, "");
}

/** The cycles that a depth-first walk over the imports meets. */
function cycles(edges: readonly Import[]): string[] {
  const targets = new Map<string, string[]>();
  for (const { from, to } of edges) targets.set(from, [...(targets.get(from) ?? []), to]);
  const finished = new Set<string>();
  const found: string[] = [];
  const visit = (file: string, path: readonly string[]): void => {
    if (finished.has(file)) return;
    const seen = path.indexOf(file);
    if (seen >= 0) {
      found.push([...path.slice(seen), file].join(" → "));
      return;
    }
    for (const to of targets.get(file) ?? []) visit(to, [...path, file]);
    finished.add(file);
  };
  for (const file of targets.keys()) visit(file, []);
  return found;
}
