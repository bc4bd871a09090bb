/// <reference lib="esnext.disposable" preserve="true" />
import { SemnanFit } from "./semnanFit.ts";

/** Importing `semnan/element` defines `<semnan-fit>`, once. */
if (!customElements.get("semnan-fit")) customElements.define("semnan-fit", SemnanFit);

export { SemnanFit };
