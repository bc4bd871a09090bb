import type { Bounds } from "../../../src/presentation/diagram/bounds.ts";
import type { Point } from "../../../src/presentation/diagram/geometry.ts";

const [CLOSEST, FARTHEST] = [4, 0.1];
/** A drawing is not blown up beyond this when it is fitted into its frame. */
const NATURAL = 1.35;
/** Below this scale the numbers, 11 units high, become smaller than 9 pixels. */
const LEGIBLE = 9 / 11;
/** A frame narrower than this starts at a legible scale, even where not all of the drawing fits into it then. */
const NARROW = 640;

/** The part of the plane that an SVG element shows: wheel and pinch zoom about the pointer, dragging moves. */
export class Viewport {
  #centre: Point = { x: 0, y: 0 };
  #scale = 1;
  /** What is shown as a whole until the user zooms or moves. */
  #whole: Bounds | undefined;
  #showsAll = false;
  readonly #pointers = new Map<number, Point>();

  constructor(private readonly svg: SVGSVGElement) {
    svg.addEventListener("wheel", (event) => this.#wheel(event), { passive: false });
    svg.addEventListener("pointerdown", (event) => this.#down(event));
    svg.addEventListener("pointermove", (event) => this.#pointerMove(event));
    for (const type of ["pointerup", "pointercancel"] as const) {
      svg.addEventListener(type, (event) => this.#pointers.delete(event.pointerId));
    }
    new ResizeObserver(() => (this.#whole ? this.show(this.#whole, this.#showsAll) : this.#apply())).observe(
      svg,
    );
  }

  /** Fits a box into the frame; in a narrow one that would make it illegible, the beginning of it, unless `all`. */
  show(bounds: Bounds, all = false): void {
    const { width, height } = this.#frame();
    this.#whole = bounds;
    this.#showsAll = all;
    const fitting = Math.min(width / bounds.width, height / bounds.height, NATURAL);
    const isCropped = !all && width < NARROW && fitting < LEGIBLE;
    const scale = isCropped ? LEGIBLE : fitting;
    // Diagrams read from the left and from the top, so that is where one begins that is too large.
    const middle = (start: number, extent: number, frame: number): number =>
      start + Math.min(extent, frame / scale) / 2;
    this.#centre = {
      x: middle(bounds.x, bounds.width, width),
      y: middle(bounds.y, bounds.height, height),
    };
    this.#scale = scale;
    this.svg.parentElement?.toggleAttribute("cropped", isCropped);
    this.#apply();
  }

  /** Whether the user has neither zoomed nor moved since the last `show`. */
  get showsWhole(): boolean {
    return this.#whole !== undefined;
  }

  zoom(factor: number, about: Point = this.#centre): void {
    const scale = Math.min(CLOSEST, Math.max(FARTHEST, this.#scale * factor));
    const keep = this.#scale / scale;
    this.#leave();
    this.#centre = {
      x: about.x + (this.#centre.x - about.x) * keep,
      y: about.y + (this.#centre.y - about.y) * keep,
    };
    this.#scale = scale;
    this.#apply();
  }

  #frame(): { width: number; height: number } {
    const { clientWidth, clientHeight } = this.svg;
    return { width: Math.max(clientWidth, 1), height: Math.max(clientHeight, 1) };
  }

  #apply(): void {
    const { width, height } = this.#frame();
    const [w, h] = [width / this.#scale, height / this.#scale];
    const { x, y } = this.#centre;
    this.svg.setAttribute("viewBox", `${x - w / 2} ${y - h / 2} ${w} ${h}`);
  }

  #toPlane(event: Pick<MouseEvent, "clientX" | "clientY">): Point {
    const { left, top, width, height } = this.svg.getBoundingClientRect();
    return {
      x: this.#centre.x + (event.clientX - left - width / 2) / this.#scale,
      y: this.#centre.y + (event.clientY - top - height / 2) / this.#scale,
    };
  }

  /** A wheel scrolls the page as everywhere else; with Ctrl, or a pinch (which is the same), it zooms. */
  #wheel(event: WheelEvent): void {
    if (!event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    this.zoom(Math.exp(-event.deltaY / 200), this.#toPlane(event));
  }

  #down(event: PointerEvent): void {
    if ((event.target as Element).closest(".node") || event.button !== 0) return;
    this.#pointers.set(event.pointerId, { x: event.clientX, y: event.clientY });
    this.svg.setPointerCapture(event.pointerId);
  }

  #pointerMove(event: PointerEvent): void {
    const before = this.#pointers.get(event.pointerId);
    if (!before) return;
    const after = { x: event.clientX, y: event.clientY };
    const other = [...this.#pointers].find(([id]) => id !== event.pointerId)?.[1];
    this.#pointers.set(event.pointerId, after);
    if (other) {
      const length = (point: Point): number => Math.hypot(point.x - other.x, point.y - other.y);
      // Two fingers move the drawing as well: their middle goes half as far as the one that moves.
      this.#move({ x: (after.x - before.x) / 2, y: (after.y - before.y) / 2 });
      const middle = { clientX: (after.x + other.x) / 2, clientY: (after.y + other.y) / 2 };
      this.zoom(length(after) / Math.max(length(before), 1), this.#toPlane(middle));
      return;
    }
    this.#move({ x: after.x - before.x, y: after.y - before.y });
  }

  /** Moves the drawing by so many pixels. */
  #move(by: Point): void {
    this.#leave();
    this.#centre = { x: this.#centre.x - by.x / this.#scale, y: this.#centre.y - by.y / this.#scale };
    this.#apply();
  }

  /** From now on the user decides what is shown. */
  #leave(): void {
    this.#whole = undefined;
    this.svg.parentElement?.removeAttribute("cropped");
  }
}
