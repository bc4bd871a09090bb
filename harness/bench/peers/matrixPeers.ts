import { execFile, spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { quantile } from "../measure.ts";
import type { MatrixEntry, MatrixProblem } from "./matrixProblem.ts";

/** One fit with standard errors by somebody else. */
export interface PeerFit {
  readonly milliseconds: number;
  /** n·F where it stopped. */
  readonly chisq: number;
}

const MOST_MILLISECONDS = 240_000;

/** Lines of name, seconds and n·F, as the scripts print them. */
function parseLines(text: string): Map<string, PeerFit> {
  return new Map(
    text
      .trim()
      .split("\n")
      .map((line) => {
        const [name = "", seconds, chisq] = line.split("\t");
        return [name, { milliseconds: 1000 * Number(seconds), chisq: Number(chisq) }];
      }),
  );
}

/** OpenMx's own optimiser on RAM matrices; R's start is not in the times. Models whose equal parameters are scaled apart are left out. */
export async function timeOpenMx(problems: readonly MatrixProblem[]): Promise<Map<string, PeerFit>> {
  const plain = problems.filter(({ paths, errors }) =>
    [...paths, ...errors].every(({ factor }) => factor === 1),
  );
  const folder = await mkdtemp(join(tmpdir(), "semnan-bench-"));
  try {
    for (const problem of plain) await writeRam(folder, problem);
    const script = join(import.meta.dirname, "openmx.R");
    const names = plain.map(({ name }) => name);
    const { stdout } = await promisify(execFile)("Rscript", [script, folder, ...names], {
      timeout: MOST_MILLISECONDS,
    });
    return parseLines(stdout);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function writeRam(folder: string, problem: MatrixProblem): Promise<void> {
  const { name, n, p, observed, paths, errors, start, sample } = problem;
  const k = observed.length;
  const write = (part: string, rows: readonly (readonly number[])[]): Promise<void> =>
    writeFile(join(folder, `${name}.${part}.csv`), rows.map((row) => `${row.join(",")}\n`).join(""));
  const row = (to: number, from: number, { parameter, value }: MatrixEntry): number[] => [
    to + 1,
    from + 1,
    parameter + 1,
    parameter < 0 ? value : start[parameter]!,
  ];
  await write("size", [[n], [p]]);
  await write(
    "observed",
    observed.map((place) => [place + 1]),
  );
  // RAM has effects in rows.
  await write(
    "A",
    paths.map((entry) => row(entry.column, entry.row, entry)),
  );
  await write(
    "S",
    errors.map((entry) => row(entry.row, entry.column, entry)),
  );
  await write(
    "sample",
    Array.from({ length: k }, (_, i) => sample.slice(i * k, (i + 1) * k)),
  );
}

/** PyTorch in float64 on one core: L-BFGS and an exact Hessian. Python's start is not in the times. */
export async function timePyTorch(problems: readonly MatrixProblem[]): Promise<Map<string, PeerFit>> {
  const child = spawn("python3", [join(import.meta.dirname, "torch_fit.py")], {
    stdio: ["pipe", "pipe", "pipe"],
    timeout: MOST_MILLISECONDS,
  });
  const parts: { out: string; error: string } = { out: "", error: "" };
  child.stdout.on("data", (data: Buffer) => (parts.out += data.toString()));
  child.stderr.on("data", (data: Buffer) => (parts.error += data.toString()));
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once("error", reject).once("close", resolve);
  });
  child.stdin.end(JSON.stringify(problems));
  if ((await ended) !== 0) throw new Error(`PyTorch: ${parts.error.trim().split("\n").at(-1)}`);
  return parseLines(parts.out);
}

interface MlMatrixModule {
  fitWithMlMatrix(problem: MatrixProblem): { readonly chisq: number };
}

/** ml-matrix and fmin in this process, float64 on one core; the median of three fits after a first one. */
export async function timeMlMatrix(problems: readonly MatrixProblem[]): Promise<Map<string, PeerFit>> {
  const file = pathToFileURL(join(import.meta.dirname, "mlMatrix.js")).href;
  const { fitWithMlMatrix } = (await import(file)) as MlMatrixModule;
  const fits = new Map<string, PeerFit>();
  for (const problem of problems) {
    const times: number[] = [];
    let { chisq } = fitWithMlMatrix(problem);
    for (let repeat = 0; repeat < 3; repeat++) {
      const began = performance.now();
      ({ chisq } = fitWithMlMatrix(problem));
      times.push(performance.now() - began);
    }
    fits.set(problem.name, { milliseconds: quantile(times, 0.5), chisq });
  }
  return fits;
}
