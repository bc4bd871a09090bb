import { escapeText } from "../escapeText.ts";
import type { DiagramEdge } from "./diagram.ts";
import { sceneElements, type SvgElement } from "./elements.ts";
import type { Scene } from "./scene.ts";

/** A scene as a self-contained SVG file on white: no style sheet, no script, no font beyond the usual ones. */
export function svgFile(scene: Scene, title: string): string {
  const { x, y, width, height } = scene.bounds;
  const box = [x, y, width, height].map((value) => Math.round(value * 10) / 10).join(" ");
  const size = `width="${Math.round(width)}" height="${Math.round(height)}"`;
  const background = `<rect x="${x.toFixed(1)}" y="${y.toFixed(1)}" width="${width.toFixed(1)}" height="${height.toFixed(1)}" fill="#fff"/>`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="${box}" ${size} role="img" font-family="Helvetica, Arial, sans-serif">`,
    `<title>${escapeText(title)}</title>`,
    `<desc>${escapeText(describeScene(scene))}</desc>`,
    background,
    ...sceneElements(scene).map(elementText),
    "</svg>\n",
  ].join("\n");
}

/** The diagram in words, for those who hear it: one clause for each line. */
export function describeScene({ routes, marks }: Scene): string {
  const clauses = routes.map(({ route, label }) => withNumber(words(route.edge), label?.text ?? ""));
  return [...clauses, ...marks.map(({ mark, text }) => withNumber(words(mark.edge), text))].join("; ");
}

function words({ kind, from, to }: DiagramEdge): string {
  if (kind === "path") return `${from} to ${to}`;
  return kind === "covariance" ? `${from} with ${to}` : `variance of ${from}`;
}

function withNumber(text: string, number: string): string {
  return number === "" ? text : `${text}: ${number}`;
}

function elementText({ tag, attributes, text, children }: SvgElement): string {
  const list = Object.entries(attributes).map(([name, value]) => ` ${name}="${escapeText(String(value))}"`);
  const inner = text === undefined ? (children ?? []).map(elementText).join("") : escapeText(text);
  return `<${tag}${list.join("")}${inner === "" ? "/>" : `>${inner}</${tag}>`}`;
}
