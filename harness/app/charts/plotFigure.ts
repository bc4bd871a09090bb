import type { PlotOptions } from "@observablehq/plot";

type Plot = typeof import("@observablehq/plot");

let library: Promise<Plot> | undefined;

/** Fetches the library, which takes a moment to start, while nobody waits for it. */
export function preparePlots(): Promise<Plot> {
  library ??= import("@observablehq/plot");
  return library;
}

/** Charts redraw at most so often: more than eyes follow, and little against what else happens. */
const MILLISECONDS_BETWEEN_DRAWINGS = 200;

/**
 * `<plot-figure>`: a chart by Observable Plot. `draw` gets the library and
 * the width in pixels; set it again to draw anew. `label` says in words what the chart shows.
 */
export class PlotFigure extends HTMLElement {
  #draw: ((plot: Plot, width: number) => PlotOptions) | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #drawnAt = 0;

  set draw(draw: (plot: Plot, width: number) => PlotOptions) {
    if (draw === this.#draw) return;
    this.#draw = draw;
    const wait = Math.max(0, this.#drawnAt + MILLISECONDS_BETWEEN_DRAWINGS - performance.now());
    this.#timer ??= setTimeout(() => void this.#render(), wait);
  }

  set label(label: string) {
    this.setAttribute("role", "img");
    this.setAttribute("aria-label", label);
  }

  disconnectedCallback(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  async #render(): Promise<void> {
    const plot = await preparePlots();
    this.#timer = undefined;
    if (!this.isConnected || !this.#draw) return;
    this.#drawnAt = performance.now();
    // The class name is fixed because Plot writes it into a style element, which the page's policy allows by its hash.
    const figure = plot.plot({ className: "plot", ...this.#draw(plot, this.clientWidth || 320) });
    figure.setAttribute("aria-hidden", "true");
    this.replaceChildren(figure);
  }
}
