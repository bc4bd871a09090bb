import { ModelError, OptionError } from "../../errors.ts";
import type { Model, Structure } from "../../model/model.ts";
import { descendants } from "../graph.ts";
import type { EffectPlace } from "./local.ts";

/** An effect that is asked about. */
export interface AskedEffect {
  readonly from: string;
  readonly to: string;
  readonly kind: "direct" | "total";
  readonly place: EffectPlace;
  /** Whether there is a directed path at all. */
  readonly exists: boolean;
}

/**
 * The effects asked about in group `group`. `queries` are texts like "X -> Y"; each gives the direct effect where
 * there is that edge, and the total effect where there are other paths (or no path at all). Without queries:
 * every edge between variables, latent ones of the model included, and every total effect that is more than one
 * edge; effects of mere sources (the latents of an AMASEM) are told on request only.
 * Throws OptionError for a text that is no effect, ModelError for an unknown name.
 */
export function askedEffects(model: Model, queries?: readonly string[], group = 0): AskedEffect[] {
  const structure = model.structures[group]!;
  const links = linksOf(structure);
  if (queries !== undefined) {
    return queries.flatMap((query) => {
      const match = /^\s*(.+?)\s*(?:->|→)\s*(.+?)\s*$/.exec(query);
      if (match === null) {
        throw new OptionError(`"${query}" is not an effect.`, 'Write it as "X -> Y": cause, arrow, effect.');
      }
      return between(structure, links, group, match[1]!, match[2]!);
    });
  }
  const names = structure.variables.map(({ name }) => name);
  return names.flatMap((from) =>
    names.flatMap((to) =>
      from === to ? [] : between(structure, links, group, from, to).filter(({ exists }) => exists),
    ),
  );
}

interface Links {
  readonly effects: readonly (readonly number[])[];
  readonly sourceEffects: readonly (readonly number[])[];
}

function linksOf(structure: Structure): Links {
  const effects: number[][] = structure.variables.map(() => []);
  const sourceEffects: number[][] = structure.sources.map(() => []);
  for (const { row, column } of structure.paths) effects[row]!.push(column);
  for (const { row, column } of structure.loadings) sourceEffects[row]!.push(column);
  return { effects, sourceEffects };
}

function between(structure: Structure, links: Links, group: number, from: string, to: string): AskedEffect[] {
  const target = structure.variables.findIndex(({ name }) => name === to);
  const variable = structure.variables.findIndex(({ name }) => name === from);
  const source = variable < 0 ? structure.sources.indexOf(from) : -1;
  const missing = target < 0 ? to : variable < 0 && source < 0 ? from : undefined;
  if (missing !== undefined) {
    throw new ModelError(
      `There is no variable ${missing} in the model.`,
      `The variables are: ${structure.variables.map(({ name }) => name).join(", ")}.`,
    );
  }
  if (from === to) {
    throw new OptionError(`${from} has no effect on itself.`, "Name two different variables.");
  }
  const fromSource = variable < 0;
  const place: EffectPlace = { group, from: fromSource ? source : variable, fromSource, to: target };
  const children = fromSource ? links.sourceEffects[source]! : links.effects[variable]!;
  const isEdge = children.includes(target);
  const others = descendants(
    links.effects,
    children.filter((child) => child !== target),
  ).has(target);
  const asked = (kind: AskedEffect["kind"], exists: boolean): AskedEffect => ({
    from,
    to,
    kind,
    place,
    exists,
  });
  if (!isEdge) return [asked("total", others)];
  return others ? [asked("direct", true), asked("total", true)] : [asked("direct", true)];
}
