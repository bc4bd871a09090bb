import type { Plugin } from "vite";

/**
 * Takes `@vite-ignore` out of what is built. It keeps vite from resolving the worker's file here, where that file is made
 * by another build; the bundlers of those who use the package shall find it.
 */
export function followableUrls(): Plugin {
  return {
    name: "followable-urls",
    apply: "build",
    renderChunk: (code) => ({ code: code.replaceAll(/\/\* @vite-ignore \*\/\s*/g, ""), map: null }),
  };
}
