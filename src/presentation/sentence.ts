/** A sentence out of a phrase of the library: a capital first letter and a full stop. */
export function sentence(phrase: string): string {
  if (phrase === "") return "";
  return `${phrase[0]!.toUpperCase()}${phrase.slice(1)}${/[.!?]$/.test(phrase) ? "" : "."}`;
}
