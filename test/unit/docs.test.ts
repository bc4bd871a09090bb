import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
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
});

test("the navigation names every guide, and only guides", () => {
  const options = readFileSync("harness/docs/typedoc.js", "utf8");
  const named = [...options.matchAll(/"\.\/guides\/([^"]+)"/g)].map(([, name]) => name!);
  expect(named.sort()).toEqual(readdirSync(GUIDES).sort());
});
