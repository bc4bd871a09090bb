/** Every suite, in the order of the report. */
export const SUITE_ORDER: readonly string[] = ["solver", "batch", "fit", "scale", "accuracy", "start"];
