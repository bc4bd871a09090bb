/** Number of vec4f that hold `count` floats: matrices are stored four rows to a vector. */
export function quadsOf(count: number): number {
  return Math.ceil(count / 4);
}
