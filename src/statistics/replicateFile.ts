import type { DataSet } from "../data/dataSet.ts";
import type { ReplicateFileHead } from "../fit/bootstrap/replicateCsv.ts";
import type { Model } from "../model/model.ts";
import type { BootstrapOptions } from "./bootstrap.ts";
import { resolveSettings } from "./settings.ts";

/** What the replicate file of a bootstrap says in every line. */
export function replicateFileHead(model: Model, data: DataSet, options: BootstrapOptions): ReplicateFileHead {
  const parameters = model.parameters.map(({ name }) => name);
  return {
    of: options.replicates,
    seed: options.seed ?? 1,
    kind: options.kind ?? "case",
    sample: fingerprint(parameters, data, options),
    parameters,
  };
}

/**
 * Eight hexadecimal digits that two runs share where they resample the same numbers and fit the same parameters with the
 * same estimator: FNV-1a over all of them (draft-eastlake-fnv, 32 bits).
 */
export function fingerprint(parameters: readonly string[], data: DataSet, options: BootstrapOptions): string {
  const { family, missing, lost } = resolveSettings(options);
  const { discrepancy = "maximumLikelihood" } = options;
  const name = typeof discrepancy === "string" ? discrepancy : "custom";
  const words = JSON.stringify([
    parameters,
    family,
    missing,
    lost,
    name,
    data.groups.map(({ label }) => label),
  ]);
  const numbers = data.groups.flatMap(({ moments, table }) => [
    Float64Array.of(moments.n),
    moments.covariance,
    ...(moments.mean ? [moments.mean] : []),
    ...(table?.columns ?? []),
  ]);
  let hash = 0x811c9dc5;
  const mix = (bytes: Uint8Array): void => {
    for (const byte of bytes) hash = Math.imul(hash ^ byte, 0x01000193);
  };
  mix(new TextEncoder().encode(words));
  for (const { buffer, byteOffset, byteLength } of numbers) {
    mix(new Uint8Array(buffer, byteOffset, byteLength));
  }
  return (hash >>> 0).toString(16).padStart(8, "0");
}
