import { estimate } from "../../../src/fit/estimate.ts";
import { scaleProblem } from "../../../src/fit/scale.ts";
import { alignData } from "../../../src/data/alignData.ts";
import { observedNames } from "../../../src/model/model.ts";
import { traceForm32 } from "../../../src/engine/batch/gpu/form.ts";
import { quasiNewton, quasiNewtonWorkgroup } from "../../../src/engine/batch/gpu/kernels.ts";
import { modelPart } from "../../../src/engine/batch/gpu/straightLine.ts";
import { traceProgram } from "../../../src/engine/batch/program/program.ts";
import { traceSamplePart } from "../../../src/engine/batch/program/samplePart.ts";
import { memoryBound } from "../../../src/plan/memory.ts";
import { allocatedBytes } from "../../../src/engine/gpu/buffers.ts";
import { createEvaluator } from "../../../src/engine/gpu/createEvaluator.ts";
import { createGpuEngine } from "../../../src/engine/gpu/engine.ts";
import type { Kernel } from "../../../src/engine/gpu/kernel.ts";
import { kernels as algebraKernels } from "../../../src/engine/gpu/linalg/kernels.ts";
import type { Problem } from "../../../src/engine/engine.ts";
import { compactShader } from "../../app/build/compactShaders.ts";
import { caseData, caseModel, fitCases, type FitCase } from "../fitCases.ts";
import { SHAPES, type SolverProblem, solverProblem } from "../solverProblems.ts";
import { countingDevice } from "./countingDevice.ts";
import { isKernel, modelKernels } from "./manifests.ts";

/** Counts by name. Less is better in all of them. */
export type Counts = Readonly<Record<string, number>>;

/** Operations that a program for the batch may have here; no reference model comes near. */
const MOST_OPERATIONS = 200_000;

/** Everything that is guarded: the same numbers on every machine. */
export async function collectCounts(): Promise<Counts> {
  return {
    ...kernelSources(),
    ...(await solverCounts()),
    ...batchCounts(),
    ...(await iterationCounts()),
  };
}

/** Bytes of WGSL that a compiler gets for each kernel, comments aside. */
function kernelSources(): Counts {
  const kernels: readonly Kernel[] = [
    ...modelKernels,
    ...Object.values(algebraKernels).filter(isKernel),
    quasiNewton,
    quasiNewtonWorkgroup,
  ];
  return Object.fromEntries(
    kernels.map(({ label, source, library = [] }) => [
      `kernel ${label}: bytes of WGSL`,
      compactShader([source, ...library.map((part) => part.source)].join("\n")).replaceAll(/\n+/g, "\n")
        .length,
    ]),
  );
}

/** What an engine makes of a problem, and what an iteration costs the host. */
async function solverCounts(): Promise<Counts> {
  const all: Record<string, number> = {};
  for (const kind of ["software", "hardware"] as const) {
    for (const shape of SHAPES) {
      for (const p of [24, 160]) {
        const name = `solver ${shape}, p = ${p}, ${kind}`;
        const counts = await engineCounts(solverProblem(shape, p), kind);
        for (const [what, count] of Object.entries(counts)) all[`${name}: ${what}`] = count;
      }
    }
  }
  return all;
}

async function engineCounts(
  { problem, theta }: SolverProblem,
  kind: "software" | "hardware",
): Promise<Counts> {
  const { device, counts } = countingDevice(kind, Infinity);
  const evaluator = await createEvaluator(device, problem);
  const { buffers, bindGroups, pipelines, shaderModules } = counts;
  const { bytes } = allocatedBytes(device);
  // The step of the optimiser is one more.
  const dispatches = evaluator.work.length + 1;
  const { p, q } = evaluator.graph;
  evaluator.dispose();
  const few = await runCounts(problem, theta, kind, 2);
  const many = await runCounts(problem, theta, kind, 12);
  return {
    "dispatches an iteration": dispatches,
    bytes,
    "bytes over 4(2(q + p)p + 4p²)": Number((bytes / memoryBound(p, q)).toFixed(4)),
    buffers,
    "bind groups": bindGroups,
    pipelines,
    "shader modules": shaderModules,
    "bytes left after dispose": allocatedBytes(device).bytes,
    // Ten further polls lie between the two: each reads back through one staging buffer, and iterations make nothing.
    "buffers made a poll": (many.buffers - few.buffers) / 10,
    "bind groups made a poll": (many.bindGroups - few.bindGroups) / 10,
    "pipelines made a poll": (many.pipelines - few.pipelines) / 10,
  };
}

async function runCounts(
  problem: Problem,
  start: Float64Array,
  kind: "software" | "hardware",
  polls: number,
) {
  const { device, counts } = countingDevice(kind, polls);
  using engine = await createGpuEngine(device, problem);
  await engine.iterate({ start, optimiser: "lbfgs", maxIterations: 10_000, tolerance: 1e-4 });
  return counts;
}

/** Models of the reference that the batch and the iterations are counted for: the rest is like one of them. */
function guardedCases(): FitCase[] {
  return fitCases().filter(({ names }) => names.length <= 40);
}

function caseProblem(entry: FitCase): Problem {
  const model = caseModel(entry);
  const { groups } = alignData(caseData(entry), model.structures.map(observedNames));
  return { model, moments: groups.map(({ moments }) => moments), discrepancy: "maximumLikelihood" };
}

/** Length of the straight-line programs of the batch. */
function batchCounts(): Counts {
  const all: Record<string, number> = {};
  for (const entry of guardedCases().filter(({ names }) => names.length <= 11)) {
    const { model } = scaleProblem(caseProblem(entry)).problem;
    const float64 = traceProgram(model, [1], MOST_OPERATIONS);
    const float32 = traceForm32(model, [1], MOST_OPERATIONS);
    if (!float64 || !float32) continue;
    const part = modelPart(float32, traceSamplePart(float32.sample, [1], float32.parameterCount));
    all[`batch ${entry.name}: float64 operations an evaluation`] = float64.operations;
    all[`batch ${entry.name}: float32 operations an evaluation`] = float32.operations;
    all[`batch ${entry.name}: bytes of WGSL`] = part.length;
  }
  return all;
}

/** Iterations until a fit has converged in float64, from the computed starting values. */
async function iterationCounts(): Promise<Counts> {
  const all: Record<string, number> = {};
  for (const entry of guardedCases()) {
    const { iterations } = await estimate(caseProblem(entry));
    all[`fit ${entry.name}: iterations`] = iterations.engine;
    all[`fit ${entry.name}: polish iterations`] = iterations.polish;
  }
  return all;
}
