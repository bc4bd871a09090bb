import { execFile } from "node:child_process";
import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { EXAMPLES, ROOT, semnan } from "./command.ts";

const run = promisify(execFile);
const GUIDES = join(ROOT, "harness", "docs", "guides");

interface Snippet {
  readonly guide: string;
  readonly language: string;
  readonly text: string;
}

const snippets: Snippet[] = [];
for (const guide of await readdir(GUIDES)) {
  const text = await readFile(join(GUIDES, guide), "utf8");
  for (const [, language, code] of text.matchAll(/^```(\w+)\n([\s\S]*?)^```/gm)) {
    snippets.push({ guide, language: language!, text: code! });
  }
}
const programs = snippets.filter(({ language }) => language === "ts");

/** What a guide's program takes for granted: texts of a model, of data, and of a graph. */
const GIVEN: Readonly<Record<string, string>> = {
  model: JSON.stringify("visual =~ x1 + x2 + x3\ntextual =~ x4 + x5 + x6"),
  csvText: `readFileSync(${JSON.stringify(join(EXAMPLES, "holzinger.csv"))}, "utf8")`,
  data: `readFileSync(${JSON.stringify(join(EXAMPLES, "holzinger.csv"))}, "utf8")`,
  text: JSON.stringify("dag { U [latent] X -> M -> Y U -> { X Y } }"),
};

/** A program with what it takes for granted before it. */
function complete(text: string): string {
  const isMissing = (name: string): boolean =>
    new RegExp(`\\b${name}\\b`).test(text) && !new RegExp(`const ${name}\\b`).test(text);
  const given = Object.entries(GIVEN)
    .filter(([name]) => isMissing(name))
    .map(([name, value]) => `const ${name} = ${value};`);
  const library = JSON.stringify(pathToFileURL(join(ROOT, "src", "index.ts")).pathname);
  return [
    'import { readFileSync } from "node:fs";',
    "void readFileSync;",
    ...given,
    text.replace('"semnan"', library),
    "export {};",
  ].join("\n");
}

let folder: string;
beforeAll(async () => {
  folder = join(ROOT, "node_modules", ".cache", "semnan-guides");
  await mkdir(folder, { recursive: true });
  await Promise.all(programs.map(({ text }, at) => writeFile(join(folder, `${at}.ts`), complete(text))));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe("programs of the guides", () => {
  test("have the types that they are shown with", async () => {
    const compilerOptions = { noUnusedLocals: false, noEmit: true, rootDir: "../../.." };
    const config = {
      extends: "../../../tsconfig.json",
      compilerOptions,
      include: ["*.ts", "../../../src/shaders.d.ts"],
    };
    await writeFile(join(folder, "tsconfig.json"), JSON.stringify(config));
    const tsc = join(ROOT, "node_modules", "typescript", "bin", "tsc");
    const { stdout } = await run(process.execPath, [tsc, "-p", folder]).catch(
      (error: { stdout: string }) => error,
    );
    // What else is wrong in the sources is for the type check of the whole.
    const ofGuides = stdout.split("\n").filter((line) => line.includes("semnan-guides"));
    expect(ofGuides).toEqual([]);
  });

  // A worker needs a page: test/e2e/embedding.test.ts runs one.
  const runnable = programs.flatMap((program, at) =>
    program.text.includes("createWorker") ? [] : [{ ...program, at }],
  );
  test.each(runnable)("of $guide run", async ({ at }) => {
    await import(/* @vite-ignore */ join(folder, `${at}.ts`));
  });
});

describe("commands of the guides", () => {
  const commands = snippets
    .filter(({ language }) => language === "sh")
    .flatMap(({ text }) => text.trimEnd().split("\n"))
    .map((line) => line.replace(/\s+#.*$/, ""));

  test.each(commands)("%s", async (line) => {
    const [npx, name, ...args] = line.split(" ");
    expect([npx, name]).toEqual(["npx", "semnan"]);
    const cwd = await mkdtemp(join(tmpdir(), "semnan-guide-"));
    await copyFile(join(EXAMPLES, "holzinger.lav"), join(cwd, "model.lav"));
    await copyFile(join(EXAMPLES, "holzinger.csv"), join(cwd, "data.csv"));
    try {
      expect(await semnan(args, { cwd })).toMatchObject({ code: 0, stderr: "" });
    } finally {
      await rm(cwd, { recursive: true, force: true });
    }
  });
});
