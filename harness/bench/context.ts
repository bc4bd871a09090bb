import type { ComputeHost } from "../browser/modules/host.ts";
import type { Environment } from "./environment.ts";

/** What a suite gets. */
export interface SuiteContext {
  readonly environment: Environment;
  /** Under two minutes for all suites together, with fewer and smaller cases. */
  readonly quick: boolean;
  /** Chrome, or Dawn, with the repository's modules; each suite starts from a fresh page. */
  readonly host: ComputeHost;
  log(line: string): void;
}
