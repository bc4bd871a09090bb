import { ModelError } from "../errors.ts";
import type { Draft, DraftRow } from "./buildDraft.ts";
import { rowName } from "./buildDraft.ts";
import { buildModel } from "./buildModel.ts";
import type { Model } from "./model.ts";
import { didYouMean } from "./syntax/suggest.ts";

/** A latent cause ε ~ N(0, 1) and the visible variables that it loads on. */
export interface AmasemLatent {
  readonly name: string;
  readonly children: readonly string[];
}

/** A DAG over visible variables with independent latent causes (Saremi, arXiv 2309.14073, section 2). */
export interface Amasem {
  readonly visible: readonly string[];
  /** All latents, private errors included. */
  readonly latents: readonly AmasemLatent[];
  /** Direct effects between visible variables, cause first. */
  readonly edges: readonly (readonly [cause: string, effect: string])[];
}

/**
 * The model of an AMASEM, x = ε Λ + x B with Ψ = I: one free loading (`U =~ X`) for every child of a latent, one free
 * coefficient (`Y ~ X`) for every edge X → Y.
 * Throws ModelError for names that are not unique or not known, an edge stated twice or from a variable to itself, a
 * cycle, and a visible variable without a latent cause.
 */
export function buildAmasem({ visible, latents, edges }: Amasem): Model {
  checkNames([...visible, ...latents.map(({ name }) => name)]);
  const known = new Set(visible);
  for (const name of [...latents.flatMap(({ children }) => children), ...edges.flat()]) {
    if (known.has(name)) continue;
    throw new ModelError(
      `There is no visible variable "${name}".`,
      `The visible variables are ${visible.join(", ")}.${didYouMean(name, visible)}`,
    );
  }
  const caused = new Set(latents.flatMap(({ children }) => children));
  const orphan = visible.find((name) => !caused.has(name));
  if (orphan !== undefined) {
    throw new ModelError(
      `The visible variable "${orphan}" has no latent cause, so nothing is left of it once its causes are known.`,
      `Give it a latent cause of its own, its error.`,
    );
  }
  const self = edges.find(([cause, effect]) => cause === effect);
  if (self) throw new ModelError(`"${self[0]}" causes itself.`, "Remove this edge.");
  const rows = [
    ...latents.flatMap(({ name, children }) => children.map((child) => freeRow(name, "=~", child))),
    ...edges.map(([cause, effect]) => freeRow(effect, "~", cause)),
  ];
  const group = { label: "", observed: visible, latents: [], sources: latents.map(({ name }) => name) };
  const draft: Draft = { groups: [group], rows, expressions: [], meanStructure: false, warnings: [] };
  return buildModel(draft);
}

function checkNames(names: readonly string[]): void {
  const seen = new Set<string>();
  for (const name of names) {
    if (seen.has(name)) throw new ModelError(`Two variables are named "${name}".`, "Give each its own name.");
    seen.add(name);
  }
}

function freeRow(lhs: string, op: "=~" | "~", rhs: string): DraftRow {
  return {
    lhs,
    op,
    rhs,
    group: 1,
    user: true,
    free: true,
    value: Number.NaN,
    start: undefined,
    lower: Number.NEGATIVE_INFINITY,
    upper: Number.POSITIVE_INFINITY,
    exogenous: false,
    label: "",
    key: rowName({ lhs, op, rhs }, 1),
  };
}
