/** A sentence out of a phrase of the library: a capital first letter, unless a file's name comes first, and a full stop. */
export function sentence(phrase: string): string {
  const isWord = /^\p{Ll}+(?=[\s'’])/u.test(phrase);
  const start = isWord ? phrase[0]!.toUpperCase() : (phrase[0] ?? "");
  return `${start}${phrase.slice(1)}${phrase === "" || /[.!?]$/.test(phrase) ? "" : "."}`;
}
