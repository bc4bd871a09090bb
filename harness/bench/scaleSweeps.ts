import { quantile } from "./measure.ts";
import { Objective } from "../../src/engine/cpu/objective.ts";
import type { Method } from "../../src/engine/engine.ts";
import type { SuiteContext } from "./context.ts";
import type { GpuCost } from "./page/scale.ts";
import { scaleProblem, type ScaleDesign, STANDARD } from "./scaleModels.ts";
import type { SolverProblem } from "./solverProblems.ts";

export const METHODS: readonly Method[] = ["covariance", "accumulation", "district"];

/** One size that grows while all others stand still, and the exponent that theory gives the largest term. */
export interface Sweep {
  /** What grows, as a heading of the chart. */
  readonly name: string;
  /** The grown size, as x. */
  readonly size: (design: ScaleDesign) => number;
  readonly designs: readonly ScaleDesign[];
  readonly quick: readonly ScaleDesign[];
  readonly theory: Readonly<Record<Method, string>>;
}

const vary = <Name extends keyof ScaleDesign>(name: Name, values: readonly number[]): ScaleDesign[] =>
  values.map((value) => ({ ...STANDARD, [name]: value }));

/** Latents of a design: an error each, those that link a district, and further ones. */
const latents = ({ p, districtSize, furtherLatents }: ScaleDesign): number =>
  2 * p - Math.ceil(p / districtSize) + furtherLatents;

/** Paths of a design, up to the few that the first variables lack. */
const paths = ({ p, indegree }: ScaleDesign): number => p * indegree;

/** DESIGN §2: what each form costs, as the power of the growing size in its largest term. */
export const SWEEPS: readonly Sweep[] = [
  {
    name: "variables p (E = 3p, q = 1.5p)",
    size: ({ p }) => p,
    designs: vary("p", [32, 64, 128, 256]),
    quick: vary("p", [32, 64, 128]),
    theory: { covariance: "3", accumulation: "3", district: "1" },
  },
  {
    name: "latents q (p = 96)",
    size: latents,
    designs: vary("furtherLatents", [0, 144, 432, 1008]),
    quick: vary("furtherLatents", [0, 144, 432]),
    theory: { covariance: "≤ 1", accumulation: "1", district: "≤ 1" },
  },
  {
    name: "paths E (p = 96)",
    size: paths,
    designs: vary("indegree", [1, 3, 9, 27]),
    quick: vary("indegree", [1, 3, 9]),
    theory: { covariance: "≤ 1", accumulation: "≤ 1", district: "≤ 1" },
  },
  {
    name: "layers (p = 96, E = 3p)",
    size: ({ layers }) => layers,
    designs: vary("layers", [4, 8, 24, 48]),
    quick: vary("layers", [4, 16, 48]),
    theory: { covariance: "0", accumulation: "0", district: "0" },
  },
  {
    name: "size of a district (p = 96)",
    size: ({ districtSize }) => districtSize,
    designs: vary("districtSize", [2, 6, 24, 96]),
    quick: vary("districtSize", [2, 12, 96]),
    theory: { covariance: "0", accumulation: "0", district: "≤ 2" },
  },
];

/** One measured point. */
export interface Point {
  readonly sweep: string;
  readonly engine: "float64 CPU" | "WebGPU";
  readonly method: Method;
  readonly x: number;
  readonly milliseconds: number;
  /** Of matrices on the GPU. */
  readonly planned?: number;
  readonly allocated?: number;
}

const ROUND_MILLISECONDS = 15;
const MOST_REPEATS = 2000;

/** Times every design of a sweep by every method, on the CPU and on the host's adapter. */
export async function measureSweep(sweep: Sweep, { host, quick, log }: SuiteContext): Promise<Point[]> {
  const rounds = quick ? 3 : 9;
  const designs = quick ? sweep.quick : sweep.designs;
  const problems = designs.map(scaleProblem);
  const onCpu = timeOnCpu(problems, rounds);
  const onGpu = await host.call<GpuCost[][]>(
    "/harness/bench/page/scale.ts",
    "costsOnGpu",
    problems,
    METHODS,
    rounds,
  );
  log(
    `${sweep.name}: ${onCpu.map((times) => times.map((time) => time.toPrecision(2)).join("/")).join(", ")} ms`,
  );
  return designs.flatMap((design, i) =>
    METHODS.flatMap((method, m): Point[] => {
      const point = { sweep: sweep.name, method, x: sweep.size(design) };
      return [
        { ...point, engine: "float64 CPU", milliseconds: onCpu[i]![m]! },
        { ...point, engine: "WebGPU", ...onGpu[i]![m]! },
      ];
    }),
  );
}

/** Median milliseconds of an evaluation by problem and method, taking turns; values must agree before times count. */
function timeOnCpu(problems: readonly SolverProblem[], rounds: number): number[][] {
  const timed = problems.flatMap(({ problem, theta }) => {
    const objectives = METHODS.map((method) => new Objective(problem, method));
    const values = objectives.map((objective) => objective.evaluate(theta).value);
    // Float64 sums of up to 1e5 terms of order one.
    if (!(Math.max(...values) - Math.min(...values) < 1e-8 * (1 + Math.abs(values[0]!))))
      throw new Error(`methods disagree: ${values.join(", ")}`);
    return objectives.map((objective) => (repeats: number): number => {
      const began = performance.now();
      for (let repeat = 0; repeat < repeats; repeat++) objective.evaluate(theta);
      return (performance.now() - began) / repeats;
    });
  });
  // The JavaScript engine compiles in the first evaluations, whichever they are.
  for (const time of timed) time(20);
  const repeats = timed.map((time) =>
    Math.max(1, Math.min(MOST_REPEATS, Math.round(ROUND_MILLISECONDS / time(2)))),
  );
  const times = timed.map((): number[] => []);
  for (let round = 0; round < rounds; round++) {
    for (const [i, time] of timed.entries()) times[i]!.push(time(repeats[i]!));
  }
  const medians = times.map((list) => quantile(list, 0.5));
  return problems.map((_, i) => medians.slice(i * METHODS.length, (i + 1) * METHODS.length));
}
