import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { ModelError } from "../../../src/errors.ts";
import { FIXED } from "../../../src/model/model.ts";
import { impliedMoments, valuesAt } from "./implied.ts";
import { parseModel, type GroupEqual, type ModelKind } from "../../../src/model/parseModel.ts";

interface ReferenceParameter {
  readonly lhs: string;
  readonly op: string;
  readonly rhs: string;
  readonly label?: string;
  /** Absent in the 13_* files, which have the standard error (0 where fixed) instead. */
  readonly free?: number;
  readonly se?: number;
  readonly exo?: number;
  readonly est: number;
  readonly group?: number;
}

interface Moments {
  readonly names: readonly string[];
  readonly cov: readonly (readonly number[])[];
  readonly mean?: readonly number[];
}

interface Reference {
  readonly sample?: readonly Moments[];
  readonly implied?: readonly Moments[];
  readonly model: string;
  readonly lavaan_function: ModelKind;
  readonly options: Readonly<Record<string, unknown>>;
  readonly parameters: readonly ReferenceParameter[];
}

const folder = new URL("../../fixtures/reference/", import.meta.url);
const references = readdirSync(folder)
  .filter((name) => name.endsWith(".json"))
  .map((name) => ({
    name,
    reference: JSON.parse(readFileSync(new URL(name, folder), "utf8")) as Partial<Reference>,
  }))
  .filter((item): item is { name: string; reference: Reference } => item.reference.parameters !== undefined);

function parse(reference: Reference) {
  const { options, parameters } = reference;
  const groups = Math.max(1, ...parameters.map(({ group }) => group ?? 1));
  return parseModel(reference.model, {
    as: reference.lavaan_function,
    stdLv: options["std.lv"] === true,
    orthogonal: options["orthogonal"] === true,
    meanStructure: options["meanstructure"] === true,
    fixedX: options["fixed.x"] === true,
    groups: Array.from({ length: groups }, (_, index) => `group ${index + 1}`),
    groupEqual: [options["group.equal"]].flat() as GroupEqual[],
  });
}

describe("parameter tables of the reference", () => {
  it("finds the references", () => expect(references.length).toBeGreaterThan(30));

  it.each(references)("$name", ({ name, reference }) => {
    if (name.startsWith("09a")) {
      expect(() => parse(reference)).toThrow(ModelError);
      expect(() => parse(reference)).toThrow(/FGenAsp → RGenAsp|RGenAsp → FGenAsp/);
      return;
    }
    const model = parse(reference);
    // lavaan lists each equality that a shared label implies as a row of its own; here the rows share a parameter.
    const expected = reference.parameters.filter(({ lhs, op }) => !(op === "==" && lhs.startsWith(".p")));
    expect(model.rows.map(({ lhs, op, rhs }) => `${lhs} ${op} ${rhs}`)).toEqual(
      expected.map(({ lhs, op, rhs }) => `${lhs} ${op} ${rhs}`),
    );
    expect(model.rows.map(({ label }) => label)).toEqual(expected.map(({ label }) => label ?? ""));
    expect(model.rows.map(({ exogenous }) => Number(exogenous))).toEqual(expected.map(({ exo }) => exo ?? 0));
    expect(model.rows.map(({ group }) => group)).toEqual(
      expected.map(({ group, op }) => group ?? (op === ":=" ? 0 : 1)),
    );
    const rows = model.rows.filter(({ op }) => op !== ":=");
    const tables = expected
      .filter(({ op }) => op !== ":=")
      .map(({ label = "", free, se, est }) => ({ label, free: free ?? se!, est }));
    expect(rows.map(({ parameter }) => parameter !== FIXED)).toEqual(tables.map(({ free }) => free > 0));
    rows.forEach((row, index) => {
      if (row.parameter === FIXED && !row.exogenous) expect(row.value).toBe(tables[index]!.est);
    });
    const shared = new Map<string, number>();
    const numbering = tables.map(({ free, label }, index) => {
      if (free === 0) return FIXED;
      const key = label === "" ? `row ${index}` : label;
      if (!shared.has(key)) shared.set(key, shared.size);
      return shared.get(key);
    });
    expect(rows.map(({ parameter }) => parameter)).toEqual(numbering);
    expect(model.parameters).toHaveLength(shared.size);
  });
});

describe("structures of the reference", () => {
  const withMoments = references.filter(
    ({ name, reference }) => !name.startsWith("09a") && reference.implied?.[0]?.names && reference.sample,
  );

  it("finds the references", () => expect(withMoments.length).toBeGreaterThan(15));

  it.each(withMoments)("$name: Σ and μ at lavaan's estimates", ({ reference }) => {
    const model = parse(reference);
    const theta: number[] = [];
    const estimates = reference.parameters.filter(({ lhs, op }) => !(op === "==" && lhs.startsWith(".p")));
    model.rows.forEach((row, index) => {
      if (row.parameter !== FIXED) theta[row.parameter] = estimates[index]!.est;
    });
    model.structures.forEach((structure, group) => {
      const sample = reference.sample![group]!;
      const expected = reference.implied![group]!;
      const at = (name: string): number => sample.names.indexOf(name);
      const valueOf = valuesAt(structure, theta, (row, column) =>
        row === "" ? sample.mean![at(column)]! : sample.cov[at(row)]![at(column)]!,
      );
      const { names, covariance, mean } = impliedMoments(structure, valueOf);
      expect(names).toEqual(expected.names);
      // Both sides are float64 sums of at most a few thousand products of numbers of this size.
      const size = Math.max(...expected.cov.flat().map(Math.abs));
      covariance.forEach((row, i) =>
        row.forEach((value, j) => expect(Math.abs(value - expected.cov[i]![j]!)).toBeLessThan(1e-12 * size)),
      );
      if (!model.meanStructure) return;
      mean.forEach((value, i) => expect(value).toBeCloseTo(expected.mean![i]!, 10));
    });
  });
});
