import { PHILOX } from "../random/philox.ts";
import { Code, type Expression, type Local, ValueTypes } from "./code.ts";
import { PAIR } from "./straightLine.ts";

/**
 * `drawRows(key0, key1, replicate, stream, rows, rowBytes, out)`: the row drawn for each of `rows` places, as its
 * offset in bytes (i32), from Philox blocks 0, 1, 2 … Writes up to three offsets more than asked for.
 */
export function drawRowsCode(): Code {
  const code = new Code(Array.from({ length: 7 }, () => ValueTypes.i32));
  const [key0, key1, replicate, stream, rows, rowBytes, out] = Array.from({ length: 7 }, (_, i) =>
    code.parameter(i),
  ) as [Local, Local, Local, Local, Local, Local, Local];
  const counter = Array.from({ length: 4 }, () => code.local(ValueTypes.i32));
  const keys = [code.local(ValueTypes.i32), code.local(ValueTypes.i32)];
  const products = [code.local(ValueTypes.i64), code.local(ValueTypes.i64)];
  const block = code.local(ValueTypes.i32);
  const place = code.local(ValueTypes.i32);
  code.loop(place, 4, rows.get, () => {
    [block.get, replicate.get, stream.get, code.i32(0)].forEach((value, i) => code.set(counter[i]!, value));
    [key0.get, key1.get].forEach((value, i) => code.set(keys[i]!, value));
    for (let round = 0; round < PHILOX.rounds; round++) philoxRound(code, counter, keys, products);
    for (const word of counter) {
      const row = high(code, wide(code, word.get, rows.get));
      code.storeI32(out.get, 0, code.plain("i32Multiply", row, rowBytes.get));
      code.set(out, code.plain("i32Add", out.get, code.i32(4)));
    }
    code.set(block, code.plain("i32Add", block.get, code.i32(1)));
  });
  return code;
}

function wide(code: Code, a: Expression, b: Expression): Expression {
  return code.plain("i64Multiply", code.plain("i64FromI32", a), code.plain("i64FromI32", b));
}

function high(code: Code, product: Expression): Expression {
  return code.plain("i32FromI64", code.plain("i64ShiftRight", product, code.i64(32)));
}

function philoxRound(
  code: Code,
  counter: readonly Local[],
  keys: readonly Local[],
  products: readonly Local[],
): void {
  const [c0, c1, c2, c3] = counter as [Local, Local, Local, Local];
  const [first, second] = products as [Local, Local];
  const mix = (product: Local, word: Local, key: Local): Expression =>
    code.plain("i32Xor", code.plain("i32Xor", high(code, product.get), word.get), key.get);
  code.set(first, wide(code, code.i32(PHILOX.multipliers[0]), c0.get));
  code.set(second, wide(code, code.i32(PHILOX.multipliers[1]), c2.get));
  code.set(c0, mix(second, c1, keys[0]!));
  code.set(c1, code.plain("i32FromI64", second.get));
  code.set(c2, mix(first, c3, keys[1]!));
  code.set(c3, code.plain("i32FromI64", first.get));
  keys.forEach((key, i) => code.set(key, code.plain("i32Add", key.get, code.i32(PHILOX.weyl[i]!))));
}

/** Pairs of columns summed in one pass over the rows: beyond seven V8's loop takes almost twice as long for each. */
const COLUMNS_AT_ONCE = 7;

/**
 * `sumRows(offsets, rows, table, out)`: column sums of the drawn rows of a table with a fixed number of column pairs,
 * each column added up in the order of the draws.
 */
export function sumRowsCode(columnPairs: number): Code {
  const code = new Code(Array.from({ length: 4 }, () => ValueTypes.i32));
  const [offsets, rows, table, out] = Array.from({ length: 4 }, (_, i) => code.parameter(i)) as [
    Local,
    Local,
    Local,
    Local,
  ];
  const sums = Array.from({ length: Math.min(columnPairs, COLUMNS_AT_ONCE) }, () =>
    code.local(ValueTypes.pair),
  );
  const place = code.local(ValueTypes.i32);
  const row = code.local(ValueTypes.i32);
  const end = code.plain("i32Multiply", rows.get, code.i32(4));
  for (let first = 0; first < columnPairs; first += COLUMNS_AT_ONCE) {
    const block = sums.slice(0, columnPairs - first);
    for (const sum of block) code.set(sum, code.constant(0));
    code.set(place, code.i32(0));
    code.loop(place, 4, end, () => {
      const offset = code.loadI32(code.plain("i32Add", offsets.get, place.get), 0);
      code.set(row, code.plain("i32Add", table.get, offset));
      block.forEach((sum, i) => {
        code.set(sum, code.pair("add", sum.get, code.load(row.get, PAIR * (first + i))));
      });
    });
    block.forEach((sum, i) => code.store(out.get, PAIR * (first + i), sum.get));
  }
  return code;
}
