import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import type { FitCase } from "../fitCases.ts";

export interface LavaanTiming {
  readonly seconds: number;
  readonly chisq: number;
}

/** Fits every case in one R process and returns its times; process start and package loading are not in them. */
export async function timeLavaan(cases: readonly FitCase[]): Promise<Map<string, LavaanTiming>> {
  const folder = await mkdtemp(join(tmpdir(), "semnan-bench-"));
  try {
    const list = join(folder, "models.tsv");
    await writeFile(list, (await Promise.all(cases.map((entry) => writeCase(folder, entry)))).join("\n"));
    const script = join(import.meta.dirname, "lavaan.R");
    const { stdout } = await promisify(execFile)("Rscript", [script, list], { timeout: 900_000 });
    const lines = stdout.trim().split("\n");
    return new Map(
      lines.map((line) => {
        const [name = "", seconds, chisq] = line.split("\t");
        return [name, { seconds: Number(seconds), chisq: Number(chisq) }];
      }),
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function writeCase(folder: string, entry: FitCase): Promise<string> {
  const { name, as, stdLv, n, names, covariance, mean, text } = entry;
  const k = names.length;
  const path = (suffix: string): string => join(folder, `${name}.${suffix}`);
  const header = names.join(",");
  const rows = names.map((_, i) => covariance.slice(i * k, (i + 1) * k).join(","));
  await writeFile(path("cov.csv"), [header, ...rows, ""].join("\n"));
  await writeFile(path("lav"), `${text}\n`);
  if (mean) await writeFile(path("mean.csv"), [header, mean.join(","), ""].join("\n"));
  return [name, as, stdLv, n, path("cov.csv"), mean ? path("mean.csv") : "-", path("lav")].join("\t");
}
