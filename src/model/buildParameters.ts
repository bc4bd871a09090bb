import { modelError, placeOf, rowName, type DraftRow } from "./buildDraft.ts";
import type { Position } from "./syntax/tokens.ts";
import { FIXED, type Parameter } from "./model.ts";

/** Rows that share one value. */
export interface ParameterClass {
  readonly rows: number[];
  /** The value of all rows where any of them is fixed; NaN for a moment of the sample. */
  fixed: number | undefined;
  lower: number;
  upper: number;
}

/** The rows sorted into classes; `merge` and `fix` keep the classes consistent. */
export class ParameterClasses {
  readonly #draft: readonly DraftRow[];
  readonly #classOf: ParameterClass[];
  readonly #byName = new Map<string, number>();

  /** Starts from rows with equal keys. Throws ModelError where such rows are fixed at different values. */
  constructor(rows: readonly DraftRow[]) {
    this.#draft = rows;
    this.#classOf = rows.map((row, index) => ({
      rows: [index],
      fixed: row.free ? undefined : row.value,
      lower: row.lower,
      upper: row.upper,
    }));
    const firstOf = new Map<string, number>();
    rows.forEach((row, index) => {
      const first = firstOf.get(row.key);
      if (first === undefined) firstOf.set(row.key, index);
      else this.merge(first, index);
    });
    this.labels.forEach((label, index) => {
      if (label !== "" && !this.#byName.has(label)) this.#byName.set(label, index);
    });
  }

  /** The user's labels; a row that shares its parameter without a label bears `.pN.`, N the first such row. */
  get labels(): string[] {
    return this.#draft.map((row, index) => {
      const { rows, fixed } = this.#classOf[index]!;
      return row.label === "" && rows.length > 1 && fixed === undefined ? `.p${rows[0]! + 1}.` : row.label;
    });
  }

  /** The labels, for suggestions. */
  get names(): IterableIterator<string> {
    return this.#byName.keys();
  }

  /** A row that bears this label; lavaan's `.pN.` is row N. */
  rowOf(name: string): number | undefined {
    const labelled = this.#byName.get(name);
    if (labelled !== undefined) return labelled;
    const index = Number(/^\.p(\d+)\.$/.exec(name)?.[1]) - 1;
    return index >= 0 && index < this.#draft.length ? index : undefined;
  }

  of(row: number): ParameterClass {
    return this.#classOf[row]!;
  }

  /** Makes the parameters of two rows one. */
  merge(first: number, second: number): void {
    const [kept, other] = [this.of(first), this.of(second)];
    if (kept === other) return;
    if (kept.fixed !== undefined && other.fixed !== undefined && kept.fixed !== other.fixed) {
      throw this.#conflict(first, second, kept.fixed, other.fixed);
    }
    kept.fixed ??= other.fixed;
    kept.rows.push(...other.rows);
    kept.rows.sort((a, b) => a - b);
    for (const row of other.rows) this.#classOf[row] = kept;
    this.bound(first, other.lower, other.upper);
  }

  /** Narrows the bounds of a row's parameter. */
  bound(row: number, lower: number, upper: number, position?: Position): void {
    const parameter = this.of(row);
    parameter.lower = Math.max(parameter.lower, lower);
    parameter.upper = Math.min(parameter.upper, upper);
    if (parameter.lower <= parameter.upper) return;
    const { lower: low, upper: high } = parameter;
    throw modelError(
      `The bounds of "${this.#nameOf(row)}" exclude each other: at least ${low} and at most ${high}.`,
      "Remove one of the bounds.",
      position ?? this.#draft[row]!.position,
    );
  }

  /** The free parameters in the order of their first rows, and each row's index into them. */
  numbered(): { parameters: Parameter[]; indices: number[] } {
    const parameters: Parameter[] = [];
    const numberOf = new Map<ParameterClass, number>();
    const indices = this.#classOf.map((parameter, row) => {
      if (parameter.fixed !== undefined) return FIXED;
      const known = numberOf.get(parameter);
      if (known !== undefined) return known;
      const start = parameter.rows
        .map((member) => this.#draft[member]!.start)
        .find((value) => value !== undefined);
      const { lower, upper } = parameter;
      numberOf.set(parameter, parameters.length);
      return parameters.push({ name: this.#nameOf(row), start, lower, upper }) - 1;
    });
    return { parameters, indices };
  }

  #nameOf(row: number): string {
    const { rows } = this.of(row);
    const labelled = rows.map((member) => this.#draft[member]!).find((member) => member.label !== "");
    if (labelled) return labelled.label;
    const first = this.#draft[rows[0]!]!;
    return rowName(first, first.group);
  }

  #conflict(first: number, second: number, value: number, other: number): Error {
    const [a, b] = [this.#draft[first]!, this.#draft[second]!];
    const sample = (fixed: number): string => (Number.isNaN(fixed) ? "the sample's value" : String(fixed));
    return modelError(
      `${rowName(a, a.group)}${placeOf(a.position)} and ${rowName(b, b.group)} are set equal, but are fixed at ${sample(value)} and ` +
        `${sample(other)}.`,
      "Fix both at one value, give them different labels, or except them from groupEqual (groupPartial).",
      b.position,
    );
  }
}
