import { ModelError } from "../errors.ts";
import type { Structure } from "./model.ts";

/**
 * A topological order of the variables: every cause stands before its effects; ties keep the stated order.
 * Throws ModelError naming the variables of a cycle where B has one (Kahn 1962, doi:10.1145/368996.369025).
 */
export function topologicalOrder(structure: Structure): number[] {
  const p = structure.variables.length;
  const children: number[][] = Array.from({ length: p }, () => []);
  const waiting = new Int32Array(p);
  for (const { row, column } of structure.paths) {
    children[row]!.push(column);
    waiting[column]!++;
  }
  const order: number[] = [];
  const ready = structure.variables.flatMap((_, index) => (waiting[index] === 0 ? [index] : []));
  for (let next = 0; next < ready.length; next++) {
    const variable = ready[next]!;
    order.push(variable);
    for (const child of children[variable]!) if (--waiting[child]! === 0) ready.push(child);
  }
  if (order.length < p) throw cycleError(structure, children, waiting);
  return order;
}

function cycleError(structure: Structure, children: number[][], waiting: Int32Array): ModelError {
  // Every variable that still waits has a waiting cause, so walking backwards must close a loop.
  const cause = new Int32Array(waiting.length).fill(-1);
  children.forEach((effects, row) => {
    if (waiting[row]! > 0) for (const effect of effects) cause[effect] = row;
  });
  const path: number[] = [];
  let variable = waiting.findIndex((count) => count > 0);
  while (!path.includes(variable)) {
    path.push(variable);
    variable = cause[variable]!;
  }
  const loop = [...path.slice(path.indexOf(variable)), variable].reverse();
  const names = loop.map((index) => structure.variables[index]!.name).join(" → ");
  return new ModelError(
    `The model has a feedback loop: ${names}.`,
    "semnan fits recursive models. Remove one of these effects, or replace a pair of opposite effects by a covariance (~~).",
  );
}
