import { PHILOX } from "../random/philox.ts";
import { Code, type Expression, type Local, ValueTypes } from "./code.ts";
import { PAIR } from "./straightLine.ts";

/** Words made at once: four blocks of four. */
export const DRAWS_AT_ONCE = 16;

/**
 * `drawRows(key0, key1, replicate, stream, rows, rowBytes, out)`: the row drawn for each of `rows` places, as its
 * offset in bytes (i32), from Philox blocks 0, 1, 2 … A quad holds the same word of four blocks. Places come by
 * `DRAWS_AT_ONCE`, so up to fifteen offsets more than asked for are written.
 */
export function drawRowsCode(): Code {
  const code = new Code(Array.from({ length: 7 }, () => ValueTypes.i32));
  const [key0, key1, replicate, stream, rows, rowBytes, out] = Array.from({ length: 7 }, (_, i) =>
    code.parameter(i),
  ) as [Local, Local, Local, Local, Local, Local, Local];
  const quads = (count: number): Local[] => Array.from({ length: count }, () => code.local(ValueTypes.quad));
  const splat = (value: Expression): Expression => code.quad("splat", value);
  const words = quads(4);
  const keys = quads(2);
  const halves = quads(4);
  const multipliers = quads(2);
  const [blocks] = quads(1) as [Local];
  const place = code.local(ValueTypes.i32);
  code.set(blocks, code.words([0, 1, 2, 3]));
  multipliers.forEach((each, i) => code.set(each, splat(code.i32(PHILOX.multipliers[i]!))));
  code.loop(place, DRAWS_AT_ONCE, rows.get, () => {
    [blocks.get, splat(replicate.get), splat(stream.get), splat(code.i32(0))].forEach((value, i) =>
      code.set(words[i]!, value),
    );
    [key0.get, key1.get].forEach((value, i) => code.set(keys[i]!, splat(value)));
    for (let round = 0; round < PHILOX.rounds; round++) philoxRound(code, words, keys, multipliers, halves);
    for (const word of words) {
      // ⌊u rows / 2³²⌋ rowBytes.
      multiplyWide(code, halves, word, splat(rows.get));
      code.set(word, code.quad("multiply", highWords(code, halves), splat(rowBytes.get)));
    }
    inOrder(code, words).forEach((quad, block) => code.store(out.get, 16 * block, quad));
    code.set(out, code.plain("i32Add", out.get, code.i32(4 * DRAWS_AT_ONCE)));
    code.set(blocks, code.quad("add", blocks.get, splat(code.i32(4))));
  });
  return code;
}

/** Both halves of the 64-bit products of two quads. */
function multiplyWide(code: Code, halves: readonly Local[], quad: Local, factor: Expression): void {
  code.set(halves[0]!, code.quad("wideLow", quad.get, factor));
  code.set(halves[1]!, code.quad("wideHigh", quad.get, factor));
}

function lowWords(code: Code, [first, second]: readonly Local[]): Expression {
  return code.pickWords(first!.get, second!.get, [0, 2, 4, 6]);
}

function highWords(code: Code, [first, second]: readonly Local[]): Expression {
  return code.pickWords(first!.get, second!.get, [1, 3, 5, 7]);
}

function philoxRound(
  code: Code,
  words: readonly Local[],
  keys: readonly Local[],
  multipliers: readonly Local[],
  halves: readonly Local[],
): void {
  const [w0, w1, w2, w3] = words as [Local, Local, Local, Local];
  const [first, second] = [halves.slice(0, 2), halves.slice(2)];
  const mix = (product: readonly Local[], word: Local, key: Local): Expression =>
    code.quad("xor", code.quad("xor", highWords(code, product), word.get), key.get);
  multiplyWide(code, first, w0, multipliers[0]!.get);
  multiplyWide(code, second, w2, multipliers[1]!.get);
  code.set(w0, mix(second, w1, keys[0]!));
  code.set(w1, lowWords(code, second));
  code.set(w2, mix(first, w3, keys[1]!));
  code.set(w3, lowWords(code, first));
  keys.forEach((key, i) =>
    code.set(key, code.quad("add", key.get, code.quad("splat", code.i32(PHILOX.weyl[i]!)))),
  );
}

/** Quads of one word of four blocks, as quads of one block's four words. */
function inOrder(code: Code, [w0, w1, w2, w3]: readonly Local[]): Expression[] {
  const interleave = (a: Local, b: Local, first: 0 | 2): Expression =>
    code.pickWords(a.get, b.get, [first, first + 4, first + 1, first + 5]);
  return ([0, 2] as const).flatMap((first) => {
    const left = interleave(w0!, w1!, first);
    const right = interleave(w2!, w3!, first);
    return [code.pickWords(left, right, [0, 1, 4, 5]), code.pickWords(left, right, [2, 3, 6, 7])];
  });
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
  const end = code.plain("i32ShiftLeft", rows.get, code.i32(2));
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
