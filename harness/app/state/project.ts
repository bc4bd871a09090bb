import { DataError } from "../../../src/errors.ts";
import type { DataText, Inputs } from "./appState.ts";
import { readSettings } from "./settings.ts";
import { packResults, unpackResults, type Results } from "./storedResults.ts";

/**
 * A project file: everything that the user brought, the data included, and what was computed from it. The replicates of
 * a bootstrap are left out: there can be millions of numbers of them, and the same seed draws the same ones again.
 */
const FORMAT = "semnan project";

export interface Project {
  readonly inputs: Inputs;
  /** `undefined` where the file has none that this version can show. */
  readonly results: Results | undefined;
}

export function projectText({ model, settings, data, ...results }: Inputs & Results): string {
  const project = {
    format: FORMAT,
    version: 2,
    model,
    settings,
    data: data ?? null,
    results: packResults(results, data),
  };
  return `${JSON.stringify(project, withoutGaps, 2)}\n`;
}

/** What a project file holds; `undefined` where the text is none. @throws DataError where it is one without a model. */
export function readProject(text: string): Project | undefined {
  const project = parse(text);
  if (project?.["format"] !== FORMAT) return undefined;
  const { model } = project;
  if (typeof model !== "string")
    throw new DataError("this project file has no model", "Save the project again.");
  const settings = readSettings(project["settings"]);
  const inputs = { model, settings, data: readDataText(project["data"]) };
  return { inputs, results: unpackResults(project["results"], inputs) };
}

function parse(text: string): Record<string, unknown> | undefined {
  try {
    return JSON.parse(text, withGaps) as Record<string, unknown>;
  } catch {
    return undefined;
  }
}

function readDataText(stored: unknown): DataText | undefined {
  const { name, text, encoding } = (stored ?? {}) as Partial<DataText>;
  if (typeof name !== "string" || typeof text !== "string") return undefined;
  return { name, text, ...(typeof encoding === "string" && { encoding }) };
}

/** JSON has no NaN and no infinities, which stand in results for what does not apply: they become `{"number": "NaN"}`. */
function withoutGaps(_key: string, value: unknown): unknown {
  return typeof value === "number" && !Number.isFinite(value) ? { number: String(value) } : value;
}

function withGaps(_key: string, value: unknown): unknown {
  if (typeof value !== "object" || value === null || !("number" in value)) return value;
  return Object.keys(value).length === 1 ? Number(value.number) : value;
}
