/** Operations of straight-line code that shader compilers take a second or so for. */
export const MOST_OPERATIONS = 20_000;
/** WGSL grants a kernel this many bytes of private variables. */
export const PRIVATE_BYTES = 8192;

/** Bytes of private variables of `quasi_newton`: ten vectors of t, the m numbers of a sample, a triangle of H, scalars. */
export function privateBytes(t: number, m: number): number {
  return 4 * (10 * t + m + (t * (t + 1)) / 2 + 4);
}
