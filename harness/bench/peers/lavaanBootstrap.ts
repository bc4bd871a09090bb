import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";

export interface LavaanBootstrap {
  readonly seconds: number;
  /** Standard deviation of every free parameter's replicates, by "lhs op rhs" without blanks. */
  readonly deviations: ReadonlyMap<string, number>;
}

/** One bootstrap by lavaan on two cores, in an R process of its own whose start is not counted. */
export async function bootstrapByLavaan(
  modelFile: string,
  dataFile: string,
  replicates: number,
  seed: number,
): Promise<LavaanBootstrap> {
  const script = join(import.meta.dirname, "lavaanBootstrap.R");
  const given = [script, modelFile, dataFile, String(replicates), String(seed)];
  const { stdout } = await promisify(execFile)("Rscript", given, { timeout: 300_000 });
  const [first, ...rows] = stdout.trim().split("\n");
  const seconds = Number(first?.split("\t")[1]);
  if (!(seconds > 0)) throw new Error(`lavaan's bootstrap printed ${JSON.stringify(first)}`);
  const deviations = rows.map((row): [string, number] => {
    const [lhs, op, rhs, deviation] = row.split("\t");
    return [`${lhs}${op}${rhs}`, Number(deviation)];
  });
  return { seconds, deviations: new Map(deviations) };
}
