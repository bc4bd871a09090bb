import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ModelSyntaxError, SemnanError } from "../../../src/errors.ts";
import { FIXED } from "../../../src/model/model.ts";
import { parseModel, type ModelKind } from "../../../src/model/parseModel.ts";
import { readCorpus } from "./corpus.ts";

const pieces = [
  ..."f g x1 x2 x3 y z a b NA c start equal label lower upper log group level efa 0 1 2 0.5 1e-3".split(" "),
  ..."=~ ~ ~~ ~1 := == < > <~ ~*~ | + - * / ^ ( ) , : ; ? ! # % \" ' = . _ é ⚠".split(" "),
  " ",
  "\n",
  "\n",
];
const corpus = [...readCorpus("valid.txt"), ...readCorpus("broken.txt")].map(({ text }) => text);

/** A model of the corpus with a few characters removed, repeated or put in. */
const mutated = fc
  .tuple(
    fc.constantFrom(...corpus),
    fc.array(fc.tuple(fc.nat(), fc.nat(6), fc.constantFrom(...pieces)), { maxLength: 4 }),
  )
  .map(([text, edits]) =>
    edits.reduce((current, [at, length, piece]) => {
      const start = at % (current.length + 1);
      return current.slice(0, start) + piece + current.slice(start + length);
    }, text),
  );
const random = fc.array(fc.constantFrom(...pieces), { maxLength: 60 }).map((parts) => parts.join(""));
const anything = fc.string({ unit: "binary", maxLength: 100 });
const options = fc.record({
  as: fc.constantFrom<ModelKind>("cfa", "sem", "growth", "lavaan"),
  stdLv: fc.boolean(),
  orthogonal: fc.boolean(),
  meanStructure: fc.boolean(),
  fixedX: fc.boolean(),
  groups: fc.constantFrom([], ["A", "B"], ["A", "B", "C"]),
});

describe("any text", () => {
  it("is a sound model or a named error, soon", () => {
    let models = 0;
    fc.assert(
      fc.property(fc.oneof({ weight: 3, arbitrary: mutated }, random, anything), options, (text, given) => {
        const started = performance.now();
        try {
          const model = parseModel(text, given);
          models++;
          const count = model.parameters.length;
          const isSound = (index: number): boolean => index === FIXED || (index >= 0 && index < count);
          for (const { loadings, paths, covariances, intercepts, variables, sources } of model.structures) {
            for (const entry of [...loadings, ...paths, ...covariances, ...intercepts]) {
              expect(isSound(entry.parameter)).toBe(true);
              expect(Number.isInteger(entry.row) && Number.isInteger(entry.column)).toBe(true);
              if (entry.parameter === FIXED && !entry.fromSample) expect(entry.value).not.toBeNaN();
            }
            expect(sources.length).toBeLessThanOrEqual(variables.length);
          }
          const used = new Set(model.rows.map(({ parameter }) => parameter));
          for (let index = 0; index < count; index++) expect(used.has(index)).toBe(true);
          expect(new Set(model.parameters.map(({ name }) => name)).size).toBe(count);
        } catch (error) {
          if (!(error instanceof SemnanError)) throw error;
          expect(error.message).not.toBe("");
          expect(error.advice).not.toBe("");
          if (error instanceof ModelSyntaxError) {
            const line = text.split(/\r\n|\r|\n/)[error.line - 1];
            expect(line).toBeDefined();
            expect(error.column).toBeGreaterThanOrEqual(1);
            expect(error.column).toBeLessThanOrEqual(line!.length + 1);
          }
        }
        // Parsing takes well under a millisecond; a second leaves room for a busy machine, not for a hang.
        expect(performance.now() - started).toBeLessThan(1000);
      }),
      { numRuns: 4000, seed: 20260101 },
    );
    expect(models).toBeGreaterThan(300);
  });

  it.each<[string, string]>([
    ["parentheses", `c := ${"(".repeat(20_000)}a${")".repeat(20_000)}`],
    ["signs", `y ~ a*x\nc := ${"-".repeat(100_000)}a`],
    ["powers", `y ~ a*x\nc := ${"a^".repeat(100_000)}a`],
    ["sums", `y ~ a*x\nc := ${"a + ".repeat(100_000)}a`],
    ["factors", `y ~ ${"2*".repeat(100_000)}x`],
    ["blank lines", `y ~ x +${"\n".repeat(300_000)}z`],
    ["quotes", '"'.repeat(99_999)],
    ["brackets of JSON", "[".repeat(100_000)],
  ])("of very many %s does not overflow", (_, text) => {
    try {
      parseModel(text);
    } catch (error) {
      expect(error).toBeInstanceOf(SemnanError);
    }
  });
});
