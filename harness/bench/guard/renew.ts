import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { loadModules } from "../../browser/modules/node.ts";
import { slowdowns } from "./compare.ts";
import type { Counts } from "./counts.ts";

const BASELINE = join(import.meta.dirname, "baseline.json");

/** Writes the counts of today as the baseline, and says which of them rose. */
export async function renewBaseline(): Promise<void> {
  const modules = await loadModules();
  try {
    const { collectCounts } = (await modules.load("/harness/bench/guard/counts.ts")) as {
      collectCounts: () => Promise<Counts>;
    };
    const counts = await collectCounts();
    const before = JSON.parse(await readFile(BASELINE, "utf8").catch(() => "{}")) as Counts;
    for (const line of slowdowns(before, counts)) process.stderr.write(`${line}\n`);
    await writeFile(BASELINE, `${JSON.stringify(counts, null, 2)}\n`);
  } finally {
    await modules.close();
  }
}
