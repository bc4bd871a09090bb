import type { CausalGraph } from "../causal/graph.ts";
import type { IdentifyResult, Verdict } from "../causal/identifiability/identify.ts";
import { escapeText } from "./escapeText.ts";
import { boxExit, layoutGraph, type Point } from "./graphLayout.ts";

/** Colours that stay apart for colour-blind readers (Okabe and Ito), each with its own line besides. */
const STYLES: Readonly<Record<Verdict, { colour: string; dash: string; words: string }>> = {
  identifiable: { colour: "#0072b2", dash: "", words: "identifiable" },
  locallyIdentifiable: { colour: "#9a6a00", dash: "9 4 2 4", words: "locally identifiable" },
  notIdentifiable: { colour: "#d55e00", dash: "7 4", words: "not identifiable" },
};
const PLAIN = { colour: "#777777", dash: "3 3" };
const LEGEND_HEIGHT = 34;

/**
 * The graph as a standalone SVG: observed variables in boxes, latents in dashed ellipses, each edge in the
 * colour of its direct effect's verdict; edges that were not asked about are grey and dotted.
 */
export function identifyDiagram(graph: CausalGraph, result: IdentifyResult): string {
  const { width, height, vertices, edges } = layoutGraph(graph);
  const verdicts = new Map(
    result.effects.flatMap(({ from, to, kind, verdict }) =>
      kind === "direct" ? [[`${from}\n${to}`, verdict] as const] : [],
    ),
  );
  const used = new Set<Verdict>();
  const lines = graph.edges.map(({ from, to }, index) => {
    const [cause, effect] = [graph.vertices[from]!, graph.vertices[to]!];
    const verdict = verdicts.get(`${cause.name}\n${effect.name}`);
    if (verdict !== undefined) used.add(verdict);
    const style = verdict === undefined ? PLAIN : STYLES[verdict];
    const inner = edges[index]!.slice(1, -1);
    const start = boxExit(vertices[from]!, inner[0] ?? vertices[to]!, cause.latent);
    const end = boxExit(vertices[to]!, inner.at(-1) ?? vertices[from]!, effect.latent);
    const dash = style.dash === "" ? "" : ` stroke-dasharray="${style.dash}"`;
    const title = `${cause.name} → ${effect.name}${verdict === undefined ? "" : `: ${STYLES[verdict].words}`}`;
    const marker = verdict ?? "plain";
    return (
      `<path d="${curve([start, ...inner, end])}" fill="none" stroke="${style.colour}" ` +
      `stroke-width="${verdict === undefined ? 1.4 : 2.2}"${dash} marker-end="url(#${marker})">` +
      `<title>${escapeText(title)}</title></path>`
    );
  });
  const boxes = graph.vertices.map(({ name, latent }, vertex) => {
    const { x, y, width: boxWidth, height: boxHeight } = vertices[vertex]!;
    const shape = latent
      ? `<ellipse cx="${x}" cy="${y}" rx="${boxWidth / 2}" ry="${boxHeight / 2}" fill="#fff" stroke="#555" stroke-dasharray="4 3"/>`
      : `<rect x="${x - boxWidth / 2}" y="${y - boxHeight / 2}" width="${boxWidth}" height="${boxHeight}" rx="4" fill="#fff" stroke="#222" stroke-width="1.4"/>`;
    const style = latent ? ' font-style="italic" fill="#555"' : ' fill="#111"';
    return `${shape}<text x="${x}" y="${y}" dy="0.35em" text-anchor="middle"${style}>${escapeText(name)}</text>`;
  });
  const legend = legendOf([...used], height);
  const total = { width: Math.max(width, legend.width), height: height + LEGEND_HEIGHT };
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${fixed(total.width)} ${fixed(total.height)}" ` +
      `width="${fixed(total.width)}" height="${fixed(total.height)}" role="img" ` +
      `font-family="system-ui, sans-serif" font-size="14">`,
    "<title>Which direct effects the observed covariances determine</title>",
    `<defs>${markers()}</defs>`,
    '<rect width="100%" height="100%" fill="#fff"/>',
    ...lines,
    ...boxes,
    legend.text,
    "</svg>\n",
  ].join("\n");
}

/** A line with rounded corners through the points: straight for two, quadratic through the midpoints for more. */
function curve(points: readonly Point[]): string {
  const at = ({ x, y }: Point): string => `${fixed(x)} ${fixed(y)}`;
  const [first, ...rest] = points;
  const last = rest.at(-1)!;
  const corners = rest.slice(0, -1);
  const bends = corners.map((corner, index) => {
    const next = corners[index + 1];
    const until = next === undefined ? last : { x: (corner.x + next.x) / 2, y: (corner.y + next.y) / 2 };
    return `Q ${at(corner)} ${at(until)}`;
  });
  return `M ${at(first!)} ${bends.length === 0 ? `L ${at(last)}` : bends.join(" ")}`;
}

function markers(): string {
  const styles = [...Object.entries(STYLES), ["plain", PLAIN] as const];
  return styles
    .map(
      ([id, { colour }]) =>
        `<marker id="${id}" viewBox="0 0 10 10" refX="9.2" refY="5" markerWidth="9" markerHeight="9" ` +
        `markerUnits="userSpaceOnUse" orient="auto"><path d="M 0 0.8 L 10 5 L 0 9.2 z" fill="${colour}"/></marker>`,
    )
    .join("");
}

function legendOf(used: readonly Verdict[], top: number): { text: string; width: number } {
  let x = 28;
  const y = top + LEGEND_HEIGHT / 2 - 6;
  const items = used.map((verdict) => {
    const { colour, dash, words } = STYLES[verdict];
    const item =
      `<line x1="${x}" y1="${y}" x2="${x + 34}" y2="${y}" stroke="${colour}" stroke-width="2.2" ` +
      `stroke-dasharray="${dash}"/><text x="${x + 42}" y="${y}" dy="0.35em" fill="#333" font-size="12">${words}</text>`;
    x += 42 + words.length * 6.4 + 26;
    return item;
  });
  return { text: items.join(""), width: x };
}

function fixed(value: number): string {
  return String(Math.round(value * 10) / 10);
}
