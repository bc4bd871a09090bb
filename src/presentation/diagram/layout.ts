import { arrange, ARRANGEMENTS, type Positions } from "./arrange.ts";
import { findBlocks } from "./blocks.ts";
import type { Diagram } from "./diagram.ts";
import { LANDSCAPE, layoutCost } from "./layoutCost.ts";

/** Readers expect indicators beside their latents: a layout that scatters them must be this much better. */
const UNCONVENTIONAL = 1.15;
/** With more nodes than this only the two plain arrangements are tried, so that typing stays fluent. */
const MANY_NODES = 120;

/**
 * Where to draw the nodes of a diagram: of several arrangements the one that is cheapest to read (`layoutCost`) in a
 * frame so many times as wide as it is high. The same diagram always gets the same layout.
 */
export function layoutDiagram(diagram: Diagram, aspect = LANDSCAPE): Positions {
  if (diagram.nodes.length === 0) return new Map();
  const blocks = findBlocks(diagram);
  const onlyFree = blocks.blocks.length === 0 || diagram.nodes.length > MANY_NODES;
  const tried = ARRANGEMENTS.filter(
    // Columns of indicators beside a column of latents are for frames that are higher than wide.
    ({ indicators }) => indicators === "free" || (!onlyFree && (indicators !== "beside" || aspect < 1)),
  );
  const candidates = tried.map((arrangement) => arrange(diagram, blocks, arrangement));
  const costs = candidates.map(
    (positions, at) =>
      layoutCost(diagram, positions, aspect) * (tried[at]!.indicators === "free" ? UNCONVENTIONAL : 1),
  );
  return candidates[costs.indexOf(Math.min(...costs))]!;
}

/** Coordinates that a text gave (dagitty's `pos`), stretched so that neighbours do not touch. */
export function layoutFromPositions(
  diagram: Diagram,
  given: ReadonlyMap<string, readonly [x: number, y: number]>,
): Positions | undefined {
  if (!diagram.nodes.every(({ name }) => given.has(name))) return undefined;
  const points = diagram.nodes.map(({ name }) => given.get(name)!);
  const nearest = Math.min(
    ...points.flatMap(([x, y], i) => points.slice(0, i).map(([u, v]) => Math.hypot(x - u, y - v))),
  );
  if (!(nearest > 0)) return undefined;
  const scale = Math.min(130 / nearest, 4000 / Math.max(...points.flat().map(Math.abs), 1e-9));
  return new Map(
    diagram.nodes.map(({ name }) => {
      const [x, y] = given.get(name)!;
      return [name, { x: x * scale, y: y * scale }];
    }),
  );
}
