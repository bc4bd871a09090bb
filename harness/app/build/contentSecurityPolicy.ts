import { createHash } from "node:crypto";
import type { Plugin } from "vite";

/** The rules that Observable Plot puts into each figure of class `plot`: the one inline style that the page allows. */
const PLOT_STYLE = `:where(.plot) {
  --plot-background: white;
  display: block;
  height: auto;
  height: intrinsic;
  max-width: 100%;
}
:where(.plot text),
:where(.plot tspan) {
  white-space: pre;
}`;

/**
 * The policy of the built page: nothing but its own files, no inline script, no `eval`. WebAssembly may be compiled (the
 * batch engine generates some), and workers may be made of the page's own text.
 */
export function contentSecurityPolicy(): Plugin {
  const hash = createHash("sha256").update(PLOT_STYLE).digest("base64");
  const policy = [
    "default-src 'none'",
    "script-src 'self' 'wasm-unsafe-eval'",
    `style-src 'self' 'sha256-${hash}'`,
    "img-src 'self' blob: data:",
    "connect-src 'self'",
    "worker-src 'self' blob:",
    "manifest-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
  return {
    name: "content-security-policy",
    apply: "build",
    transformIndexHtml: () => [
      {
        tag: "meta",
        attrs: { "http-equiv": "Content-Security-Policy", content: policy },
        injectTo: "head-prepend",
      },
    ],
  };
}
