import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Plugin } from "vite";

/**
 * Writes `offline.js`, a service worker that keeps every file of the page, so that it opens without a network after the
 * first visit. Its text holds the list of files and a digest of them all: a new build is a new worker with a new cache.
 */
export function offline(publicFolder: string): Plugin {
  return {
    name: "offline",
    apply: "build",
    enforce: "post",
    generateBundle(_options, bundle) {
      const digest = createHash("sha256");
      for (const [name, file] of Object.entries(bundle)) {
        digest.update(name).update(file.type === "chunk" ? file.code : file.source);
      }
      const fixed = readdirSync(publicFolder);
      for (const name of fixed) digest.update(name).update(readFileSync(join(publicFolder, name)));
      const files = ["./", ...Object.keys(bundle), ...fixed].filter((name) => !name.endsWith(".map"));
      const source = serviceWorker(digest.digest("hex").slice(0, 16), files);
      this.emitFile({ type: "asset", fileName: "offline.js", source });
    },
  };
}

function serviceWorker(version: string, files: readonly string[]): string {
  return `const CACHE = "semnan-${version}";
const FILES = ${JSON.stringify(files)};

addEventListener("install", (event) => {
  event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll(FILES)).then(() => skipWaiting()));
});

addEventListener("activate", (event) => {
  const removeOld = caches.keys().then((names) =>
    Promise.all(names.filter((name) => name.startsWith("semnan-") && name !== CACHE).map((name) => caches.delete(name))),
  );
  event.waitUntil(removeOld.then(() => clients.claim()));
});

addEventListener("fetch", (event) => {
  if (event.request.method !== "GET") return;
  event.respondWith(
    caches.match(event.request, { ignoreSearch: true }).then((kept) => kept ?? fetch(event.request)),
  );
});
`;
}
