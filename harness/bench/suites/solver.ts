import type { SuiteContext } from "../context.ts";
import type { Peaks } from "../page/peak.ts";
import type { SuiteReport } from "../report.ts";
import { contestChart, rooflineChart, timeChart } from "../solver/charts.ts";
import { type MethodCost, measureMethods, runContests } from "../solver/measurements.ts";
import { contestTable, cpuTable, gigaflops, memoryTable, webgpuTable } from "../solver/tables.ts";
import { beatenBy, headline, reached } from "../solver/targets.ts";

const INSTALL = "`npm ci` in harness/bench/peers";

/**
 * One iteration of the solver by size, shape and method, on WebGPU and in float64: time by step, dispatches, memory
 * against its bound, arithmetic against the adapter's measured peak, and the same value and gradient in jax-js and
 * TensorFlow.js, and with a dispatch a layer, in turns with ours.
 */
export async function solverSuite(context: SuiteContext): Promise<Omit<SuiteReport, "seconds">> {
  const { host, quick } = context;
  const peaks = await host.call<Peaks>("/harness/bench/page/peak.ts", "measurePeaks", quick ? 2 : 5);
  const { contests, hasPeers } = await runContests(context, quick ? 2 : 5);
  const costs = await measureMethods(context, quick ? [16, 64] : [16, 64, 256, 1024], quick ? 2 : 3);
  const sentence = headline(contests);
  return {
    suite: "solver",
    beaten: beatenBy(contests),
    ...(sentence === undefined ? {} : { headline: sentence }),
    findings: [
      ...(hasPeers
        ? []
        : [`jax-js and TensorFlow.js were not there: install them with ${INSTALL}, and measure in Chrome.`]),
      ...reached(contests, costs),
      memoryFinding(costs),
      peakFinding(costs, peaks),
    ],
    tables: [webgpuTable(costs, peaks), cpuTable(costs), memoryTable(costs), contestTable(contests)],
    charts: [rooflineChart(costs, peaks), timeChart(costs), contestChart(contests)],
    raw: { peaks, costs, contests },
  };
}

function memoryFinding(costs: readonly MethodCost[]): string {
  const measured = costs.flatMap(({ webgpu }) => (webgpu ? [webgpu] : []));
  const over = measured.filter(({ matrixBytes, boundBytes }) => matrixBytes > boundBytes);
  const most = Math.max(...measured.map(({ matrixBytes, boundBytes }) => matrixBytes / boundBytes));
  return over.length === 0
    ? `Target reached, matrices on the GPU take at most ${(100 * most).toFixed(0)} % of the bound 4·(2(q + p)p + 4p²) bytes, in every case.`
    : `Target missed, ${over.length} cases keep matrices larger than the bound, up to ${(100 * most).toFixed(0)} % of it.`;
}

function peakFinding(costs: readonly MethodCost[], peaks: Peaks): string {
  const best = costs
    .filter(({ webgpu }) => webgpu !== null)
    .reduce((most, cost) => (gigaflops(cost) > gigaflops(most) ? cost : most));
  const rate = gigaflops(best);
  return `The best rate is ${rate.toPrecision(2)} GFLOP/s (${best.method}, ${best.shape}, p = ${best.p}), ${((100 * rate) / peaks.gigaflops).toFixed(0)} % of the ${peaks.gigaflops.toPrecision(3)} GFLOP/s that this adapter reaches in registers; a real GPU was not there to measure.`;
}
