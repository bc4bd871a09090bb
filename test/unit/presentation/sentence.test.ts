import { expect, test } from "vitest";
import { sentence } from "../../../src/presentation/sentence.ts";

test.each([
  ["the data file is empty", "The data file is empty."],
  ["Is that all?", "Is that all?"],
  ["book.xlsx: this is not a text file", "book.xlsx: this is not a text file."],
  ['"x" has the same value in every row', '"x" has the same value in every row.'],
  ["", ""],
])("%j reads %j", (phrase, expected) => {
  expect(sentence(phrase)).toBe(expected);
});
