/** A predicted time in words, to two digits: "under a millisecond", "470 ms", "1.2 s". */
export function expectedTime(seconds: number): string {
  if (seconds < 0.001) return "under a millisecond";
  const short = (amount: number): string => Number(amount.toPrecision(2)).toLocaleString("en");
  return seconds < 1 ? `${short(1000 * seconds)} ms` : `${short(seconds)} s`;
}
