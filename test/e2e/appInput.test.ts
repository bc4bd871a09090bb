import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ElementHandle, Page } from "puppeteer-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { fitPage, press, useAppStage, typeModel, waitForText, type AppPage } from "./appStage.ts";

const stage = useAppStage();
let opened: AppPage;
let folder: string;
beforeAll(async () => {
  opened = await stage.open();
  folder = await mkdtemp(join(tmpdir(), "semnan-input-"));
  await typeModel(opened.page, "y ~ x");
  await waitForText(opened.page, ".verdict", /2 observed/);
});
afterAll(async () => {
  await opened.context.close();
  await rm(folder, { recursive: true });
});

/** Opens a file as a user picks one. */
async function open(page: Page, name: string, content: string | Uint8Array): Promise<void> {
  await writeFile(join(folder, name), content);
  const [input] = await page.$$("header input[type=file]");
  await (input as ElementHandle<HTMLInputElement>).uploadFile(join(folder, name));
  await waitForText(page, ".notice", new RegExp(name));
}

const ROWS = ["1,2", "2,3", "3,1", "4,5", "5,2"];
const CASES = ["x,y", ...ROWS, ""].join("\n");
const UTF_16 = Buffer.from(`\uFEFF${CASES}`, "utf16le");

// What a file is taken for, by what the panel of the data says.
test.each([
  ["semicolons.csv", CASES.replaceAll(",", ";"), /5 rows, 2 columns/],
  ["tabs.tsv", CASES.replaceAll(",", "\t"), /5 rows, 2 columns/],
  ["excel.csv", `sep=;\r\n${CASES.replaceAll(",", ";")}`, /5 rows, 2 columns/],
  ["mark.csv", `\uFEFF${CASES}`, /5 rows, 2 columns/],
  ["wide.csv", UTF_16, /5 rows, 2 columns/],
  ["latin.csv", Buffer.from(CASES.replace("x,y", "x,größe"), "latin1"), /5 rows, 2 columns.*größe/],
  ["matrix.csv", ",x,y\nx,4,\ny,1,9\n", /Covariance matrix of 2 variables/],
  ["empty.csv", "", /The data file is empty/],
  ["header.csv", "x,y\n", /data 1:1 The data file has a header but no rows/],
  ["short.csv", CASES.replace("3,1", "3"), /data 4:2 This row has 1 cell, the header has 2/],
  ["quote.csv", CASES.replace("2,3", '"2,3'), /data 3:1 A quoted cell is never closed/],
  ["decimals.csv", "x,y\n1,5,2,1\n", /data 2:5 This row has 4 cells/],
  ["asymmetric.csv", ",x,y\nx,4,1\ny,2,9\n", /not symmetric: "y" with "x" is 2/],
  ["broken.json", '{"names": ["x"', /data 1:15 This is not valid JSON/],
  ["other.json", '{"hello": 1}', /"hello" is not a key of a covariance file/],
  ["page.csv", "x,<img src=x onerror=alert(1)>\n1,2\n", /1 row, 2 columns.*<img src=x/],
] as const)("%s is read, or refused by name and place", async (name, content, says) => {
  await open(opened.page, name, content);
  await waitForText(opened.page, ".data", says);
  expect(opened.complaints).toEqual([]);
});

// What only a fit can find.
test.each([
  ["text.csv", CASES.replace("2,3", "2,two"), /data 3:3 "two" in column "y" is not a number/],
  [
    "marks.csv",
    "x;y\n1,5;2\n2;3.5\n3;1\n",
    /data 2:1 "1,5" in column "x" is not a number\. Write all decimals with a point/,
  ],
  ["infinite.csv", CASES.replace("2,3", "Inf,3"), /data 3:1 "Inf" in column "x" is not finite/],
  ["twice.csv", CASES.replace("x,y", "x,x"), /The model's variable "y" is not in the data/],
  ["blanks.txt", CASES.replaceAll(",", " "), /The data has one column, "x y": set columns apart by commas/],
  ["headless.csv", ROWS.join("\n"), /The first row must hold the names of the columns/],
  ["constant.csv", CASES.replaceAll(/^\d/gm, "1"), /"x" has the same value in every row/],
  ["copy.csv", "x,y\n1,1\n2,2\n3,3\n4,4\n", /singular: "x" is a linear combination of "y"/],
  ["nothing.csv", CASES.replaceAll(/^\d/gm, "NA"), /There are 0 observations for 2 variables/],
  ["unsized.json", '{"names": ["x", "y"], "covariance": [[4], [1, 9]]}', /Observations \(n\)/],
] as const)("a fit of %s says what is wrong", async (name, content, says) => {
  const { page, complaints } = opened;
  await open(page, name, content);
  await page.waitForFunction(
    () => document.querySelector<HTMLButtonElement>("button.primary")?.disabled === false,
  );
  // The complaint about the file before is gone with it.
  expect(await page.$(".run [role=alert]")).toBeNull();
  await press(page, "Fit");
  await waitForText(page, ".run [role=alert]", says);
  expect(complaints).toEqual([]);
});

test("files that are none keep what is there, and say so", async () => {
  const { page, complaints } = opened;
  await open(page, "good.csv", CASES);
  await open(page, "book.xlsx", Buffer.from("PK\u0003\u0004\0\0"));
  await waitForText(page, ".run [role=alert]", /book\.xlsx: this is not a text file.*exported as CSV/);
  await open(page, "none.semnan.json", '{"format": "semnan project"}');
  await waitForText(page, ".run [role=alert]", /none\.semnan\.json: this project file has no model/);
  await waitForText(page, ".facts", /5 rows, 2 columns/);
  expect(await fitPage(page)).toMatch(/Converged/);
  expect(await page.$(".run [role=alert]")).toBeNull();
  expect(complaints).toEqual([]);
});

test("a pasted table is data; text in it is named with its place", async () => {
  const { page, context } = await stage.open();
  await typeModel(page, "y ~ x");
  await page.focus("textarea");
  await page.evaluate(() => {
    const area = document.querySelector("textarea")!;
    area.value = "x,y\n1,2\n2,two\n3,5\n4,4\n5,7\n";
    area.dispatchEvent(new Event("input", { bubbles: true }));
  });
  await waitForText(page, ".facts", /5 rows, 2 columns/);
  await press(page, "Variables");
  await waitForText(page, ".data .tab-panel", /category/);
  await press(page, "Fit");
  await waitForText(page, "[role=alert]", /"two"/);
  await context.close();
});

test("decimal commas are numbers", async () => {
  const { page, context } = await stage.open();
  await typeModel(page, "y ~ x");
  await open(page, "comma.csv", "x;y\n1,5;2\n2;3\n4;1\n");
  await waitForText(page, ".facts", /3 rows, 2 columns/);
  await press(page, "Variables");
  await waitForText(page, ".data .tab-panel", /x number 0 2\.50/);
  expect(await fitPage(page)).toMatch(/Converged/);
  await context.close();
});

test("a covariance matrix can be pasted, and takes the number of observations that is typed", async () => {
  const { page, context } = await stage.open();
  await typeModel(page, "y ~ x");
  await page.evaluate(() => {
    const area = document.querySelector("textarea")!;
    area.value = "\tx\ty\nx\t4\t1\ny\t1\t9\n";
    area.dispatchEvent(new Event("input", { bubbles: true }));
  });
  await waitForText(page, ".facts", /Covariance matrix of 2 variables/);
  await press(page, "Fit");
  await waitForText(page, ".run [role=alert]", /The number of observations .* is not known/);
  await page.evaluate(() => {
    const field = document.querySelector<HTMLInputElement>("input[inputmode=decimal]")!;
    field.value = "100";
    field.dispatchEvent(new Event("change", { bubbles: true }));
  });
  expect(await fitPage(page)).toMatch(/Converged/);
  // σ_xy / σ_xx, as the matrix says.
  expect(await page.$eval("pre", (each) => each.textContent)).toMatch(/x +0\.250/);
  await context.close();
});

test("two thousand columns are read, shown in part, and fitted", async () => {
  const { page, context, complaints } = await stage.open();
  const names = Array.from({ length: 2000 }, (_, i) => `v${i}`);
  const rows = Array.from({ length: 500 }, (_, r) =>
    names.map((_name, i) => (r * 7919 + i * 104_729) % 997).join(","),
  );
  await typeModel(page, "v1 ~ v0");
  await open(page, "columns.csv", [names.join(","), ...rows].join("\n"));
  await waitForText(page, ".facts", /500 rows, 2,000 columns/);
  await waitForText(page, ".data .tab-panel", /The first 50 of 2,000 columns/);
  await press(page, "Variables");
  await waitForText(page, ".data .tab-panel", /The first 300 of 2,000 columns/);
  await press(page, "Correlations");
  await waitForText(page, ".data .tab-panel", /The first 60 of 2,000 numeric columns/);
  expect(await fitPage(page)).toMatch(/Converged/);
  expect(complaints).toEqual([]);
  await context.close();
});
