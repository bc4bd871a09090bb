import { OptionError, UnsupportedError } from "../errors.ts";
import { buildModel } from "./buildModel.ts";
import { readJson } from "./jsonModel.ts";
import type { Model } from "./model.ts";
import type { SyntaxOptions } from "./syntax/options.ts";
import { readLavaan } from "./syntax/readLavaan.ts";

export type { GroupEqual, ModelKind, SyntaxOptions } from "./syntax/options.ts";

/** lavaan's model syntax, our JSON (or the 0/1 structure matrix in JSON), dagitty's graphs. */
export type ModelFormat = "lavaan" | "json" | "dagitty";

/** Options of `parseModel`. Those of `SyntaxOptions` apply to lavaan syntax; JSON and graphs state everything. */
export interface ParseModelOptions extends SyntaxOptions {
  /** Found out from the text unless given. */
  readonly format?: ModelFormat;
  /** Reads dagitty texts; graphs are the business of `src/causal`, which this folder may not know. */
  readonly readDagitty?: (text: string) => Model;
}

/**
 * Reads a model text.
 * Throws ModelSyntaxError with line and column where the text cannot be read, UnsupportedError for what is known and not
 * supported, ModelError for a model that contradicts itself or has a cycle, OptionError for a wrong option.
 */
export function parseModel(text: string, options: ParseModelOptions = {}): Model {
  const { format = detectFormat(text), readDagitty, ...syntax } = options;
  switch (format) {
    case "lavaan":
      return buildModel(readLavaan(text, syntax));
    case "json":
      return readJson(text);
    case "dagitty":
      if (readDagitty) return readDagitty(text);
      throw new UnsupportedError(
        "This is a dagitty graph, which cannot be read here.",
        "Write the model in lavaan syntax.",
      );
    default:
      throw new OptionError(`There is no model format "${String(format)}".`, "Use lavaan, json or dagitty.");
  }
}

/** JSON starts with a brace or bracket, a dagitty graph with its kind; all else is lavaan syntax. */
export function detectFormat(text: string): ModelFormat {
  const start = text.replace(/^\uFEFF/, "").trimStart();
  if (/^[{[]/.test(start)) return "json";
  return /^(?:(?:strict\s+)?(?:dag|pdag|mag|pag|graph|digraph)\b[^{~:=]*\{)/i.test(start)
    ? "dagitty"
    : "lavaan";
}
