import type { ShapeName } from "../../../src/engine/batch/gpu/gpuBatch.ts";
import { multiStart } from "../../../src/fit/multiStart/multiStart.ts";
import { type BatchCase, batchCases, bootstrapHere, type CpuBootstrap, oneAtATime } from "../batchCases.ts";
import { rateChart } from "../batchCharts.ts";
import type { SuiteContext } from "../context.ts";
import { ratio, summarise, type Timing } from "../measure.ts";
import type { GpuBootstrap } from "../page/batch.ts";
import { bootstrapByLavaan } from "../peers/lavaanBootstrap.ts";
import type { ReportTable, SuiteReport } from "../report.ts";

/** How much of everything one round holds; rates are per replicate, so the counts need not agree. */
interface Amounts {
  readonly rounds: number;
  readonly lavaan: number;
  readonly single: number;
  /** End to end: the count that the goals speak of. */
  readonly whole: number;
  readonly steadyCpu: number;
  readonly steadyGpu: number;
  /** By one workgroup a problem, which is for larger models and for hardware. */
  readonly steadyWorkgroup: number;
}

const FULL: Amounts = {
  rounds: 3,
  lavaan: 400,
  single: 200,
  whole: 10_000,
  steadyCpu: 50_000,
  steadyGpu: 10_000,
  steadyWorkgroup: 200,
};
const QUICK: Amounts = {
  rounds: 1,
  lavaan: 100,
  single: 50,
  whole: 10_000,
  steadyCpu: 20_000,
  steadyGpu: 2000,
  steadyWorkgroup: 50,
};

/** Replicates that take no time beside compiling. */
const A_FEW = 64;

const CPU = "ours, float64 threads";
const GPU = "ours, WebGPU";
const WORKGROUP = "ours, WebGPU workgroups";
const SINGLE = "ours, one at a time";
const LAVAAN = "lavaan, two cores";

/** What was measured for one model. Milliseconds per replicate; compile times in milliseconds. */
interface Measured {
  readonly entry: BatchCase;
  readonly steady: Readonly<Record<string, Timing>>;
  /** The whole call of 10,000 replicates, compiling and statistics included. */
  readonly whole: Readonly<Record<string, Timing>>;
  readonly compile: Readonly<Record<string, number>>;
}

/**
 * Bootstraps by all engines in turns, against lavaan's `bootstrapLavaan` and against our own single fits: end to end
 * (10,000 replicates with everything that is compiled for them) and in the steady state.
 */
export async function batchSuite(context: SuiteContext): Promise<Omit<SuiteReport, "seconds">> {
  const amounts = context.quick ? QUICK : FULL;
  const hasLavaan = context.environment.versions["lavaan"] !== undefined;
  const measured: Measured[] = [];
  for (const entry of await batchCases()) measured.push(await measure(entry, amounts, hasLavaan, context));
  const starts = await measureStarts(measured[1]!.entry, amounts.rounds);
  const goals = hasLavaan ? measured.flatMap(goalLines) : ["lavaan was not there, so there are no ratios."];
  const bars = measured.flatMap(({ entry: { name: model }, steady }) =>
    Object.values(steady).map(({ name: engine, median }) => ({ model, engine, rate: 1000 / median })),
  );
  const [headline] = goals;
  return {
    suite: "batch",
    beaten: measured.flatMap(beatenLines),
    ...(headline !== undefined && { headline }),
    findings: [...goals, starts.finding],
    tables: [steadyTable(measured), wholeTable(measured, amounts), starts.table],
    charts: [rateChart(bars)],
    raw: measured.map(({ entry, steady, whole, compile }) => ({ model: entry.name, steady, whole, compile })),
  };
}

async function measure(
  entry: BatchCase,
  amounts: Amounts,
  hasLavaan: boolean,
  { host, log }: SuiteContext,
): Promise<Measured> {
  const onGpu = (replicates: number, shape: ShapeName = "auto"): Promise<GpuBootstrap> =>
    host.call(
      "/harness/bench/page/batch.ts",
      "bootstrapInPage",
      entry.modelText,
      entry.dataText,
      replicates,
      shape,
    );
  const times: Record<"steady" | "whole", Record<string, number[]>> = { steady: {}, whole: {} };
  const note = (kind: "steady" | "whole", name: string, seconds: number, replicates: number): void => {
    (times[kind][name] ??= []).push((1000 * seconds) / replicates);
  };
  const compile: Record<string, number> = {};
  for (let round = 0; round < amounts.rounds; round++) {
    if (hasLavaan) {
      const theirs = await bootstrapByLavaan(entry.modelFile, entry.dataFile, amounts.lavaan, round + 1);
      note("steady", LAVAAN, theirs.seconds, amounts.lavaan);
      const ours = await bootstrapHere(entry, amounts.whole);
      requireSameSpread(entry, ours.deviations, theirs.deviations);
    }
    note("steady", SINGLE, await oneAtATime(entry, amounts.single), amounts.single);
    const whole = await bootstrapHere(entry, amounts.whole);
    note("whole", CPU, whole.seconds, amounts.whole);
    compile[CPU] ??= 1000 * whole.compile;
    const long: CpuBootstrap = await bootstrapHere(entry, amounts.steadyCpu);
    note("steady", CPU, long.run, amounts.steadyCpu);
    // A page of its own, in which nothing is compiled yet, for each of the two that compile.
    await host.freshPage();
    note("whole", GPU, (await onGpu(amounts.whole)).seconds, amounts.whole);
    note("steady", GPU, (await onGpu(amounts.steadyGpu)).seconds, amounts.steadyGpu);
    await measureWorkgroups(onGpu, amounts.steadyWorkgroup, note, compile);
    await host.freshPage();
    const cold = await onGpu(A_FEW);
    compile[GPU] ??= 1000 * (cold.seconds - (await onGpu(A_FEW)).seconds);
    log(
      `${entry.name}, round ${round + 1}: ${Math.round(amounts.steadyCpu / long.run)} replicates a second in float64`,
    );
  }
  const summaries = (kind: "steady" | "whole"): Record<string, Timing> =>
    Object.fromEntries(Object.entries(times[kind]).map(([name, rounds]) => [name, summarise(name, rounds)]));
  return { entry, steady: summaries("steady"), whole: summaries("whole"), compile };
}

/** The kernel of one workgroup a problem: its compiling, and its steady state after that. */
async function measureWorkgroups(
  onGpu: (replicates: number, shape: ShapeName) => Promise<GpuBootstrap>,
  replicates: number,
  note: (kind: "steady", name: string, seconds: number, replicates: number) => void,
  compile: Record<string, number>,
): Promise<void> {
  const cold = await onGpu(1, "workgroup");
  compile[WORKGROUP] ??= 1000 * (cold.seconds - (await onGpu(1, "workgroup")).seconds);
  note("steady", WORKGROUP, (await onGpu(replicates, "workgroup")).seconds, replicates);
}

/** A time counts only where both bootstrap the same thing: the same spread, as far as a few hundred replicates tell. */
function requireSameSpread(
  { name, fitted }: BatchCase,
  ours: CpuBootstrap["deviations"],
  theirs: ReadonlyMap<string, number>,
): void {
  const ratios = fitted.parameters.flatMap(({ lhs, op, rhs }, row) => {
    const their = theirs.get(`${lhs}${op}${rhs}`);
    return their === undefined ? [] : [Math.log(ours[row]! / their)];
  });
  const mean = Math.exp(ratios.reduce((sum, one) => sum + one, 0) / ratios.length);
  // A hundred replicates give a standard deviation to 7 %, and the mean over twenty parameters to less.
  if (ratios.length !== theirs.size || !(Math.abs(mean - 1) < 0.15)) {
    throw new Error(`${name}: standard errors differ from lavaan's by the factor ${mean}`);
  }
}

function steadyTable(measured: readonly Measured[]): ReportTable {
  return {
    title: "Bootstrap in the steady state",
    columns: [
      "model",
      "engine",
      "replicates per second",
      "ms per 1,000",
      "times lavaan",
      "quartiles",
      "compiling, ms",
    ],
    rows: measured.flatMap(({ entry, steady, compile }) =>
      Object.values(steady).map((timing) => {
        const faster = timing.name === LAVAAN ? undefined : against(steady[LAVAAN], timing);
        return [
          entry.name,
          timing.name,
          1000 / timing.median,
          1000 * timing.median,
          faster?.median ?? null,
          faster ? `${faster.low.toFixed(0)}–${faster.high.toFixed(0)}` : null,
          compile[timing.name] ?? null,
        ];
      }),
    ),
    note:
      "Everything on two cores, one at a time on one. WebGPU here draws its replicates on the CPU where the adapter is " +
      "software; workgroups are the kernel for larger models, a workgroup a problem. Compiling is paid once a model; for WebGPU it is what a first call takes longer than the second.",
  };
}

function wholeTable(measured: readonly Measured[], { whole: count }: Amounts): ReportTable {
  return {
    title: `${count.toLocaleString("en")} replicates end to end, everything compiled anew`,
    columns: ["model", "engine", "seconds", "lavaan, seconds", "times lavaan", "quartiles"],
    rows: measured.flatMap(({ entry, steady, whole }) =>
      Object.values(whole).map((timing) => {
        const lavaan = steady[LAVAAN];
        const faster = against(lavaan, timing);
        return [
          entry.name,
          timing.name,
          (timing.median * count) / 1000,
          lavaan ? (lavaan.median * count) / 1000 : null,
          faster?.median ?? null,
          faster ? `${faster.low.toFixed(0)}–${faster.high.toFixed(0)}` : null,
        ];
      }),
    ),
    note: "One library call in a process that has run before, with standard errors and intervals; lavaan's time is scaled from fewer replicates, without its start.",
  };
}

function against(lavaan: Timing | undefined, ours: Timing): ReturnType<typeof ratio> | undefined {
  return lavaan && ratio(lavaan, ours);
}

function goalLines({ entry, steady, whole }: Measured): string[] {
  const say = (what: string, ours: Timing, goal: number | undefined): string[] => {
    const { median, low, high } = ratio(steady[LAVAAN]!, ours);
    const verdict = goal === undefined ? "" : `, the goal of ${goal} ${median >= goal ? "met" : "missed"}`;
    const spread = `${low.toFixed(0)}–${high.toFixed(0)}`;
    return [`${entry.name}, ${what}: ${median.toFixed(0)} times lavaan (quartiles ${spread})${verdict}.`];
  };
  return [
    ...say("10,000 replicates end to end", whole[CPU]!, entry.goals.endToEnd),
    ...say("steady state", steady[CPU]!, entry.goals.steady),
  ];
}

function beatenLines({ entry, steady }: Measured): string[] {
  const lavaan = steady[LAVAAN];
  if (!lavaan) return [];
  return [CPU, GPU, WORKGROUP]
    .filter((engine) => ratio(lavaan, steady[engine]!).median < 1)
    .map((engine) => `${entry.name}: lavaan's bootstrap is faster than ${engine}.`);
}

/** 1,000 random starts of political democracy, whose optimum over 95 % must find within two seconds. */
async function measureStarts(
  { model, data }: BatchCase,
  rounds: number,
): Promise<{ table: ReportTable; finding: string }> {
  const moments = data.groups.map((group) => group.moments);
  const seconds: number[] = [];
  let found = await multiStart(
    { model, moments, discrepancy: "maximumLikelihood" },
    { starts: 1000, threads: 2 },
  );
  for (let round = 0; round < rounds; round++) {
    found = await multiStart(
      { model, moments, discrepancy: "maximumLikelihood" },
      { starts: 1000, threads: 2 },
    );
    seconds.push(found.seconds);
  }
  const { median } = summarise("starts", seconds);
  const share = found.optima[0]!.count / found.tried;
  const verdict =
    median < 2 && share > 0.95 ? "the goal of 95 % in 2 s met" : "the goal of 95 % in 2 s missed";
  return {
    finding: `1,000 random starts of political democracy: ${(100 * share).toFixed(1)} % find the optimum in ${median.toFixed(2)} s, ${verdict}.`,
    table: {
      title: "1,000 random starts of political democracy, float64 threads",
      columns: ["seconds", "find the optimum", "F there", "drawn anew", "distinct minima"],
      rows: [
        [
          median,
          `${(100 * share).toFixed(1)} %`,
          found.optima[0]!.value.toFixed(6),
          found.retried,
          found.optima.length,
        ],
      ],
      note: "A start that runs off to infinity is drawn anew, nearer to the computed start, up to twelve times.",
    },
  };
}
