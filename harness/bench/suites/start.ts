import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import type { SuiteContext } from "../context.ts";
import { type Contender, interleave, quantile, ratio, summarise, type Timing } from "../measure.ts";
import type { FirstEvaluation, PageStart } from "../page/start.ts";
import { bundleScriptPeers, hasScriptPeers } from "../peers/bundle.ts";
import type { ReportTable, SuiteReport } from "../report.ts";
import { startChart } from "../startChart.ts";
import { raiseStartStage, type StartStage, visit } from "../startStage.ts";

const ROOT = join(import.meta.dirname, "..", "..", "..");
const MODEL = "harness/examples/holzinger.lav";
const DATA = "harness/examples/holzinger.csv";

const run = promisify(execFile);

/** How long everything takes that has never been started: processes, browser, device, shaders, first fit, first paint. */
export async function startSuite(context: SuiteContext): Promise<Omit<SuiteReport, "seconds">> {
  const { quick, environment, host } = context;
  const rounds = quick ? 1 : 5;
  if (hasScriptPeers()) await bundleScriptPeers();
  const stage = await raiseStartStage();
  try {
    const processes = await interleave(processContenders(stage, environment.versions), rounds);
    // Dawn in this process starts no browser.
    const hasBrowser = "session" in host;
    const pages = hasBrowser ? await visitPages(stage, context, rounds) : undefined;
    return report(stage, processes, pages);
  } finally {
    await stage.close();
  }
}

/** Whole processes, from the shell's point of view. */
function processContenders({ command }: StartStage, versions: Readonly<Record<string, string>>): Contender[] {
  const ours = (name: string, ...words: readonly string[]): Contender => ({
    name,
    run: async () => void (await run(process.execPath, [command, ...words], { cwd: ROOT })),
  });
  const theirs = (name: string, needed: string, program: string, ...words: readonly string[]): Contender[] =>
    versions[needed] === undefined
      ? []
      : [{ name, run: async () => void (await run(program, [...words], { cwd: ROOT })) }];
  const cfa = `suppressMessages(library(lavaan)); d <- read.csv("${DATA}"); m <- paste(readLines("${MODEL}"), collapse="\\n"); print(summary(cfa(m, d)))`;
  return [
    { name: "Node alone", run: async () => void (await run(process.execPath, ["-e", "0"])) },
    ours("semnan --version", "--version"),
    ours("semnan fit, CPU", "fit", MODEL, DATA, "--as", "cfa", "--backend", "cpu"),
    ours("semnan fit, WebGPU in Chrome", "fit", MODEL, DATA, "--as", "cfa", "--backend", "webgpu"),
    ...theirs("R, library(lavaan)", "lavaan", "Rscript", "-e", "suppressMessages(library(lavaan))"),
    ...theirs("R, lavaan fit", "lavaan", "Rscript", "-e", cfa),
    ...theirs("R, library(OpenMx)", "OpenMx", "Rscript", "-e", "suppressMessages(library(OpenMx))"),
    ...theirs("Python, import torch", "PyTorch", "python3", "-c", "import torch"),
  ];
}

/** What the browser had to say, one entry a round. */
interface Pages {
  readonly browser: readonly number[];
  readonly paint: readonly number[];
  readonly ours: readonly PageStart[];
  readonly evaluations: Readonly<Record<string, readonly FirstEvaluation[]>>;
}

async function visitPages(stage: StartStage, { log }: SuiteContext, rounds: number): Promise<Pages> {
  const [model, data] = await Promise.all([MODEL, DATA].map((file) => readFile(join(ROOT, file), "utf8")));
  const libraries = ["semnan", ...(hasScriptPeers() ? ["jax-js", "TensorFlow.js"] : [])];
  const browser: number[] = [];
  const paint: number[] = [];
  const ours: PageStart[] = [];
  const evaluations: Record<string, FirstEvaluation[]> = {};
  const keep = <Result>(visited: { browserSeconds: number; result: Result }): Result => {
    browser.push(1000 * visited.browserSeconds);
    return visited.result;
  };
  for (let round = 0; round < rounds; round++) {
    ours.push(keep(await visit<PageStart>(stage, "blank", "startOurs", model!, data!)));
    paint.push(keep(await visit<number>(stage, "app", "firstPaint")));
    for (const library of libraries) {
      try {
        const one = keep(await visit<FirstEvaluation>(stage, "blank", "startEvaluating", library));
        (evaluations[library] ??= []).push(one);
      } catch (error) {
        log(`${library} is left out: ${String(error).split("\n")[0]}`);
      }
    }
    log(`round ${round + 1}: first fit ${JSON.stringify(ours.at(-1))}`);
  }
  return { browser, paint, ours, evaluations };
}

function report(
  stage: StartStage,
  processes: readonly Timing[],
  pages: Pages | undefined,
): Omit<SuiteReport, "seconds"> {
  const named = (name: string): Timing | undefined => processes.find((timing) => timing.name === name);
  const [ours, lavaan] = [named("semnan fit, CPU")!, named("R, lavaan fit")];
  const faster = lavaan && ratio(lavaan, ours);
  const phases = pages && pagePhases(pages);
  const evaluations = pages ? evaluationTimings(pages) : [];
  const [first] = evaluations;
  const beaten = evaluations
    .slice(1)
    .filter(({ first: peer }) => first && peer.median < first.first.median)
    .map(
      ({ name, first: peer }) =>
        `${name} has its first value and gradient in ${peer.median.toFixed(0)} ms, we in ${first!.first.median.toFixed(0)} ms: fewer or smaller kernels to compile would be needed.`,
    );
  const headline = faster
    ? `A whole \`semnan fit\` of nine variables, process start and all, takes ${ours.median.toFixed(0)} ms in float64, ${faster.median.toFixed(1)} times (quartiles ${faster.low.toFixed(1)}–${faster.high.toFixed(1)}) as fast as R with lavaan.`
    : `A whole \`semnan fit\` of nine variables, process start and all, takes ${ours.median.toFixed(0)} ms in float64.`;
  return {
    suite: "start",
    beaten,
    headline,
    findings: [
      headline,
      ...(phases
        ? [
            `In a page the package is there after ${median(phases, "import")} ms (${kilobytes(stage.bytes.gzip)} kB by gzip), a device after ${median(phases, "device request")} ms more, the shaders of the first fit after ${median(phases, "shader compile")} ms more; \`--backend auto\` therefore fits one small model in float64.`,
          ]
        : ["Dawn in this process starts no browser, so pages were not measured."]),
    ],
    tables: [
      timingTable("Whole processes, milliseconds", processes),
      ...(phases ? [timingTable("In a browser that starts afresh, milliseconds", phases)] : []),
      ...(evaluations.length > 0 ? [evaluationTable(evaluations)] : []),
    ],
    charts: [startChart([...processes, ...(phases ?? [])])],
    raw: { processes, pages, bytes: stage.bytes },
  };
}

function median(phases: readonly Timing[], name: string): string {
  return phases.find((timing) => timing.name === name)!.median.toFixed(0);
}

function kilobytes(bytes: number): string {
  return (bytes / 1000).toFixed(0);
}

function pagePhases({ browser, paint, ours }: Pages): Timing[] {
  const of = (name: string, phase: keyof PageStart): Timing =>
    summarise(
      name,
      ours.map((round) => round[phase]),
    );
  return [
    summarise("browser start, with an adapter", browser),
    of("import", "import"),
    of("device request", "device"),
    of("shader compile", "compile"),
    of("first fit after that", "firstFit"),
    of("second fit", "secondFit"),
    summarise("first paint of the web page", paint),
  ];
}

interface Evaluations {
  readonly name: string;
  readonly first: Timing;
  readonly second: Timing;
}

function evaluationTimings({ evaluations }: Pages): Evaluations[] {
  return Object.entries(evaluations).map(([name, rounds]) => ({
    name,
    first: summarise(
      name,
      rounds.map(({ first }) => first),
    ),
    second: summarise(
      name,
      rounds.map(({ second }) => second),
    ),
  }));
}

function timingTable(title: string, timings: readonly Timing[]): ReportTable {
  return {
    title,
    columns: ["what", "median", "quartiles"],
    rows: timings.map(({ name, median: middle, low, high }) => [
      name,
      middle,
      `${low.toFixed(0)}–${high.toFixed(0)}`,
    ]),
    note: "Files are in the operating system's cache: everything has run once before it is timed.",
  };
}

function evaluationTable(evaluations: readonly Evaluations[]): ReportTable {
  const ours = evaluations[0]!;
  return {
    title: "From an empty page to the first F and gradient on WebGPU (64 variables), milliseconds",
    columns: ["library", "import, device, compile, first value", "second value", "ours against it, first"],
    rows: evaluations.map(({ name, first, second }) => [
      name,
      first.median,
      second.median,
      name === ours.name ? null : `${quantile(ratios(first, ours.first), 0.5).toFixed(1)}×`,
    ]),
    note: "The package and the peers' bundles come from the same local server; each gradient is checked against float64.",
  };
}

function ratios(theirs: Timing, ours: Timing): number[] {
  return theirs.rounds.slice(0, ours.rounds.length).map((time, round) => time / ours.rounds[round]!);
}
