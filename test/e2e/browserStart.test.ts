import { chmod, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { hardwareIsPlausible } from "../../harness/browser/flags.ts";
import { launchBrowser } from "../../harness/browser/launch.ts";
import { browserCandidates } from "../../harness/browser/locate.ts";

let folder: string;
let real: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "semnan-starts-"));
  const first = await browserCandidates(process.env["SEMNAN_TEST_BROWSER"]).next();
  if (first.done) throw new Error("no browser to test with");
  const { executable, environment } = first.value;
  const words = Object.entries(environment).map(([name, value]) => `export ${name}='${value}'`);
  real = [...words, `exec '${executable}' "$@"`].join("\n");
});

afterAll(() => rm(folder, { recursive: true, force: true }));

/** A browser as a shell script; "shell" in its name asks for the old headless mode, as npm's browser wants it. */
async function scripted(name: string, lines: string): Promise<string> {
  const path = join(folder, `${name}-headless-shell`);
  await writeFile(path, `#!/bin/sh\n${lines}\n`);
  await chmod(path, 0o755);
  return path;
}

it.each([true, false])("a browser that dies once is started again (pipe: %s)", async (pipe) => {
  const tally = join(folder, `tally-${pipe}`);
  const browser = await scripted(
    "unlucky",
    `echo start >> '${tally}'\n[ $(wc -l < '${tally}') = 1 ] && kill -SEGV $$\n${real}`,
  );
  const session = await launchBrowser({ browser, pipe });
  expect(session.adapter.limits["maxBufferSize"]).toBeGreaterThan(0);
  await session.close();
});

it.each([true, false])("a browser that always dies is named with its last words (pipe: %s)", async (pipe) => {
  const browser = await scripted(
    "broken",
    'echo "one thing" >&2\necho "libnss3.so: cannot open it" >&2\nexit 127',
  );
  vi.stubEnv("TMPDIR", folder);
  const words = `${browser}: libnss3.so: cannot open it (it ended with code 127)`;
  // Once for the hardware, where there could be any, and once for the software.
  const tries = hardwareIsPlausible() ? [words, words] : [words];
  await expect(launchBrowser({ browser, pipe })).rejects.toThrow(
    `no browser gave a WebGPU adapter (${tries.join("; ")})`,
  );
  vi.unstubAllEnvs();
  expect((await readdir(folder)).filter((name) => name.startsWith("semnan-profile-"))).toEqual([]);
});

it("a browser that a signal ends is named with the signal", async () => {
  const browser = await scripted("killed", "kill -KILL $$");
  await expect(launchBrowser({ browser, pipe: true })).rejects.toThrow("it said nothing (a signal ended it)");
});

it("a file that cannot be run, or a folder, is refused before it is tried", async () => {
  const file = join(folder, "notes.txt");
  await writeFile(file, "not a browser");
  for (const browser of [file, folder]) {
    await expect(launchBrowser({ browser })).rejects.toThrow(`${browser} is not a program that can be run`);
  }
});
