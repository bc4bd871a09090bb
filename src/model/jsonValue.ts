import { ModelError, ModelSyntaxError } from "../errors.ts";
import { jsonBreak } from "./jsonBreak.ts";
import { didYouMean } from "./syntax/suggest.ts";

/** A value inside a JSON document that knows its path, as in `paths[2].from`, so that errors can name it. */
export class JsonValue {
  constructor(
    readonly value: unknown,
    readonly path: string,
  ) {}

  /** The value of a key; `undefined` where the object does not have it. */
  get(key: string): JsonValue | undefined {
    const found = this.object()[key];
    return found === undefined
      ? undefined
      : new JsonValue(found, this.path === "" ? key : `${this.path}.${key}`);
  }

  require(key: string): JsonValue {
    const found = this.get(key);
    if (found) return found;
    throw new ModelError(`${this.path || "The model"} has no "${key}".`, `Add "${key}".`);
  }

  /** Throws ModelError for a key that is not one of these. */
  allowOnly(keys: readonly string[]): void {
    const strange = Object.keys(this.object()).find((key) => !keys.includes(key));
    if (strange === undefined) return;
    throw new ModelError(
      `${this.path || "The model"} has the unknown key "${strange}".`,
      `Known are ${keys.join(", ")}.${didYouMean(strange, keys)}`,
    );
  }

  list(): JsonValue[] {
    if (!Array.isArray(this.value)) throw this.#wrong("a list");
    return this.value.map((item: unknown, index) => new JsonValue(item, `${this.path}[${index}]`));
  }

  text(): string {
    if (typeof this.value !== "string" || this.value.trim() === "")
      throw this.#wrong("a text that is not empty");
    return this.value;
  }

  number(): number {
    if (typeof this.value !== "number" || !Number.isFinite(this.value)) throw this.#wrong("a number");
    return this.value;
  }

  flag(): boolean {
    if (typeof this.value !== "boolean") throw this.#wrong("true or false");
    return this.value;
  }

  object(): Readonly<Record<string, unknown>> {
    const { value } = this;
    if (typeof value !== "object" || value === null || Array.isArray(value))
      throw this.#wrong("an object { … }");
    return value as Readonly<Record<string, unknown>>;
  }

  #wrong(wanted: string): ModelError {
    const shown = JSON.stringify(this.value) ?? "nothing";
    return new ModelError(
      `${this.path || "The model"} must be ${wanted}, not ${shown.length > 40 ? `${shown.slice(0, 40)}…` : shown}.`,
      "The README shows the JSON form of a model.",
    );
  }
}

/** Parses JSON. Throws ModelSyntaxError at the place where it breaks off. */
export function parseJson(text: string): JsonValue {
  try {
    return new JsonValue(JSON.parse(text), "");
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    const offset = jsonBreak(text);
    const before = text.slice(0, offset).split(/\r\n|\r|\n/);
    throw new ModelSyntaxError(
      "This is not valid JSON.",
      "Look for a comma too much or too few, a missing quote or a bracket that is not closed.",
      before.length,
      before.at(-1)!.length + 1,
    );
  }
}
