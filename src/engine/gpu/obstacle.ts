import type { Problem } from "../engine.ts";

/** Why a problem cannot run on the GPU, as a sentence; `undefined` where it can. */
export function gpuObstacle(problem: Problem): string | undefined {
  const { model, discrepancy } = problem;
  if (model.structures.length > 1) return "The GPU engine fits one group, and the model has several.";
  if (model.meanStructure) return "The GPU engine does not model means.";
  if (typeof discrepancy === "object" && discrepancy.wgsl === undefined)
    return `The discrepancy "${discrepancy.name}" is given in TypeScript only.`;
  if (model.parameters.length === 0) return "The model has no free parameter.";
  if (model.parameters.some(({ lower, upper }) => lower > -Infinity || upper < Infinity)) {
    return "The GPU engine has no bounds on parameters, and the model has some.";
  }
  return undefined;
}
