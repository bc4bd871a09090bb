import {
  BackendUnavailableError,
  DataError,
  DeviceLostError,
  ModelError,
  ModelSyntaxError,
  OptionError,
  SemnanError,
  UnsupportedError,
} from "../../errors.ts";
import type { Failure } from "./protocol.ts";

/** An error as plain data. */
export function toFailure(thrown: unknown): Failure {
  const { name, message } = thrown instanceof Error ? thrown : new Error(String(thrown));
  const { advice, line, column } = thrown as Partial<Failure>;
  return {
    name,
    message,
    ...(typeof advice === "string" && { advice }),
    ...(typeof line === "number" && { line }),
    ...(typeof column === "number" && { column }),
  };
}

const CLASSES = {
  ModelError,
  UnsupportedError,
  OptionError,
  BackendUnavailableError,
  DeviceLostError,
} as const;

/** The error that a failure stands for, of the class that was thrown where that is one of ours. */
export function fromFailure({ name, message, advice, line, column }: Failure): Error {
  if (name === "AbortError") return new DOMException(message, name);
  if (advice === undefined) return Object.assign(new Error(message), { name });
  if (name === "ModelSyntaxError") return new ModelSyntaxError(message, advice, line ?? 1, column ?? 1);
  if (name === "DataError") return new DataError(message, advice, line, column);
  if (name in CLASSES) return new CLASSES[name as keyof typeof CLASSES](message, advice);
  return new SemnanError(message, advice);
}
