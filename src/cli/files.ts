import { access, constants, readFile } from "node:fs/promises";
import { dirname } from "node:path";
import { text as readAll } from "node:stream/consumers";
import { OptionError, SemnanError } from "../errors.ts";

/** How a file is named in messages. */
export function displayName(path: string): string {
  return path === "-" ? "<stdin>" : path;
}

/**
 * The text of a file, or of standard input for `-`. UTF-8, UTF-16 with a byte order mark, else Windows-1252.
 *
 * @throws SemnanError where it cannot be read or holds no text.
 */
export async function readText(path: string): Promise<string> {
  if (path === "-") return readAll(process.stdin);
  const bytes = await readFile(path).catch((error: NodeJS.ErrnoException) => {
    throw new SemnanError(`${path}: ${REASONS[error.code ?? ""] ?? error.message}`, "Check the path.");
  });
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return new TextDecoder("utf-16le").decode(bytes);
  if (bytes.includes(0)) {
    throw new SemnanError(
      `${path}: this is not a text file`,
      "Spreadsheets and files of statistics programs must be exported as CSV first.",
    );
  }
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder("windows-1252").decode(bytes);
  }
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: "there is no such file",
  EISDIR: "this is a folder, not a file",
  EACCES: "it may not be read",
};

/** @throws OptionError, before any work is done, where a result file could not be written at the end. */
export async function requireWritable(path: string): Promise<void> {
  await access(dirname(path), constants.W_OK).catch(() => {
    throw new OptionError(
      `the folder of ${path} does not exist or cannot be written`,
      "Choose another file.",
    );
  });
}
