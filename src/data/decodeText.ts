export interface DecodedText {
  readonly text: string;
  readonly encoding: "utf-8" | "utf-16le" | "utf-16be" | "windows-1252";
}

/** What to do about a file that is no text. */
export const EXPORT_ADVICE = "Spreadsheets and files of statistics programs must be exported as CSV first.";

/**
 * The text of a file: UTF-16 where a byte order mark says so, else UTF-8, else Windows-1252, in which every byte means
 * something. A byte order mark is no part of the text. `undefined` for what is no text: it has bytes of zero.
 */
export function decodeText(bytes: Uint8Array): DecodedText | undefined {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return decodeAs("utf-16le", bytes);
  if (first === 0xfe && second === 0xff) return decodeAs("utf-16be", bytes);
  if (bytes.includes(0)) return undefined;
  try {
    return decodeAs("utf-8", bytes);
  } catch {
    return decodeAs("windows-1252", bytes);
  }
}

function decodeAs(encoding: DecodedText["encoding"], bytes: Uint8Array): DecodedText {
  return { text: new TextDecoder(encoding, { fatal: encoding === "utf-8" }).decode(bytes), encoding };
}
