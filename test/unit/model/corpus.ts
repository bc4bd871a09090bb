import { readFileSync } from "node:fs";
import type { GroupEqual, ModelKind, ParseModelOptions } from "../../../src/model/parseModel.ts";

/** One entry of valid.txt or broken.txt: `=== name | field | field`, then the text. */
export interface CorpusCase {
  readonly name: string;
  readonly fields: readonly string[];
  readonly text: string;
}

export function readFixture(file: string): string {
  return readFileSync(new URL(`../../fixtures/syntax/${file}`, import.meta.url), "utf8");
}

export function readCorpus(file: string): CorpusCase[] {
  return readFixture(file)
    .split(/^=== /m)
    .slice(1)
    .map((piece) => {
      const [head = "", ...lines] = piece.replace(/\n$/, "").split("\n");
      const [name = "", ...fields] = head.split(" | ");
      return { name, fields, text: lines.join("\n") };
    });
}

/** Options as the corpus writes them: `as=cfa std.lv groups=2 group.equal=loadings,intercepts`. */
export function readOptions(field: string | undefined): ParseModelOptions {
  const given = new Map(
    (field ?? "").split(" ").map((option): [string, string] => {
      const at = option.indexOf("=");
      return at < 0 ? [option, "true"] : [option.slice(0, at), option.slice(at + 1)];
    }),
  );
  const flag = (name: string): boolean | undefined =>
    given.has(name) ? given.get(name) === "true" : undefined;
  const list = (name: string): string[] => given.get(name)?.split(",") ?? [];
  const meanStructure = flag("meanstructure");
  return {
    as: (given.get("as") ?? "sem") as ModelKind,
    stdLv: flag("std.lv") ?? false,
    orthogonal: flag("orthogonal") ?? false,
    fixedX: flag("fixed.x") ?? true,
    groups: [..."ABCDE"].slice(0, Number(given.get("groups") ?? 1)),
    groupEqual: list("group.equal") as GroupEqual[],
    groupPartial: list("group.partial"),
    ...(meanStructure === undefined ? {} : { meanStructure }),
  };
}
