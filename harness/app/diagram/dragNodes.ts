import type { Point } from "../../../src/presentation/diagram/geometry.ts";

const STEPS: Readonly<Record<string, Point>> = {
  ArrowLeft: { x: -10, y: 0 },
  ArrowRight: { x: 10, y: 0 },
  ArrowUp: { x: 0, y: -10 },
  ArrowDown: { x: 0, y: 10 },
};

/** Reports how far the user moves nodes (elements of class `node` with `data-name`), in units of the drawing. */
export function dragNodes(svg: SVGSVGElement, move: (name: string, by: Point) => void): void {
  let drag: { readonly name: string; readonly pointer: number; last: Point; pending: Point } | undefined;
  let frame = 0;
  const flush = (): void => {
    frame = 0;
    if (!drag) return;
    const { name, pending } = drag;
    drag.pending = { x: 0, y: 0 };
    if (pending.x !== 0 || pending.y !== 0) move(name, pending);
  };
  svg.addEventListener("pointerdown", (event) => {
    const name = (event.target as Element).closest<SVGElement>(".node")?.dataset["name"];
    if (name === undefined || event.button !== 0) return;
    drag = {
      name,
      pointer: event.pointerId,
      last: { x: event.clientX, y: event.clientY },
      pending: { x: 0, y: 0 },
    };
    svg.setPointerCapture(event.pointerId);
  });
  svg.addEventListener("pointermove", (event) => {
    if (event.pointerId !== drag?.pointer) return;
    const scale = svg.viewBox.baseVal.width / svg.clientWidth;
    const { last, pending } = drag;
    drag.pending = {
      x: pending.x + (event.clientX - last.x) * scale,
      y: pending.y + (event.clientY - last.y) * scale,
    };
    drag.last = { x: event.clientX, y: event.clientY };
    // Lines are routed anew at every move, so moves are taken a frame at a time.
    frame ||= requestAnimationFrame(flush);
  });
  const end = (event: PointerEvent): void => {
    if (event.pointerId !== drag?.pointer) return;
    flush();
    drag = undefined;
  };
  svg.addEventListener("pointerup", end);
  svg.addEventListener("pointercancel", end);
  svg.addEventListener("keydown", (event) => {
    const name = (event.target as Element).closest<SVGElement>(".node")?.dataset["name"];
    const step = STEPS[event.key];
    if (name === undefined || step === undefined) return;
    event.preventDefault();
    move(name, step);
  });
}
