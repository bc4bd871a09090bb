/** Most variables that one workgroup of `sweep_inverse` inverts: four an invocation. */
export const MOST_SWEPT = 128;
