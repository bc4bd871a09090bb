import { join } from "node:path";
import { createServer } from "vite";

/** The repository's modules in this process, shaders included, which Node itself cannot import. */
export interface NodeModules {
  load(modulePath: string): Promise<Record<string, unknown>>;
  /** Forgets what has been loaded, with whatever it kept in variables of its own. */
  forget(): void;
  close(): Promise<void>;
}

/** Starts a vite server that only this process asks. */
export async function loadModules(): Promise<NodeModules> {
  const server = await createServer({
    configFile: false,
    root: join(import.meta.dirname, "..", "..", ".."),
    logLevel: "error",
    // Node 20 does not know `using`.
    oxc: { target: "es2022" },
    optimizeDeps: { noDiscovery: true },
    server: { middlewareMode: true, hmr: false, watch: null, ws: false },
  });
  return {
    load: (modulePath) => server.ssrLoadModule(modulePath),
    forget: () => server.moduleGraph.invalidateAll(),
    close: () => server.close(),
  };
}
