import * as Plot from "@observablehq/plot";
import { parseHTML } from "linkedom";

/**
 * Renders an Observable Plot to the text of a standalone SVG file, without a browser.
 * White paper and dark ink, so that the picture reads the same in a light and in a dark document.
 */
export function renderSvg(title: string, options: Plot.PlotOptions): string {
  const { document } = parseHTML("<!doctype html><html><body></body></html>");
  const svg = Plot.plot({
    width: 760,
    height: 420,
    marginLeft: 70,
    marginBottom: 50,
    style: { fontFamily: "system-ui, sans-serif", fontSize: "13px", background: "white", color: "#222" },
    ...options,
    figure: false,
    document,
  } as Plot.PlotOptions);
  svg.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  svg.setAttribute("xmlns:xlink", "http://www.w3.org/1999/xlink");
  svg.setAttribute("role", "img");
  svg.setAttribute("aria-label", title);
  // Groups have no role that a name could belong to.
  for (const group of svg.querySelectorAll("g[aria-label]")) group.removeAttribute("aria-label");
  return `${svg.outerHTML}\n`;
}
