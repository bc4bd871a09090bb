import { expect, test } from "vitest";
import { parseCell } from "../../../src/data/cells.ts";
import { parseCsv } from "../../../src/data/csv.ts";
import { cellPosition } from "../../../src/data/csvFile.ts";
import { dataErrorOf } from "./helpers.ts";

test.each([",", ";", "\t", "|"])("the delimiter %j is found from the header", (delimiter) => {
  const file = parseCsv([`a${delimiter}b`, `1${delimiter}2`, `3${delimiter}4`].join("\n"));
  expect(file.names).toEqual(["a", "b"]);
  expect(file.rows).toEqual([
    ["1", "2"],
    ["3", "4"],
  ]);
});

test("Excel's line that names the delimiter is no header", () => {
  const file = parseCsv("sep=;\r\nx;y\r\n1;2\r\n3;four\r\n");
  expect(file.names).toEqual(["x", "y"]);
  expect(file.lines).toEqual([3, 4]);
  expect(cellPosition(file, 1, 1)).toEqual({ line: 4, column: 3 });
  expect(parseCsv("sep=|\na|b\n1|2\n").headerLine).toBe(2);
  // A column may bear such a name where it stands among others.
  expect(parseCsv("sep=,b\n1,2\n").names).toEqual(["sep=", "b"]);
});

test("byte order mark, carriage returns, empty lines and quoted cells do not matter", () => {
  const file = parseCsv('\uFEFF"a, x",b\r\n\r\n"1",2\r\n3,4\r\n\r\n');
  expect(file.names).toEqual(["a, x", "b"]);
  expect(file.rows).toEqual([
    ["1", "2"],
    ["3", "4"],
  ]);
  expect(file.lines).toEqual([3, 4]);
});

test("row labels that the header does not name become a column without a name", () => {
  const file = parseCsv('"a","b"\n"1",5,6\n"2",7,8\n');
  expect(file.names).toEqual(["", "a", "b"]);
  expect(file.rows[1]).toEqual(["2", "7", "8"]);
});

test("positions count lines inside quoted cells and columns of the file", () => {
  const file = parseCsv('name,b,c\n"two\nlines",1,2\n"x,y",3,oops\n');
  expect(file.lines).toEqual([2, 4]);
  expect(cellPosition(file, 1, 2)).toEqual({ line: 4, column: 9 });
  expect(cellPosition(file, -1, 1)).toEqual({ line: 1, column: 6 });
});

test("a row of another length is an error at its place", () => {
  expect(dataErrorOf(() => parseCsv("a,b,c\n1,2,3\n4,5\n"))).toMatchObject({
    message: "this row has 2 cells, the header has 3",
    line: 3,
  });
  expect(dataErrorOf(() => parseCsv("a,b\n1,2\n3,4,5\n"))).toMatchObject({ line: 3, column: 5 });
});

test("an empty file, a header alone and an open quote are errors", () => {
  expect(dataErrorOf(() => parseCsv(" \n\n")).message).toBe("the data file is empty");
  expect(dataErrorOf(() => parseCsv("a,b\n")).message).toBe("the data file has a header but no rows");
  expect(dataErrorOf(() => parseCsv('a,b\n1,2\n"3,4\n'))).toMatchObject({ line: 3 });
});

test.each([
  ["3.3333333000000001", 3.3333333],
  [" 1e-3 ", 0.001],
  ["-.5", -0.5],
  ["", Number.NaN],
  ["NA", Number.NaN],
  ["NaN", Number.NaN],
  ["Inf", Infinity],
  ["-Infinity", -Infinity],
  ["1e999", Infinity],
  ["0x10", undefined],
  ["1,5", undefined],
  ["male", undefined],
])("cell %j is read as %j", (cell, value) => {
  expect(parseCell(cell)).toEqual(value);
});
