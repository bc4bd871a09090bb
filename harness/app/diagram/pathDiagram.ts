import type { Positions } from "../../../src/presentation/diagram/arrange.ts";
import type { Diagram } from "../../../src/presentation/diagram/diagram.ts";
import { sceneElements } from "../../../src/presentation/diagram/elements.ts";
import type { Point } from "../../../src/presentation/diagram/geometry.ts";
import {
  arrangeScene,
  buildScene,
  type Arrangement,
  type Scene,
  type SceneOptions,
} from "../../../src/presentation/diagram/scene.ts";
import { describeScene, svgFile } from "../../../src/presentation/diagram/svg.ts";
import { dragNodes } from "./dragNodes.ts";
import { patchSvg } from "../../../src/embed/element/patchSvg.ts";
import { Viewport } from "./viewport.ts";

/** What `<path-diagram>` shows. A new object is drawn anew; the same one is not looked at again. */
export interface DiagramContent {
  readonly diagram: Diagram;
  readonly positions: Positions;
  readonly options: SceneOptions;
}

/** Fired when the user has moved a node. */
export type MoveEvent = CustomEvent<{ readonly name: string; readonly at: Point }>;

/**
 * `<path-diagram>`: a path diagram that can be zoomed (wheel, pinch, buttons), moved, and rearranged by dragging nodes or
 * by arrow keys on a focused one. Fires `move` with the new place of a node. Has the attribute `cropped` while a narrow
 * frame shows only the beginning of the drawing.
 */
export class PathDiagram extends HTMLElement {
  #content: DiagramContent | undefined;
  #scene: Scene | undefined;
  #svg: SVGSVGElement | undefined;
  #viewport: Viewport | undefined;
  #shown = "";
  #arranged: { diagram: Diagram; positions: Positions; arrangement: Arrangement } | undefined;
  #frame = 0;

  set content(content: DiagramContent | undefined) {
    if (content === this.#content) return;
    const before = this.#content;
    this.#content = content;
    // New numbers wait for a frame of their own: the rest of the page has got them in this one. What moves does not wait.
    if (before?.positions !== content?.positions) this.#draw();
    else this.#frame ||= requestAnimationFrame(() => this.#draw());
  }

  connectedCallback(): void {
    if (this.#svg) return;
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    svg.setAttribute("class", "diagram");
    // The drawing itself is described in words; its nodes can be focused and moved.
    svg.setAttribute("role", "group");
    this.append(svg);
    this.#svg = svg;
    this.#viewport = new Viewport(svg);
    dragNodes(svg, (name, by) => this.#move(name, by));
    this.#draw();
  }

  zoom(factor: number): void {
    this.#viewport?.zoom(factor);
  }

  /** Shows the whole drawing, however small it becomes. */
  showAll(): void {
    if (this.#scene) this.#viewport?.show(this.#scene.bounds, true);
  }

  /** The drawing as a file on white, whatever the theme. */
  svgText(title: string): string | undefined {
    return this.#scene && svgFile(this.#scene, title);
  }

  #move(name: string, by: Point): void {
    const node = this.#scene?.nodes.find((each) => each.name === name);
    if (!node) return;
    const at = { x: node.x + by.x, y: node.y + by.y };
    this.dispatchEvent(new CustomEvent("move", { detail: { name, at } }));
  }

  #draw(): void {
    cancelAnimationFrame(this.#frame);
    this.#frame = 0;
    const [svg, content] = [this.#svg, this.#content];
    if (!svg) return;
    if (!content) {
      this.#clear(svg);
      return;
    }
    const { diagram, positions, options } = content;
    const isNew = diagram !== this.#arranged?.diagram;
    // Lines are routed anew only where something has moved.
    if (isNew || positions !== this.#arranged?.positions)
      this.#arranged = { diagram, positions, arrangement: arrangeScene(diagram, positions) };
    const scene = buildScene(diagram, positions, options, this.#arranged.arrangement);
    this.#scene = scene;
    patchSvg(svg, sceneElements(scene));
    svg.setAttribute("aria-label", `Path diagram. ${describeScene(scene)}`);
    for (const node of svg.querySelectorAll<SVGGElement>(".node")) {
      const kind = node.classList.contains("latent") ? "latent variable" : "observed variable";
      node.setAttribute("tabindex", "0");
      node.setAttribute("role", "button");
      node.setAttribute("aria-label", `${node.dataset["name"] ?? ""}, ${kind}; arrow keys move it`);
    }
    // The view stays where the user has put it while the same variables are shown; until then it shows all of them, and
    // only a node that is being moved does not make it follow.
    const shown = scene.nodes.map(({ name }) => name).join("\n");
    if (shown !== this.#shown || (isNew && this.#viewport?.showsWhole)) this.#viewport?.show(scene.bounds);
    this.#shown = shown;
  }

  #clear(svg: SVGSVGElement): void {
    [this.#scene, this.#arranged, this.#shown] = [undefined, undefined, ""];
    svg.replaceChildren();
    svg.setAttribute("aria-label", "Path diagram, empty");
  }
}
