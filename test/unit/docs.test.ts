import { execFile } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import manifest from "../../package.json" with { type: "json" };

const GUIDES = "harness/docs/guides";
const sizes = readFileSync(join(GUIDES, "sizes-and-dependencies.md"), "utf8");

test("every dependency is listed with why it was chosen, and nothing else is", () => {
  const installed = [...Object.keys(manifest.dependencies), ...Object.keys(manifest.devDependencies)];
  const rows = sizes
    .split("\n")
    .filter((line) => /^\| [@a-z]/.test(line) && !/^\| (?:package|imports|file|core)/.test(line));
  const listed = rows.flatMap((row) =>
    row
      .split("|")[1]!
      .split(",")
      .map((name) => name.trim()),
  );
  expect(listed.sort()).toEqual(installed.sort());
  for (const row of rows) expect(row.split("|")[2]!.trim(), row).not.toBe("");
});

test("the navigation names every guide, and only guides", () => {
  const options = readFileSync("harness/docs/typedoc.js", "utf8");
  const named = [...options.matchAll(/"\.\/guides\/([^"]+)"/g)].map(([, name]) => name!);
  expect(named.sort()).toEqual(readdirSync(GUIDES).sort());
});

test("the site builds: formulas and links are good, and every export is described", async () => {
  const out = await mkdtemp(join(tmpdir(), "semnan-docs-"));
  try {
    const typedoc = [
      "node_modules/typedoc/bin/typedoc",
      "--options",
      "harness/docs/typedoc.js",
      "--out",
      out,
    ];
    // Warnings are errors.
    await promisify(execFile)(process.execPath, typedoc);
    const guide = await readFile(join(out, "documents", "How_it_works.html"), "utf8");
    expect(guide).toContain("<math");
    expect(guide).not.toContain("$$");
  } finally {
    await rm(out, { recursive: true, force: true });
  }
});
