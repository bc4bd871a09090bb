import { UnsupportedError } from "../../errors.ts";
import type { Position, Token } from "./tokens.ts";

/** An error that names the feature and says where it stands. */
export function unsupported(feature: string, advice: string, at: Position): UnsupportedError {
  return new UnsupportedError(`semnan does not support ${feature}.`, advice, at.line, at.column);
}

const OPERATORS: Readonly<Record<string, readonly [feature: string, advice: string]>> = {
  "|": [
    "thresholds of ordinal variables (|)",
    "Treat the variable as continuous and remove the line, or fit ordinal data with lavaan.",
  ],
  "~*~": [
    "scaling factors of ordinal variables (~*~)",
    "Treat the variable as continuous and remove the line, or fit ordinal data with lavaan.",
  ],
  "<~": [
    "composites (<~)",
    "Compute the composite in the data, or state a latent variable with =~ and regress it with ~.",
  ],
  "%": ["the operator %", "Remove the line."],
};

const MODIFIERS: Readonly<Record<string, readonly [feature: string, advice: string]>> = {
  efa: [
    "exploratory factor blocks (efa())",
    "State which indicator loads on which factor, as in f1 =~ x1 + x2 + x3.",
  ],
  rv: ["random slopes (rv())", "Multilevel models are not supported; remove the modifier."],
  prior: ["prior distributions (prior())", "semnan maximises the likelihood; remove the modifier."],
};

/** Throws UnsupportedError at the first token of a statement that belongs to a feature known and not supported. */
export function refuseUnsupported(tokens: readonly Token[]): void {
  tokens.forEach((token, index) => {
    const next = tokens[index + 1];
    const isCall = token.kind === "name" && next?.kind === "symbol" && next.text === "(";
    const known = token.kind === "symbol" ? OPERATORS : isCall ? MODIFIERS : undefined;
    if (!known || !Object.hasOwn(known, token.text)) return;
    throw unsupported(...known[token.text]!, token);
  });
}

/** Blocks other than `group:`, by their (lower case) name. */
export function refuseBlock(name: Token): void {
  const advice = "Remove the block; fit the levels or classes one by one if that answers your question.";
  const features: Readonly<Record<string, string>> = {
    level: "multilevel models (level: blocks)",
    block: "block: blocks",
    class: "latent classes (class: blocks)",
  };
  const key = name.text.toLowerCase();
  if (Object.hasOwn(features, key)) throw unsupported(features[key]!, advice, name);
}
