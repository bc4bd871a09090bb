import type { Diagram } from "./diagram.ts";

/** Latents drawn together with the observed variables that measure them. */
export interface Block {
  readonly latents: readonly string[];
  readonly indicators: readonly string[];
}

export interface Blocks {
  readonly blocks: readonly Block[];
  /** Nodes outside every block. */
  readonly single: readonly string[];
}

/**
 * Groups a diagram the way a psychometrician draws it. An indicator is an observed variable without effects that
 * latents, and at most one observed variable, cause; it stands with the one of them that has the fewest. Latents measured by exactly the same variables
 * (intercept and slope of a growth curve) share a block.
 */
export function findBlocks({ nodes, edges }: Diagram): Blocks {
  const latent = new Map(nodes.map((node) => [node.name, node.latent]));
  const paths = edges.filter(({ kind }) => kind === "path");
  const causes = new Map(nodes.map(({ name }) => [name, [] as string[]]));
  for (const { from, to } of paths) causes.get(to)!.push(from);
  const active = new Set(paths.map(({ from }) => from));
  const isIndicator = (name: string): boolean => {
    const observed = causes.get(name)!.filter((cause) => !latent.get(cause)).length;
    const isCaused = causes.get(name)!.length > observed;
    return !latent.get(name) && !active.has(name) && isCaused && observed <= 1;
  };
  const indicatorsOf = new Map<string, string[]>();
  for (const { from, to } of paths) {
    if (latent.get(from) && isIndicator(to)) {
      indicatorsOf.set(from, [...(indicatorsOf.get(from) ?? []), to]);
    }
  }
  const owned = new Map<string, string[]>();
  const taken = new Set<string>();
  const byFewest = [...indicatorsOf].sort(([, a], [, b]) => a.length - b.length);
  for (const [name, indicators] of byFewest) {
    const own = indicators.filter((indicator) => !taken.has(indicator));
    for (const indicator of own) taken.add(indicator);
    if (own.length > 0) owned.set(name, own);
  }
  const blocks = [...indicatorsOf.keys()].flatMap((name) => {
    const indicators = owned.get(name);
    if (!indicators) return [];
    const twins = [...indicatorsOf.keys()].filter(
      (other) => !owned.has(other) && sameMembers(indicatorsOf.get(other)!, indicators),
    );
    return [{ latents: [name, ...twins], indicators }];
  });
  const inBlocks = new Set(blocks.flatMap(({ latents, indicators }) => [...latents, ...indicators]));
  return { blocks, single: nodes.map(({ name }) => name).filter((name) => !inBlocks.has(name)) };
}

function sameMembers(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((name) => b.includes(name));
}
