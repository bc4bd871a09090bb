/**
 * Philox4x32-10 (Salmon, Moraes, Dror and Shaw 2011, doi:10.1145/2063384.2063405): a counter-based generator.
 *
 * Block `block` of stream `stream` of replicate `replicate` is a pure function of these numbers and the seed, so any
 * replicate can be drawn alone, on any machine, in any order, and is always the same.
 */
export const PHILOX = {
  rounds: 10,
  multipliers: [0xd2511f53, 0xcd9e8d57],
  weyl: [0x9e3779b9, 0xbb67ae85],
} as const;

/** A seed as the generator's key: two 32-bit words of an integer in 0 … 2⁵³ − 1. */
export function seedKey(seed: number): readonly [number, number] {
  return [seed >>> 0, Math.floor(seed / 2 ** 32) >>> 0];
}

/** The high word of a 32×32-bit product. */
export function multiplyHigh(a: number, b: number): number {
  const low = (a & 0xffff) * b;
  const high = (a >>> 16) * b;
  return Math.floor((high + Math.floor(low / 0x10000)) / 0x10000);
}

/** Writes four random 32-bit words for a counter and a key. */
export function philox(
  counter: readonly [number, number, number, number],
  [firstKey, secondKey]: readonly [number, number],
  out: Uint32Array,
): void {
  let [c0, c1, c2, c3] = counter;
  let k0 = firstKey;
  let k1 = secondKey;
  const [m0, m1] = PHILOX.multipliers;
  for (let round = 0; round < PHILOX.rounds; round++) {
    const high0 = multiplyHigh(m0, c0);
    const high1 = multiplyHigh(m1, c2);
    const low0 = Math.imul(m0, c0) >>> 0;
    const low1 = Math.imul(m1, c2) >>> 0;
    c0 = (high1 ^ c1 ^ k0) >>> 0;
    c1 = low1;
    c2 = (high0 ^ c3 ^ k1) >>> 0;
    c3 = low0;
    k0 = (k0 + PHILOX.weyl[0]) >>> 0;
    k1 = (k1 + PHILOX.weyl[1]) >>> 0;
  }
  out[0] = c0;
  out[1] = c1;
  out[2] = c2;
  out[3] = c3;
}

/** What a replicate's random numbers are used for; streams never overlap. Group g of case resampling is stream g. */
export const STREAMS = { rows: 0, normals: 0x10000, starts: 0x20000, cases: 0x30000 } as const;

/** The random numbers of one stream of one replicate, in order. */
export class RandomStream {
  readonly #words = new Uint32Array(4);
  readonly #key: readonly [number, number];
  #block = 0;
  #used = 4;
  #spareNormal = NaN;

  constructor(
    seed: number,
    private readonly replicate: number,
    private readonly stream: number,
  ) {
    this.#key = seedKey(seed);
  }

  /** A uniform 32-bit word. */
  word(): number {
    if (this.#used === 4) {
      philox([this.#block++, this.replicate, this.stream, 0], this.#key, this.#words);
      this.#used = 0;
    }
    return this.#words[this.#used++]!;
  }

  /** An integer in 0 … n − 1 for n ≤ 2²¹; its bias, n / 2³², is below 5e-4 of one case in a million. */
  index(n: number): number {
    return Math.floor((this.word() * n) / 2 ** 32);
  }

  /** A uniform number in (0, 1) with 53 bits, never 0 or 1. */
  uniform(): number {
    const high = this.word() >>> 5;
    const low = this.word() >>> 6;
    return (high * 2 ** 26 + low + 0.5) / 2 ** 53;
  }

  /** A standard normal number (Box and Muller 1958, doi:10.1214/aoms/1177706645). */
  normal(): number {
    if (!Number.isNaN(this.#spareNormal)) {
      const spare = this.#spareNormal;
      this.#spareNormal = NaN;
      return spare;
    }
    const radius = Math.sqrt(-2 * Math.log(this.uniform()));
    const angle = 2 * Math.PI * this.uniform();
    this.#spareNormal = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  }
}
