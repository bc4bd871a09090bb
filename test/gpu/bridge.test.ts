import { expect, test } from "vitest";
import { runInBrowser } from "./page/bridge.ts";

const MODULE = "/test/gpu/page/echo.ts";

test("values survive the trip to the page and back", async () => {
  const values = [
    new Float64Array([1, Number.NaN, Infinity, -Infinity, -0, Math.PI]),
    new Float32Array(20_000).fill(0.1),
    { a: Number.NaN, b: [undefined, null, -0], c: "text ✓", d: true },
  ];
  expect(await runInBrowser("/test/gpu/page/echo.ts", "echo", ...values)).toEqual(values);
});

test("an error in the page is thrown in the test, with its name, words, stack and console", async () => {
  const thrown = await runInBrowser(MODULE, "fail").catch((error: unknown) => error as Error);
  expect(thrown).toMatchObject({ name: "RangeError" });
  const { message, stack } = thrown as Error;
  expect(message).toContain("the page's own words");
  expect(message).toContain("warn: about to fail");
  expect(stack).toContain("echo.ts");
});

test("a missing export is named", async () => {
  await expect(runInBrowser(MODULE, "nothing")).rejects.toThrow("exports no function nothing");
});

test("a compute shader runs", async () => {
  expect(await runInBrowser(MODULE, "double", new Float32Array([1, 2.5, -3]))).toEqual(
    new Float32Array([2, 5, -6]),
  );
});
