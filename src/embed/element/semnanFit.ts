import { diagramOf } from "../../presentation/diagram/diagram.ts";
import { sceneElements } from "../../presentation/diagram/elements.ts";
import { layoutDiagram } from "../../presentation/diagram/layout.ts";
import { LANDSCAPE, PORTRAIT } from "../../presentation/diagram/layoutCost.ts";
import { edgeNumbers } from "../../presentation/diagram/modelDiagram.ts";
import { buildScene } from "../../presentation/diagram/scene.ts";
import { describeScene } from "../../presentation/diagram/svg.ts";
import { sentence } from "../../presentation/sentence.ts";
import type { FitResult } from "../../statistics/result.ts";
import { readModel, type Analysis } from "../analysis.ts";
import { createWorker, type SemnanWorker } from "../createWorker.ts";
import { readInputs } from "./inputs.ts";
import { node } from "./node.ts";
import { patchSvg } from "./patchSvg.ts";
import { measureLine, parameterTable, warningList } from "./resultView.ts";
import { STYLES } from "./styles.ts";

let shared: SemnanWorker | undefined;

/** In an element narrower than this, in pixels, diagrams run from top to bottom, so that their numbers can be read. */
const NARROW = 480;
/** A drawing is not blown up beyond this, however much room there is. */
const NATURAL = 1.35;

/**
 * `<semnan-fit>`: shows a model as a path diagram, fits it to data in a worker, and shows what came of it.
 *
 *     <semnan-fit data="pupils.csv" as="cfa">visual =~ x1 + x2 + x3</semnan-fit>
 *
 * The model is the element's content, the file in its attribute `model`, or its property `model`; the data are the file
 * in its attribute `data`, or its property `data`. Attributes `as`, `std-lv`, `meanstructure`, `group`, `n`, `estimator`,
 * `missing` and `backend` mean what they mean in lavaan and in the command; with `auto` it fits at once. Fires `fit`, an
 * event whose `detail` is the `FitResult`, or `fiterror` with the error. Works under a strict Content-Security-Policy.
 */
export class SemnanFit extends HTMLElement {
  static readonly observedAttributes =
    "model data as std-lv meanstructure group n estimator missing backend".split(" ");
  /** Where the worker's file is, where bundlers do not find it; set it before the first fit. */
  static workerUrl: URL | string | undefined;

  #model: string | undefined;
  #data: string | undefined;
  #analysis: Analysis | undefined;
  #result: FitResult | undefined;
  #running: AbortController | undefined;
  #isWanted = false;
  #aspect = LANDSCAPE;
  /** Draws again what was drawn last, for another width. */
  #redraw: (() => void) | undefined;
  readonly #bar = node("div", { class: "bar" }, []);
  readonly #picture = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  readonly #outcome = node("div", {}, []);

  /** The model's text; overrules attribute and content. */
  get model(): string | undefined {
    return this.#model;
  }
  set model(text: string | undefined) {
    this.#model = text;
    this.#readSoon();
  }

  /** The data's text; overrules the attribute. */
  get data(): string | undefined {
    return this.#data;
  }
  set data(text: string | undefined) {
    this.#data = text;
    this.#readSoon();
  }

  /** The last fit. */
  get result(): FitResult | undefined {
    return this.#result;
  }

  /** @internal The browser calls it. */
  connectedCallback(): void {
    if (!this.shadowRoot) {
      const root = this.attachShadow({ mode: "open" });
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(STYLES);
      root.adoptedStyleSheets = [sheet];
      root.append(this.#bar, this.#picture, this.#outcome);
      new ResizeObserver(() => this.#adapt()).observe(this);
    }
    this.#readSoon();
  }

  /** @internal The browser calls it. */
  disconnectedCallback(): void {
    this.#running?.abort();
  }

  /** @internal The browser calls it. */
  attributeChangedCallback(): void {
    this.#readSoon();
  }

  /** Fits the model; resolves with the result, rejects as `fit` does or when the element is removed. */
  async fit(): Promise<FitResult | undefined> {
    const analysis = this.#analysis;
    if (!analysis) return undefined;
    this.#running?.abort();
    const controller = new AbortController();
    this.#running = controller;
    this.#showBar();
    try {
      shared ??= createWorker(SemnanFit.workerUrl);
      const result = await shared.call("fit", analysis, { signal: controller.signal });
      this.#result = result;
      this.#draw(analysis, result);
      this.#outcome.replaceChildren(measureLine(result), ...warningList(result), parameterTable(result));
      this.dispatchEvent(new CustomEvent("fit", { detail: result, bubbles: true }));
      return result;
    } catch (error) {
      if (!controller.signal.aborted) this.#fail(error);
      throw error;
    } finally {
      if (this.#running === controller) this.#running = undefined;
      this.#showBar();
    }
  }

  /** Attributes and properties often change together, so they are read once all of them have. */
  #readSoon(): void {
    if (this.#isWanted || !this.isConnected) return;
    this.#isWanted = true;
    queueMicrotask(() => {
      this.#isWanted = false;
      void this.#read();
    });
  }

  async #read(): Promise<void> {
    try {
      this.#analysis = await readInputs(this, { model: this.#model, data: this.#data });
      this.#outcome.replaceChildren();
      if (this.#analysis) this.#draw(this.#analysis, undefined);
      this.#showBar();
      if (this.#analysis && this.hasAttribute("auto")) await this.fit().catch(() => undefined);
    } catch (error) {
      this.#fail(error);
    }
  }

  #adapt(): void {
    const aspect = this.clientWidth < NARROW ? PORTRAIT : LANDSCAPE;
    if (aspect === this.#aspect) return;
    this.#aspect = aspect;
    this.#redraw?.();
  }

  #draw(analysis: Analysis, result: FitResult | undefined): void {
    this.#redraw = () => this.#draw(analysis, result);
    const diagram = diagramOf(readModel(analysis.model, analysis.modelSettings, result?.groups));
    const scene = buildScene(diagram, layoutDiagram(diagram, this.#aspect), { label: edgeNumbers(result) });
    const { x, y, width, height } = scene.bounds;
    this.#picture.setAttribute("viewBox", `${x} ${y} ${width} ${height}`);
    this.#picture.style.maxWidth = `${width * NATURAL}px`;
    this.#picture.setAttribute("role", "img");
    this.#picture.setAttribute("aria-label", `Path diagram. ${describeScene(scene)}`);
    patchSvg(this.#picture, sceneElements(scene));
  }

  #showBar(): void {
    const isRunning = this.#running !== undefined;
    const button = node("button", { type: "button" }, [isRunning ? "Cancel" : "Fit"]);
    button.addEventListener("click", () => {
      if (isRunning) this.#running?.abort();
      else void this.fit().catch(() => undefined);
    });
    const status = node("p", { role: "status", class: "soft" }, [this.#statusText()]);
    this.#bar.replaceChildren(...(this.#analysis ? [button] : []), status);
  }

  #statusText(): string {
    if (!this.#analysis) return "No model or no data yet.";
    if (this.#running) return "Fitting…";
    if (!this.#result) return "";
    const { converged, seconds, backend } = this.#result;
    const device = backend.kind === "webgpu" ? `WebGPU (${backend.adapter})` : "the CPU in float64";
    return `${converged ? "Converged" : "Did not converge"} in ${Math.max(1, Math.round(seconds * 1000))} ms on ${device}.`;
  }

  #fail(error: unknown): void {
    const { message, advice = "" } = error as { message: string; advice?: string };
    this.#outcome.replaceChildren(
      node("p", { class: "bad", role: "alert" }, [sentence(message)]),
      node("p", { class: "soft" }, [advice]),
    );
    this.dispatchEvent(new CustomEvent("fiterror", { detail: error, bubbles: true }));
  }
}
