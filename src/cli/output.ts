import { writeFile } from "node:fs/promises";
import { OptionError } from "../errors.ts";
import type { Model } from "../model/model.ts";
import { formatCsv } from "../presentation/csv.ts";
import { formatJson } from "../presentation/json.ts";
import { formatTable } from "../presentation/table.ts";
import type { FitResult } from "../statistics/result.ts";
import { requireWritable } from "./files.ts";

/** How a result leaves the command. */
export interface OutputOptions {
  readonly format: "table" | "json" | "csv";
  readonly out?: string | undefined;
  readonly digits?: number | undefined;
  readonly diagram?: string | undefined;
}

const FORMATS = {
  table: (result: FitResult, { digits }: OutputOptions): string =>
    formatTable(result, digits === undefined ? {} : { digits }),
  json: formatJson,
  csv: formatCsv,
};

/** @throws OptionError, before any work is done, where a file could not be written or would be written twice. */
export async function requireOutputs(paths: readonly (string | undefined)[]): Promise<void> {
  const given = paths.filter((path) => path !== undefined);
  for (const path of given) await requireWritable(path);
  const twice = given.find((path, i) => given.indexOf(path) < i);
  if (twice !== undefined) {
    throw new OptionError(`${twice} would be written twice`, "Give each option a file of its own.");
  }
}

/** Writes a text where the user wants it. */
export async function writeText(text: string, out: string | undefined): Promise<void> {
  if (out === undefined) process.stdout.write(text);
  else await writeFile(out, text);
}

/** Writes a result, and its diagram where one is asked for. */
export async function writeResult(result: FitResult, model: Model, options: OutputOptions): Promise<void> {
  await writeText(FORMATS[options.format](result, options), options.out);
  if (options.diagram === undefined) return;
  // The layout library is loaded only where something is drawn.
  const { diagramFile } = await import("../presentation/diagram/modelDiagram.ts");
  await writeFile(options.diagram, diagramFile(model, result));
}
