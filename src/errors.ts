/**
 * Every failure that a user can cause or meet has a named class here.
 * `message` says what happened, `advice` what to do about it.
 */
export class SemnanError extends Error {
  override readonly name: string = "SemnanError";
  constructor(
    message: string,
    readonly advice: string,
  ) {
    super(message);
  }
}

/** A model text that cannot be read. `line` and `column` are 1-based and point at the offending character. */
export class ModelSyntaxError extends SemnanError {
  override readonly name = "ModelSyntaxError";
  constructor(
    message: string,
    advice: string,
    readonly line: number,
    readonly column: number,
  ) {
    super(message, advice);
  }
}

/**
 * A model that can be read but not fitted: a cycle, an unknown name, a variable without an error source.
 * `line` and `column` (1-based) point into the model text where that is known.
 */
export class ModelError extends SemnanError {
  override readonly name = "ModelError";
  constructor(
    message: string,
    advice: string,
    readonly line?: number,
    readonly column?: number,
  ) {
    super(message, advice);
  }
}

/**
 * A feature of the model language that semnan knows by name and does not support.
 * `line` and `column` (1-based) point into the model text where that is known.
 */
export class UnsupportedError extends SemnanError {
  override readonly name = "UnsupportedError";
  constructor(
    message: string,
    advice: string,
    readonly line?: number,
    readonly column?: number,
  ) {
    super(message, advice);
  }
}

/** Data that cannot be used. `line` and `column` (1-based) point into the file where that is known. */
export class DataError extends SemnanError {
  override readonly name = "DataError";
  constructor(
    message: string,
    advice: string,
    readonly line?: number,
    readonly column?: number,
  ) {
    super(message, advice);
  }
}

/** An option with a value that is not allowed. */
export class OptionError extends SemnanError {
  override readonly name = "OptionError";
}

/** No usable WebGPU adapter, or no browser to find one in. */
export class BackendUnavailableError extends SemnanError {
  override readonly name = "BackendUnavailableError";
}

/** The GPU device was lost while work was under way. */
export class DeviceLostError extends SemnanError {
  override readonly name = "DeviceLostError";
}

/** A kernel that does not compile. `label`, `line` and `column` say where. */
export class ShaderError extends SemnanError {
  override readonly name = "ShaderError";
  constructor(
    message: string,
    advice: string,
    readonly label: string,
    readonly line: number,
    readonly column: number,
  ) {
    super(message, advice);
  }
}

/** A model that needs more of an adapter's resource than the adapter has. */
export class LimitError extends SemnanError {
  override readonly name = "LimitError";
  constructor(
    message: string,
    advice: string,
    readonly needed: number,
    readonly available: number,
  ) {
    super(message, advice);
  }
}
