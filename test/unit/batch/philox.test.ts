import { expect, test } from "vitest";
import { multiplyHigh, philox, RandomStream } from "../../../src/engine/batch/random/philox.ts";

const hex = (words: ArrayLike<number>): string =>
  Array.from(words, (word) => word.toString(16).padStart(8, "0")).join(" ");

test.each([
  // The known answers of Random123's kat_vectors for philox4x32-10.
  [[0, 0, 0, 0], [0, 0], "6627e8d5 e169c58d bc57ac4c 9b00dbd8"],
  [
    [0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff],
    [0xffffffff, 0xffffffff],
    "408f276d 41c83b0e a20bc7c6 6d5451fd",
  ],
  [
    [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344],
    [0xa4093822, 0x299f31d0],
    "d16cfe09 94fdcceb 5001e420 24126ea1",
  ],
] as const)("philox %#", (counter, key, expected) => {
  const out = new Uint32Array(4);
  philox(counter, key, out);
  expect(hex(out)).toBe(expected);
});

test("the high word of a product is exact", () => {
  for (const [a, b] of [
    [0xffffffff, 0xffffffff],
    [0xd2511f53, 0x80000001],
    [3, 0x55555556],
    [0, 7],
  ] as const) {
    expect(multiplyHigh(a, b)).toBe(Number((BigInt(a) * BigInt(b)) >> 32n));
  }
});

test("streams are uniform, normal, repeatable and apart", () => {
  const draw = (seed: number, replicate: number, stream: number): number[] => {
    const random = new RandomStream(seed, replicate, stream);
    return Array.from({ length: 20_000 }, () => random.uniform());
  };
  const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
  const first = draw(1, 0, 0);
  expect(draw(1, 0, 0)).toEqual(first);
  for (const other of [draw(2, 0, 0), draw(1, 1, 0), draw(1, 0, 1), draw(2 ** 40, 0, 0)]) {
    expect(other.slice(0, 4)).not.toEqual(first.slice(0, 4));
    // Four standard errors of the correlation of 20,000 independent pairs.
    const correlation = mean(other.map((value, i) => (value - 0.5) * (first[i]! - 0.5))) * 12;
    expect(Math.abs(correlation)).toBeLessThan(4 / Math.sqrt(20_000));
  }
  // Four standard errors of a mean of uniforms.
  expect(Math.abs(mean(first) - 0.5)).toBeLessThan(4 * Math.sqrt(1 / 12 / 20_000));
  const random = new RandomStream(5, 0, 0);
  const normals = Array.from({ length: 20_000 }, () => random.normal());
  expect(Math.abs(mean(normals))).toBeLessThan(4 / Math.sqrt(20_000));
  expect(Math.abs(mean(normals.map((z) => z * z)) - 1)).toBeLessThan(4 * Math.sqrt(2 / 20_000));
  expect(Math.abs(mean(normals.map((z) => z ** 4)) - 3)).toBeLessThan(4 * Math.sqrt(96 / 20_000));
});
