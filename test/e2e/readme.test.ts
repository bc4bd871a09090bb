import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { describe, expect, it } from "vitest";
import { ROOT, semnan } from "./command.ts";

const README = await readFile(join(ROOT, "README.md"), "utf8");

/** The texts of the README's fenced blocks of one language. */
function blocks(language: string): string[] {
  return Array.from(
    README.matchAll(new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``, "g")),
    (match) => match[1]!,
  );
}

describe("README", () => {
  it("shows the two commands first, which CI runs in clean clones", async () => {
    expect(blocks("sh")[0]).toBe("npm ci\nnpm run fit\n");
    const ci = await readFile(join(ROOT, ".ci", "run"), "utf8");
    expect(ci).toContain("npm ci");
    expect(ci).toContain("npm run fit");
  });

  it("shows the result that the example gives", async () => {
    const run = await semnan([
      "fit",
      "harness/examples/holzinger.lav",
      "harness/examples/holzinger.csv",
      "--backend",
      "cpu",
    ]);
    expect(run.stdout).toContain(blocks("text")[0]!.trimEnd());
  });

  it("shows what identify says", async () => {
    const run = await semnan(["identify", "harness/examples/frontdoor.lav"]);
    expect(run.stdout).toContain(blocks("text")[1]!.trimEnd());
  });

  const commands = blocks("sh")[1]!.trimEnd().split("\n");
  it.each(commands)("%s", async (line) => {
    const [npx, name, ...args] = line.split(" ");
    expect([npx, name]).toEqual(["npx", "semnan"]);
    const run = await semnan(args);
    expect(run.stderr).toBe("");
    expect(run.code).toBe(0);
  });

  it("shows many fits whose files follow from each other", async () => {
    const folder = await mkdtemp(join(tmpdir(), "semnan-readme-"));
    await cp(join(ROOT, "harness", "examples"), join(folder, "harness", "examples"), { recursive: true });
    try {
      for (const line of blocks("sh")[2]!.trimEnd().split("\n")) {
        const [npx, name, ...args] = line.split(" ");
        expect([npx, name]).toEqual(["npx", "semnan"]);
        const run = await semnan(args, { cwd: folder });
        expect([run.stderr, run.code]).toEqual(["", 0]);
      }
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it("shows a program that runs", async () => {
    const folder = join(ROOT, "node_modules", ".cache", "semnan-readme");
    await mkdir(folder, { recursive: true });
    const file = join(folder, "example.ts");
    const library = pathToFileURL(join(ROOT, "src", "index.ts")).href;
    const source = blocks("ts")[0]!
      .replace('"semnan"', JSON.stringify(library))
      .replace("const result", "export const result");
    await writeFile(file, source);
    try {
      const { result } = (await import(/* @vite-ignore */ file)) as { result: { converged: boolean } };
      expect(result.converged).toBe(true);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});
