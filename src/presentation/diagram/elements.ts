import type { EdgeStyle, Scene, DrawnMark, DrawnNode, DrawnRoute } from "./scene.ts";
import { border, polar, type Point, type Shape } from "./geometry.ts";
import { markLabel, numberRoom, type PlacedLabel } from "./labels.ts";
import { LABEL_SIZE, NAME_SIZE } from "./nodeSize.ts";
import { RESIDUAL_GAP, type VarianceMark } from "./residuals.ts";
import type { Curve } from "./routes.ts";

/** An SVG element as plain data, so that a file, a page and a test can all make of it what they need. */
export interface SvgElement {
  readonly tag: "g" | "path" | "rect" | "ellipse" | "circle" | "text";
  readonly attributes: Readonly<Record<string, string | number>>;
  readonly text?: string;
  readonly children?: readonly SvgElement[];
}

/** Length and half width of an arrow's head. */
const [HEAD, HALF] = [8.5, 3.2];

/**
 * The elements of a scene, back to front: lines, nodes, numbers. Looks are presentation attributes, which any style
 * sheet overrules; classes say what is what (`edge`, `node`, `label`; `path`, `covariance`, `variance`; `latent`).
 */
export function sceneElements({ nodes, routes, marks }: Scene): SvgElement[] {
  const shapes = new Map(nodes.map((node) => [node.name, node]));
  const labels = [
    ...routes.flatMap(({ label }) => (label ? [numberElement(label)] : [])),
    ...marks.flatMap(({ mark, text }) => (text === "" ? [] : [numberElement(markLabel(mark, text))])),
  ];
  return [
    group("edges", [
      ...routes.map(routeElement),
      ...marks.map((mark) => markElement(mark, shapes.get(mark.mark.edge.from)!)),
    ]),
    group("nodes", nodes.map(nodeElement)),
    group("labels", labels),
  ];
}

function group(className: string, children: SvgElement[]): SvgElement {
  return { tag: "g", attributes: { class: className }, children };
}

function routeElement({ route, style }: DrawnRoute): SvgElement {
  const { edge, curve, straight, heads } = route;
  const [a, b, c, d] = curve;
  const end = back(d, heads.at(-1)!.angle);
  const start = heads.length > 1 ? back(a, heads[0]!.angle) : a;
  const course = straight ? `M${xy(start)}L${xy(end)}` : `M${xy(start)}C${xy(b)} ${xy(c)} ${xy(end)}`;
  return edgeGroup(edge.kind, edge.exogenous, edge.row, [
    line(course, style, edge.exogenous),
    ...heads.map(({ tip, angle }) => head(tip, angle, style)),
  ]);
}

function markElement({ mark, text, style }: DrawnMark, shape: Shape): SvgElement {
  const { edge, angle, residual } = mark;
  const children = residual ? residualElements(mark, text === "", style) : loopElements(shape, angle, style);
  return edgeGroup("variance", edge.exogenous, edge.row, children);
}

/** An arrow from the number into the node; a small circle stands in for a number that is not known yet. */
function residualElements(mark: VarianceMark, isEmpty: boolean, style: EdgeStyle): SvgElement[] {
  const { anchor, foot } = mark;
  const inwards = mark.angle + Math.PI;
  const centre = numberRoom(mark);
  const tail = isEmpty ? polar(centre, inwards, 4) : polar(anchor, inwards, RESIDUAL_GAP);
  const circle: SvgElement = {
    tag: "circle",
    attributes: {
      class: "error",
      ...at("c", centre),
      r: 4,
      fill: "none",
      stroke: style.colour ?? "#555",
      "stroke-width": 1,
    },
  };
  return [
    line(`M${xy(tail)}L${xy(back(foot, inwards))}`, style, false),
    head(foot, inwards, style),
    ...(isEmpty ? [circle] : []),
  ];
}

function loopElements(shape: Shape, angle: number, style: EdgeStyle): SvgElement[] {
  const spread = shape.round ? 0.32 : 0.42;
  const foot = (side: number): Point => border(shape, polar(shape, angle + side * spread, 1000));
  const [a, d] = [foot(-1), foot(1)];
  const [b, c] = [polar(a, angle - 0.55, 27), polar(d, angle + 0.55, 27)];
  const inwards = (side: number): number => angle + Math.PI + side * 0.55;
  const curve: Curve = [back(a, inwards(-1)), b, c, back(d, inwards(1))];
  return [
    line(`M${xy(curve[0])}C${xy(b)} ${xy(c)} ${xy(curve[3])}`, style, false),
    head(a, inwards(-1), style),
    head(d, inwards(1), style),
  ];
}

function edgeGroup(kind: string, exogenous: boolean, row: number, children: SvgElement[]): SvgElement {
  const className = `edge ${kind}${exogenous ? " exogenous" : ""}`;
  return { tag: "g", attributes: { class: className, "data-row": row }, children };
}

function nodeElement({ name, note, round, x, y, width, height }: DrawnNode): SvgElement {
  const looks = { fill: "#fff", stroke: "#000", "stroke-width": 1.3 };
  const shape: SvgElement = round
    ? { tag: "ellipse", attributes: { cx: r(x), cy: r(y), rx: r(width / 2), ry: r(height / 2), ...looks } }
    : {
        tag: "rect",
        attributes: {
          x: r(x - width / 2),
          y: r(y - height / 2),
          width: r(width),
          height: r(height),
          rx: 2,
          ...looks,
        },
      };
  const lines = [textElement(name, x, note === "" ? y : y - 7, NAME_SIZE, "name")];
  if (note !== "") lines.push(textElement(note, x, y + 9, LABEL_SIZE, "note"));
  return {
    tag: "g",
    attributes: { class: round ? "node latent" : "node observed", "data-name": name },
    children: [shape, ...lines],
  };
}

/** A number on a patch of ground, which interrupts the line that it stands on. */
function numberElement({ text, x, y, width }: PlacedLabel): SvgElement {
  const height = LABEL_SIZE + 2;
  const ground: SvgElement = {
    tag: "rect",
    attributes: {
      class: "ground",
      x: r(x - width / 2),
      y: r(y - height / 2),
      width: r(width),
      height,
      fill: "#fff",
    },
  };
  return {
    tag: "g",
    attributes: { class: "label" },
    children: [ground, textElement(text, x, y, LABEL_SIZE, "number")],
  };
}

function textElement(text: string, x: number, y: number, size: number, className: string): SvgElement {
  const attributes = {
    class: className,
    x: r(x),
    y: r(y + size * 0.35),
    "font-size": size,
    "text-anchor": "middle",
    fill: "#000",
  };
  return { tag: "text", attributes, text };
}

function line(d: string, { colour = "#000", dashes, width = 1.2 }: EdgeStyle, faint: boolean): SvgElement {
  return {
    tag: "path",
    attributes: {
      class: "line",
      d,
      fill: "none",
      stroke: faint ? "#888" : colour,
      "stroke-width": width,
      ...(dashes !== undefined && { "stroke-dasharray": dashes }),
    },
  };
}

function head(tip: Point, angle: number, { colour = "#000" }: EdgeStyle): SvgElement {
  const base = polar(tip, angle, -HEAD);
  const wing = (side: number): Point => polar(base, angle + (side * Math.PI) / 2, HALF);
  return {
    tag: "path",
    attributes: { class: "head", d: `M${xy(tip)}L${xy(wing(1))}L${xy(wing(-1))}Z`, fill: colour },
  };
}

/** Where a line must end so that it does not show through the point of its head. */
function back(tip: Point, angle: number): Point {
  return polar(tip, angle, -HEAD * 0.7);
}

function at(prefix: string, { x, y }: Point): Record<string, number> {
  return { [`${prefix}x`]: r(x), [`${prefix}y`]: r(y) };
}

function xy({ x, y }: Point): string {
  return `${r(x)} ${r(y)}`;
}

/** Tenths of a pixel are as fine as a drawing needs. */
function r(value: number): number {
  return Math.round(value * 10) / 10;
}
