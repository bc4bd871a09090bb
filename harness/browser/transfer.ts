/**
 * JSON that carries what plain JSON loses: typed arrays, NaN, ±Infinity, −0, undefined and BigInt.
 * Used on both sides of every trip between Node and a page.
 */
const ARRAYS = { Float64Array, Float32Array, Uint32Array, Int32Array, Uint16Array, Uint8Array } as const;
type ArrayName = keyof typeof ARRAYS;

/** The text of a value. @throws TypeError for functions and symbols, which have none. */
export function encode(value: unknown): string {
  return JSON.stringify(pack(value));
}

/** The value of a text made by `encode`. */
export function decode(text: string): unknown {
  return unpack(JSON.parse(text));
}

function pack(value: unknown): unknown {
  if (typeof value === "number") {
    return Number.isFinite(value) && !Object.is(value, -0)
      ? value
      : { $: "number", text: Object.is(value, -0) ? "-0" : String(value) };
  }
  if (value === undefined) return { $: "undefined" };
  if (typeof value === "bigint") return { $: "bigint", text: String(value) };
  if (typeof value === "function" || typeof value === "symbol")
    throw new TypeError(`cannot carry a ${typeof value}`);
  if (typeof value !== "object" || value === null) return value;
  if (ArrayBuffer.isView(value)) return packArray(value);
  if (Array.isArray(value)) return value.map(pack);
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, pack(entry)]));
}

function packArray(view: ArrayBufferView): unknown {
  const name = view.constructor.name;
  if (!(name in ARRAYS)) throw new TypeError(`cannot carry a ${name}`);
  const bytes = new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
  const pieces: string[] = [];
  // Argument lists have a limit, so a large array is turned into text piece by piece.
  for (let at = 0; at < bytes.length; at += 8192) {
    pieces.push(String.fromCharCode(...bytes.subarray(at, at + 8192)));
  }
  return { $: name, base64: btoa(pieces.join("")) };
}

function unpack(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(unpack);
  const tagged = value as { $?: string; text?: string; base64?: string };
  if (tagged.$ === undefined) {
    return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, unpack(entry)]));
  }
  if (tagged.$ === "undefined") return undefined;
  if (tagged.$ === "number") return Number(tagged.text);
  if (tagged.$ === "bigint") return BigInt(tagged.text ?? "0");
  const bytes = Uint8Array.from(atob(tagged.base64 ?? ""), (letter) => letter.charCodeAt(0));
  return new ARRAYS[tagged.$ as ArrayName](bytes.buffer);
}
