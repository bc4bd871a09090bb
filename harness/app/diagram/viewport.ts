import type { Bounds } from "../../../src/presentation/diagram/bounds.ts";
import type { Point } from "../../../src/presentation/diagram/geometry.ts";

const [CLOSEST, FARTHEST] = [4, 0.1];
/** A drawing is not blown up beyond this when it is fitted into its frame. */
const NATURAL = 1.35;

/** The part of the plane that an SVG element shows: wheel and pinch zoom about the pointer, dragging moves. */
export class Viewport {
  #centre: Point = { x: 0, y: 0 };
  #scale = 1;
  /** What is shown as a whole until the user zooms or moves. */
  #whole: Bounds | undefined;
  readonly #pointers = new Map<number, Point>();

  constructor(private readonly svg: SVGSVGElement) {
    svg.addEventListener("wheel", (event) => this.#wheel(event), { passive: false });
    svg.addEventListener("pointerdown", (event) => this.#down(event));
    svg.addEventListener("pointermove", (event) => this.#pointerMove(event));
    for (const type of ["pointerup", "pointercancel"] as const) {
      svg.addEventListener(type, (event) => this.#pointers.delete(event.pointerId));
    }
    new ResizeObserver(() => (this.#whole ? this.show(this.#whole) : this.#apply())).observe(svg);
  }

  /** Fits a box into the frame. */
  show(bounds: Bounds): void {
    const { width, height } = this.#frame();
    this.#whole = bounds;
    this.#centre = { x: bounds.x + bounds.width / 2, y: bounds.y + bounds.height / 2 };
    this.#scale = Math.min(width / bounds.width, height / bounds.height, NATURAL);
    this.#apply();
  }

  /** Whether the user has neither zoomed nor moved since the last `show`. */
  get showsWhole(): boolean {
    return this.#whole !== undefined;
  }

  zoom(factor: number, about: Point = this.#centre): void {
    const scale = Math.min(CLOSEST, Math.max(FARTHEST, this.#scale * factor));
    const keep = this.#scale / scale;
    this.#whole = undefined;
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

  #toPlane(event: MouseEvent): Point {
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
      this.zoom(length(after) / Math.max(length(before), 1), this.#toPlane(event));
      return;
    }
    this.#whole = undefined;
    this.#centre = {
      x: this.#centre.x - (after.x - before.x) / this.#scale,
      y: this.#centre.y - (after.y - before.y) / this.#scale,
    };
    this.#apply();
  }
}
