/** Longer names are compared by case alone: nobody mistypes them, and the table of distances would be large. */
const LONGEST = 60;

/**
 * The candidate nearest to a name, or `undefined` where none is near enough to be a slip of the pen: a difference in
 * case alone, or else at most a third of the letters (one in short names) added, left out, changed or swapped.
 */
export function nearest(name: string, candidates: Iterable<string>): string | undefined {
  let best: string | undefined;
  const most = name.length > LONGEST || name.length === 1 ? 0 : Math.max(1, Math.floor(name.length / 3));
  let bestDistance = most + 1;
  for (const candidate of candidates) {
    if (candidate === name || Math.abs(candidate.length - name.length) >= bestDistance) continue;
    const sameLetters = candidate.toLowerCase() === name.toLowerCase();
    const distance = sameLetters ? 0 : most === 0 ? 1 : editDistance(name, candidate);
    if (distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

/** ` Did you mean "x1"?`, or an empty text where nothing is near. */
export function didYouMean(name: string, candidates: Iterable<string>): string {
  const candidate = nearest(name, candidates);
  return candidate === undefined ? "" : ` Did you mean "${candidate}"?`;
}

/** Optimal string alignment: Levenshtein's distance where swapping two neighbours also counts one. */
function editDistance(from: string, to: string): number {
  let before: number[] = [];
  let previous = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let row = 1; row <= from.length; row++) {
    const current = [row];
    for (let column = 1; column <= to.length; column++) {
      const isSame = from[row - 1] === to[column - 1];
      const isSwap =
        row > 1 && column > 1 && from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1];
      current.push(
        Math.min(
          previous[column - 1]! + (isSame ? 0 : 1),
          previous[column]! + 1,
          current[column - 1]! + 1,
          isSwap ? before[column - 2]! + 1 : Number.POSITIVE_INFINITY,
        ),
      );
    }
    [before, previous] = [previous, current];
  }
  return previous[to.length]!;
}
