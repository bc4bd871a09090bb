import { expect, test } from "vitest";
import { decodeText } from "../../../src/data/decodeText.ts";

const TEXT = "größe,x\n1,2\n";
const utf16 = new Uint8Array(Buffer.from(`\uFEFF${TEXT}`, "utf16le"));

test.each([
  ["utf-8", new TextEncoder().encode(TEXT)],
  ["utf-8", new TextEncoder().encode(`\uFEFF${TEXT}`)],
  ["utf-16le", utf16],
  ["utf-16be", new Uint8Array(Buffer.from(utf16).swap16())],
  ["windows-1252", new Uint8Array(Buffer.from(TEXT, "latin1"))],
] as const)("%s is told by its bytes", (encoding, bytes) => {
  expect(decodeText(bytes)).toEqual({ text: TEXT, encoding });
});

test("bytes of zero are no text, and nothing is an empty one", () => {
  expect(decodeText(new Uint8Array([80, 75, 3, 4, 0, 0]))).toBeUndefined();
  expect(decodeText(new Uint8Array())).toEqual({ text: "", encoding: "utf-8" });
});
