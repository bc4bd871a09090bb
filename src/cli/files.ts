import { access, constants, readFile } from "node:fs/promises";
import { dirname } from "node:path";
import { text as readAll } from "node:stream/consumers";
import { decodeText, EXPORT_ADVICE } from "../data/decodeText.ts";
import { OptionError, SemnanError } from "../errors.ts";

/** How a file is named in messages. */
export function displayName(path: string): string {
  return path === "-" ? "<stdin>" : path;
}

/**
 * The text of a file in any encoding of `decodeText`, or of standard input for `-`.
 *
 * @throws SemnanError where it cannot be read or holds no text.
 */
export async function readText(path: string): Promise<string> {
  if (path === "-") return readAll(process.stdin);
  const bytes = await readFile(path).catch((error: NodeJS.ErrnoException) => {
    throw new SemnanError(`${path}: ${REASONS[error.code ?? ""] ?? error.message}`, "Check the path.");
  });
  const decoded = decodeText(bytes);
  if (decoded) return decoded.text;
  throw new SemnanError(`${path}: this is not a text file`, EXPORT_ADVICE);
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
