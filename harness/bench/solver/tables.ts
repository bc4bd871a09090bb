import { ratio } from "../measure.ts";
import type { Contest } from "../page/contest.ts";
import type { Peaks } from "../page/peak.ts";
import { PHASES } from "../page/phases.ts";
import { formatCell, type ReportTable } from "../report.ts";
import { OURS } from "./contenders.ts";
import type { MethodCost } from "./measurements.ts";
import { timingOf } from "./targets.ts";

/** Multiply-adds are counted as two operations. */
export function gigaflops({ webgpu }: MethodCost): number {
  return webgpu ? (2 * webgpu.multiplyAdds) / webgpu.timing.median / 1e6 : NaN;
}

/** Operations for each byte of the planned matrices, each written once and read once an iteration. */
export function intensity({ webgpu }: MethodCost): number {
  return webgpu ? webgpu.multiplyAdds / webgpu.matrixBytes : NaN;
}

function nameOf({ method, webgpu }: MethodCost): string {
  return webgpu?.dense === true ? `${method}, dense` : method;
}

function leftOut(costs: readonly MethodCost[], engine: "webgpu" | "cpu"): string {
  const names = costs
    .filter((cost) => cost[engine] === null)
    .map(({ shape, p, method }) => `${method} for ${shape} at p = ${p}`);
  return names.length === 0 ? "" : ` Left out, because it would take more than 20 s: ${names.join("; ")}.`;
}

export function webgpuTable(
  costs: readonly MethodCost[],
  { gigaflops: peak, gigabytes }: Peaks,
): ReportTable {
  return {
    title: "WebGPU: milliseconds an iteration",
    columns: ["shape", "p", "q", "method", ...PHASES, "iteration", "dispatches", "GFLOP/s", "% of peak"],
    rows: costs.flatMap((cost) =>
      cost.webgpu
        ? [
            [
              cost.shape,
              cost.p,
              cost.q,
              nameOf(cost),
              ...PHASES.map((phase) => cost.webgpu?.phases?.[phase] ?? null),
              cost.webgpu.timing.median,
              cost.webgpu.dispatches,
              gigaflops(cost),
              (100 * gigaflops(cost)) / peak,
            ],
          ]
        : [],
    ),
    note: `Steps on the adapter's own clock (timestamps around a pass each); “iteration” on the wall clock, many iterations a submit with one readback after them, L-BFGS as the step. GFLOP/s: two operations for each multiply-add of F and its gradient, counted from the plan (covariance q|B| + k|Ψ| + 2k(|Λ| + |B|) + k|B| + 4k³/3; dense p²q + p³ + k|Ψ| + k|Λ| + 4p³/3; accumulation 2q|B| + 3p²q/2 + q(|Λ| + |B|) + 4k³/3; district Σ_ψ 3|effects|² + p|B| + 2 Σ_B m + Σ 2m³ with districts of m), over the whole iteration. Measured peak of this adapter: ${peak.toPrecision(3)} GFLOP/s of multiply-adds in registers, ${gigabytes.toPrecision(3)} GB/s of copying.${leftOut(costs, "webgpu")}`,
  };
}

export function cpuTable(costs: readonly MethodCost[]): ReportTable {
  return {
    title: "Float64 on one core of the CPU: milliseconds an iteration",
    columns: ["shape", "p", "q", "method", ...PHASES, "F and gradient"],
    rows: costs.flatMap(({ shape, p, q, method, cpu }) =>
      cpu
        ? [[shape, p, q, method, ...PHASES.map((phase) => cpu.phases[phase] ?? null), cpu.timing.median]]
        : [],
    ),
    note: `In Node. The district form takes each district through all three steps before the next, so it has no split. What takes longer than 2 s is timed in two iterations.${leftOut(costs, "cpu")}`,
  };
}

export function memoryTable(costs: readonly MethodCost[]): ReportTable {
  const megabytes = (bytes: number): number => bytes / 1e6;
  return {
    title: "GPU memory, 10⁶ bytes",
    columns: [
      "shape",
      "p",
      "method",
      "matrices",
      "bound",
      "of the bound",
      "graph and parameters",
      "optimiser",
      "all",
    ],
    rows: costs.flatMap((cost) => {
      if (!cost.webgpu) return [];
      const { matrixBytes, boundBytes, evaluatorBytes, allocatedBytes } = cost.webgpu;
      return [
        [
          cost.shape,
          cost.p,
          nameOf(cost),
          megabytes(matrixBytes),
          megabytes(boundBytes),
          `${((100 * matrixBytes) / boundBytes).toFixed(0)} %`,
          megabytes(evaluatorBytes - matrixBytes),
          megabytes(allocatedBytes - evaluatorBytes),
          megabytes(allocatedBytes),
        ],
      ];
    }),
    note: "Counted at `createBuffer`. Bound of the matrices: 4·(2(q + p)p + 4p²) bytes. All else is in proportion to the numbers of variables and of entries of Λ, B and Ψ: their tables, values and derivatives, and L-BFGS's 19 vectors.",
  };
}

export function contestTable(contests: readonly Contest[]): ReportTable {
  return {
    title: "F and its gradient in one browser, in turns",
    columns: [
      "shape",
      "p",
      "contender",
      "ms",
      "quartiles",
      "ours is … times faster",
      "quartiles",
      "deviation",
    ],
    rows: contests.flatMap((contest) =>
      contest.timings.map((timing) => {
        const isIteration = timing.name === OURS.layered || timing.name === OURS.iteration;
        const ours = timingOf(contest, isIteration ? OURS.iteration : OURS.evaluation);
        const times = timing === ours ? undefined : ratio(timing, ours);
        const deviation = contest.deviations[timing.name];
        return [
          contest.shape,
          contest.p,
          timing.name,
          timing.median,
          spread(timing),
          times?.median ?? null,
          times ? spread(times) : null,
          deviation === undefined ? null : deviation.toExponential(0),
        ];
      }),
    ),
    note: `Each evaluation waited for and read back; “${OURS.iteration}” and “${OURS.layered}” are iterations with L-BFGS: ours 20 with one readback, the other with a dispatch for each layer of each of its three walks through the graph (${contests.map(({ shape, p, layeredDispatches }) => `${layeredDispatches} dispatches for ${shape} at p = ${p}`).join(", ")}) and a readback each, everything else being our kernels too. “Ours” is \`semnan WebGPU\` with the method that \`auto\` takes. Deviation: of the peer's ∂F/∂Λ from float64, relative to its largest entry. Peers compute with dense matrices whatever the shape; TensorFlow.js has no factorisations, which are float64 JavaScript there. Peers were not timed at p = 1,024: their WebGPU back ends would take minutes.${unavailable(contests)}`,
  };
}

function unavailable(contests: readonly Contest[]): string {
  const reasons = contests.flatMap(({ p, leftOut }) =>
    Object.entries(leftOut).map(([name, reason]) => `${name} at p = ${p} (${reason})`),
  );
  return reasons.length === 0 ? "" : ` Failed, and left out: ${reasons.join("; ")}.`;
}

function spread({ low, high }: { readonly low: number; readonly high: number }): string {
  return `${formatCell(low)}–${formatCell(high)}`;
}
