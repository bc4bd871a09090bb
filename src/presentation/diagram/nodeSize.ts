import type { DiagramNode } from "./diagram.ts";

/** Size of the names in the nodes, in pixels; every other text is smaller. */
export const NAME_SIZE = 13;
export const LABEL_SIZE = 11;

const NARROW = new Set("iljtfrI.,:;'|!()[] 1");
const WIDE = new Set("mwMWQOG@%");

/** Width of a text in a usual sans-serif face, in pixels: an estimate that errs on the wide side. */
export function textWidth(text: string, size: number): number {
  let units = 0;
  for (const letter of text) {
    if (NARROW.has(letter)) units += 0.36;
    else if (WIDE.has(letter)) units += 0.88;
    else if (/\p{Lu}/u.test(letter)) units += 0.7;
    else units += letter.codePointAt(0)! > 0x2e80 ? 1 : 0.58;
  }
  return units * size;
}

/** Width and height of a node that holds its name and its note. */
export function nodeSize({ name, note, latent }: DiagramNode): { width: number; height: number } {
  const text = Math.max(textWidth(name, NAME_SIZE), textWidth(note, LABEL_SIZE));
  const extra = note === "" ? 0 : 12;
  return latent
    ? { width: Math.max(70, text * 1.2 + 26), height: 44 + extra }
    : { width: Math.max(44, text + 18), height: 30 + extra };
}
