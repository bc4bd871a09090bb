import { type Code, type Expression, type Local, ValueTypes } from "./code.ts";
import type { KernelMemory } from "./layout.ts";
import { PAIR } from "./straightLine.ts";

/** A row i of the triangle while it is worked on. */
interface Row {
  readonly number: number;
  /** Address of its entries. */
  readonly entries: number;
  readonly locals: RowLocals;
}

interface RowLocals {
  /** What the update and the product need of the row: p_i, q_i, g_i; the sum u_i; the entry at hand. */
  readonly stepFactor: Local;
  readonly changeFactor: Local;
  readonly gradient: Local;
  readonly sum: Local;
  readonly entry: Local;
}

/** s_j, (Hy)_j and g_j of the column at hand. */
interface Column {
  readonly step: Local;
  readonly change: Local;
  readonly gradient: Local;
}

/**
 * Writes H ← H + p sᵀ + q (Hy)ᵀ, u = H g for the trial gradient g, in one pass over the triangle of H.
 *
 * Rows go in pairs, so that what belongs to a column is read and written once for two of its entries; the loops over
 * columns stand one after the other, because then every address but the column's is a constant.
 */
export class UpdatedProduct {
  readonly #place: Local;
  readonly #column: Column;
  readonly #rows: readonly RowLocals[];

  constructor(
    private readonly code: Code,
    private readonly memory: KernelMemory,
  ) {
    const pair = (): Local => code.local(ValueTypes.pair);
    this.#place = code.local(ValueTypes.i32);
    this.#column = { step: pair(), change: pair(), gradient: pair() };
    this.#rows = [0, 1].map(() => ({
      stepFactor: pair(),
      changeFactor: pair(),
      gradient: pair(),
      sum: pair(),
      entry: pair(),
    }));
  }

  write(): void {
    const { t } = this.memory;
    if (t % 2 === 1) this.#rowsFrom(0, 1);
    for (let first = t % 2; first < t; first += 2) this.#rowsFrom(first, 2);
  }

  #rowsFrom(first: number, count: number): void {
    const { code, memory } = this;
    const rows = this.#rows.slice(0, count).map((locals, r): Row => {
      const number = first + r;
      return { locals, number, entries: memory.inverseHessian + PAIR * ((number * (number + 1)) / 2) };
    });
    for (const row of rows) this.#begin(row);
    if (first > 0) {
      code.set(this.#place, code.i32(0));
      code.loop(this.#place, PAIR, code.i32(PAIR * first), () => {
        this.#readColumn(this.#place.get, 0);
        for (const row of rows) this.#visit(row, this.#place.get, 0);
        const product = rows.reduce<Expression>(
          (sum, { locals: { entry, gradient } }) =>
            code.pair("add", sum, code.pair("multiply", entry.get, gradient.get)),
          code.load(this.#place.get, memory.product),
        );
        code.store(this.#place.get, memory.product, product);
      });
    }
    this.#diagonalBlock(rows);
    for (const { number, locals } of rows) {
      code.store(code.i32(0), memory.product + PAIR * number, locals.sum.get);
    }
  }

  #begin({ number, locals: { stepFactor, changeFactor, gradient, sum } }: Row): void {
    const { code, memory } = this;
    const at = (array: number): Expression => code.load(code.i32(0), array + PAIR * number);
    code.set(stepFactor, at(memory.stepFactor));
    code.set(changeFactor, at(memory.changeFactor));
    code.set(gradient, at(memory.trialGradient));
    code.set(sum, code.constant(0));
  }

  #readColumn(place: Expression, offset: number): void {
    const { code, memory } = this;
    code.set(this.#column.step, code.load(place, memory.step + offset));
    code.set(this.#column.change, code.load(place, memory.change + offset));
    code.set(this.#column.gradient, code.load(place, memory.trialGradient + offset));
  }

  /** The entry of a row in the column that was read: its update, and its share in the row's sum. */
  #visit({ entries, locals }: Row, place: Expression, offset: number): void {
    const { code } = this;
    const { stepFactor, changeFactor, sum, entry } = locals;
    const { step, change, gradient } = this.#column;
    const update = code.pair(
      "add",
      code.pair("multiply", stepFactor.get, step.get),
      code.pair("multiply", changeFactor.get, change.get),
    );
    code.set(entry, code.pair("add", code.load(place, entries + offset), update));
    code.store(place, entries + offset, entry.get);
    code.set(sum, code.pair("add", sum.get, code.pair("multiply", entry.get, gradient.get)));
  }

  /** Where rows meet their own columns: an entry below the diagonal belongs to the sums of two rows. */
  #diagonalBlock(rows: readonly Row[]): void {
    const { code } = this;
    rows.forEach((own, c) => {
      this.#readColumn(code.i32(0), PAIR * own.number);
      rows.slice(c).forEach((row, below) => {
        this.#visit(row, code.i32(0), PAIR * own.number);
        if (below === 0) return;
        const { entry, gradient } = row.locals;
        const { sum } = own.locals;
        code.set(sum, code.pair("add", sum.get, code.pair("multiply", entry.get, gradient.get)));
      });
    });
  }
}
