import { describe, expect, it } from "vitest";
import { SemnanError } from "../../../src/errors.ts";
import { FIXED } from "../../../src/model/model.ts";
import { parseModel } from "../../../src/model/parseModel.ts";
import { readCorpus, readFixture, readOptions } from "./corpus.ts";

/** One row of tables.txt, which lavaan wrote. */
interface Row {
  readonly name: string;
  readonly text: string;
  readonly label: string;
  readonly free: number;
  readonly value: number;
  readonly lower: number;
  readonly upper: number;
}

function readTables(): Map<string, Row[]> {
  const number = (text: string): number =>
    text === "NA" ? Number.NaN : Number(text.replace("Inf", "Infinity"));
  return new Map(
    readFixture("tables.txt")
      .split(/^=== /m)
      .slice(1)
      .map((piece) => {
        const [name = "", ...lines] = piece.trimEnd().split("\n");
        const rows = lines.map((line): Row => {
          const [lhs, op, rhs, user, group, free, value, exo, label, lower, upper] = line.split("\t");
          const text = `${lhs} ${op} ${rhs}, group ${group}, user ${user}, exo ${exo}`;
          return {
            name: `${lhs}${op}${rhs}`,
            text,
            label: label!,
            free: Number(free),
            value: number(value!),
            lower: number(lower!),
            upper: number(upper!),
          };
        });
        return [name, rows];
      }),
  );
}

const valid = readCorpus("valid.txt");
const broken = readCorpus("broken.txt");
const tables = readTables();

describe("models that lavaan reads", () => {
  it("are many, and each has its table", () => {
    expect(valid.length + broken.length).toBeGreaterThanOrEqual(150);
    expect([...tables.keys()]).toEqual(valid.map(({ name }) => name));
  });

  it.each(valid)("$name", ({ name, fields, text }) => {
    const model = parseModel(text, readOptions(fields[0]));
    const expected = tables.get(name)!;
    const rows = model.rows.map(({ lhs, op, rhs, group, user, exogenous }) => {
      return `${lhs} ${op} ${rhs}, group ${group}, user ${Number(user)}, exo ${Number(exogenous)}`;
    });
    expect(rows).toEqual(expected.map((row) => row.text));
    expect(model.rows.map(({ label }) => label)).toEqual(expected.map(({ label }) => label));
    // lavaan numbers every free row; here rows with the same label share a number.
    const shared = new Map<string, number>();
    // equal("f=~x2") is printed as a label, though the row it names is called ".p2.".
    const named = new Map(expected.map((row) => [row.name, row.label]));
    expected.forEach(({ free, label, text, value, lower, upper }, index) => {
      const row = model.rows[index]!;
      if (free === 0) {
        expect(row.parameter, text).toBe(FIXED);
        // lavaan prints 15 digits.
        if (Number.isNaN(value)) expect(row.value, text).toBeNaN();
        else expect(row.value, text).toBeCloseTo(value, 13);
        return;
      }
      const key = label === "" ? `row ${index}` : (named.get(label) ?? label);
      if (!shared.has(key)) shared.set(key, shared.size);
      expect(row.parameter, text).toBe(shared.get(key));
      const parameter = model.parameters[row.parameter]!;
      if (!Number.isNaN(value)) expect(parameter.start, text).toBeCloseTo(value, 13);
      expect([parameter.lower, parameter.upper], text).toEqual([lower, upper]);
    });
    expect(model.parameters).toHaveLength(shared.size);
  });
});

describe("models that are broken", () => {
  it.each(broken)("$name", ({ fields, text }) => {
    const [error = "", place] = fields[0]!.split(" ");
    let thrown: unknown;
    try {
      parseModel(text, readOptions(fields[1]));
    } catch (caught) {
      thrown = caught;
    }
    expect(thrown).toBeInstanceOf(SemnanError);
    const { name, message, advice } = thrown as SemnanError;
    expect(name, message).toBe(error);
    expect(advice).not.toBe("");
    if (place === undefined) return;
    const { line, column } = thrown as { line?: number; column?: number };
    const found = `${line}:${column}`;
    expect(found, message).toBe(place);
  });
});
