import { buildModel } from "./buildModel.ts";
import type { Model } from "./model.ts";
import type { SyntaxOptions } from "./syntax/options.ts";
import { readLavaan } from "./syntax/readLavaan.ts";

export type { GroupEqual, ModelKind, SyntaxOptions } from "./syntax/options.ts";

/** Options of `parseModel`; all but `format` are lavaan's and apply to its syntax. */
export type ParseModelOptions = SyntaxOptions;

/**
 * Reads a model text.
 * Throws ModelSyntaxError with line and column where the text cannot be read, UnsupportedError for what is known and not
 * supported, ModelError for a model that contradicts itself or has a cycle, OptionError for a wrong option.
 */
export function parseModel(text: string, options: ParseModelOptions = {}): Model {
  return buildModel(readLavaan(text, options));
}
