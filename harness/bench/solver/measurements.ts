import type { Method } from "../../../src/engine/engine.ts";
import type { SuiteContext } from "../context.ts";
import type { Contest } from "../page/contest.ts";
import type { WebgpuIteration } from "../page/iterations.ts";
import { bundleScriptPeers, hasScriptPeers } from "../peers/bundle.ts";
import { type Shape, SHAPES, type SolverProblem, solverProblem } from "../solverProblems.ts";
import { SCRIPT_PEERS } from "./contenders.ts";
import { type CpuIteration, timeCpu } from "./cpuIterations.ts";

export const METHODS: readonly Method[] = ["covariance", "accumulation", "district"];

/** What one method costs on both engines; `null` where it was left out because it would take too long. */
export interface MethodCost {
  readonly shape: Shape;
  readonly p: number;
  readonly q: number;
  readonly method: Method;
  readonly webgpu: WebgpuIteration | null;
  readonly cpu: CpuIteration | null;
}

/** Milliseconds that a measurement of one method may be expected to take. */
const LONGEST = 20_000;

/**
 * Whether two iterations at `p` would take longer than a measurement may, where one at `before.p` took `before.median`:
 * every method costs at most p³.
 */
export function wouldTakeTooLong(before: { p: number; median: number } | undefined, p: number): boolean {
  return before !== undefined && 2 * before.median * (p / before.p) ** 3 > LONGEST;
}

/** Costs of every method for every shape and size, smallest first. */
export async function measureMethods(
  { host, log }: SuiteContext,
  sizes: readonly number[],
  rounds: number,
): Promise<MethodCost[]> {
  const costs: MethodCost[] = [];
  await host.freshPage();
  for (const shape of SHAPES) {
    for (const p of sizes) {
      const problem = solverProblem(shape, p);
      for (const method of METHODS) {
        const before = costs.findLast((cost) => cost.shape === shape && cost.method === method);
        const cost = await measureMethod(host, { shape, p, method, problem, rounds, before });
        costs.push(cost);
        const [webgpu, cpu] = [cost.webgpu?.timing.median, cost.cpu?.timing.median];
        log(`${shape}, p = ${p}, ${method}: WebGPU ${webgpu?.toFixed(2)} ms, float64 ${cpu?.toFixed(2)} ms`);
      }
    }
  }
  return costs;
}

interface Asked {
  readonly shape: Shape;
  readonly p: number;
  readonly method: Method;
  readonly problem: SolverProblem;
  readonly rounds: number;
  readonly before: MethodCost | undefined;
}

async function measureMethod(host: SuiteContext["host"], asked: Asked): Promise<MethodCost> {
  const { shape, p, method, problem, rounds, before } = asked;
  const known = (timing: { median: number } | undefined) =>
    before && timing && { p: before.p, median: timing.median };
  const webgpu = wouldTakeTooLong(known(before?.webgpu?.timing), p)
    ? null
    : await host.call<WebgpuIteration>(
        "/harness/bench/page/iterations.ts",
        "timeWebgpu",
        shape,
        p,
        method,
        rounds,
      );
  const cpu = wouldTakeTooLong(known(before?.cpu?.timing), p) ? null : timeCpu(problem, method);
  const q = problem.problem.model.structures[0]!.sources.length;
  return { shape, p, q, method, webgpu, cpu };
}

/** Which problems we and the peers compute in turns; peers work on dense matrices, whatever the shape. */
const CONTESTS: readonly { readonly shape: Shape; readonly p: number; readonly slowPeers: boolean }[] = [
  { shape: "dense", p: 16, slowPeers: true },
  { shape: "dense", p: 64, slowPeers: true },
  { shape: "dense", p: 256, slowPeers: true },
  { shape: "one district", p: 256, slowPeers: false },
  { shape: "small districts", p: 256, slowPeers: false },
];

/** Whether the JavaScript peers are there, and the contests with them or without. */
export async function runContests(
  { host, log, quick }: SuiteContext,
  rounds: number,
): Promise<{ readonly contests: Contest[]; readonly hasPeers: boolean }> {
  // Peers are bundled for a page; Dawn in Node has none.
  const hasPeers = "session" in host && hasScriptPeers();
  if (hasPeers) await bundleScriptPeers();
  const contests: Contest[] = [];
  for (const { shape, p, slowPeers } of CONTESTS.filter((contest) => !quick || contest.p === 64)) {
    await host.freshPage();
    // jax-js factorises on WebGPU with a dispatch a column: seconds at p = 256, the same for every shape.
    const peers = SCRIPT_PEERS.filter((name) => slowPeers || name !== "jax-js webgpu");
    const contest = await host.call<Contest>(
      "/harness/bench/page/contest.ts",
      "compete",
      shape,
      p,
      METHODS,
      hasPeers ? peers : [],
      rounds,
    );
    contests.push(contest);
    for (const { name, median } of contest.timings)
      log(`${shape}, p = ${p}: ${name} ${median.toFixed(2)} ms`);
  }
  return { contests, hasPeers };
}
