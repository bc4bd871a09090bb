import { DataError, ModelError, ModelSyntaxError, SemnanError, UnsupportedError } from "../errors.ts";

/** The names of the two files a command was given, as the user wrote them. */
export interface FileNames {
  readonly model?: string;
  readonly data?: string;
}

/** An error as plain values, so that it can leave a page. */
export interface ErrorReport {
  readonly message: string;
  readonly advice: string;
  readonly line?: number | undefined;
  readonly column?: number | undefined;
  /** Which of the files it speaks of. */
  readonly file?: keyof FileNames | undefined;
}

/** What an error says to the user; errors of ours name their file and what to do. */
export function reportError(error: unknown): ErrorReport {
  if (!(error instanceof SemnanError)) {
    const message = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    return {
      message: `something went wrong inside semnan (${message})`,
      advice:
        "This is a mistake of ours: please report it together with the model and, if you may, the data.",
    };
  }
  const { message, advice } = error;
  const place = "line" in error && !("label" in error) ? (error as { line?: number; column?: number }) : {};
  return { message, advice, line: place.line, column: place.column, file: fileOf(error) };
}

function fileOf(error: SemnanError): keyof FileNames | undefined {
  if (error instanceof DataError) return "data";
  const speaksOfModel =
    error instanceof ModelSyntaxError || error instanceof ModelError || error instanceof UnsupportedError;
  return speaksOfModel ? "model" : undefined;
}

/** `file:line:column: message`, and the advice on a line of its own. */
export function formatComplaint(
  { message, advice, line, column, file }: ErrorReport,
  files: FileNames,
): string {
  const name = file === undefined ? undefined : files[file];
  const place =
    name === undefined ? "semnan" : [name, line, column].filter((part) => part !== undefined).join(":");
  return `${place}: ${message}\n  ${advice}\n`;
}
