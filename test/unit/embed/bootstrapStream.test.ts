import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, test } from "vitest";
import {
  bootstrap,
  bootstrapReplicates,
  dataSetFor,
  fit,
  OptionError,
  parseModel,
  readData,
  type BootstrapReplicate,
  type FitResult,
} from "../../../src/index.ts";

const read = (name: string): string => readFileSync(`harness/examples/${name}`, "utf8");
const model = parseModel(`${read("frontdoor.lav")}`);
const data = dataSetFor(model, readData(read("frontdoor.csv")));
let fitted: FitResult;
beforeAll(async () => {
  fitted = await fit(model, data);
});

describe("bootstrapReplicates", () => {
  test("gives the replicates of bootstrap, in order, and returns its outcome", async () => {
    const options = { replicates: 50, seed: 7 };
    const whole = await bootstrap(model, data, fitted, options);
    const stream = bootstrapReplicates(model, data, fitted, options);
    const seen: BootstrapReplicate[] = [];
    let next = await stream.next();
    for (; !next.done; next = await stream.next()) seen.push(next.value);
    expect(seen.map(({ index }) => index)).toEqual(Array.from({ length: 50 }, (_, at) => at));
    // The same seed: the outcomes are the same to the last bit.
    expect(next.value.result.parameters).toEqual(whole.result.parameters);
    const row = fitted.parameters.findIndex(({ op, rhs }) => op === "~" && rhs === "X");
    const mean = seen.reduce((sum, { values }) => sum + values[row]!, 0) / seen.length;
    // Both are means of the same 50 numbers, added in another order.
    expect(mean - fitted.parameters[row]!.estimate).toBeCloseTo(
      whole.result.parameters[row]!.bootstrapBias!,
      12,
    );
  });

  test("ends the bootstrap when the loop is left", async () => {
    let chunks = 0;
    const options = { replicates: 10_000_000, onReplicates: () => void chunks++ };
    for await (const { index } of bootstrapReplicates(model, data, fitted, options)) {
      if (index === 3) break;
    }
    // One chunk is being read when the loop is left, and one more may be under way; ten million are a thousand.
    expect(chunks).toBeLessThanOrEqual(2);
  });

  test("ends with what is done when its signal is aborted", async () => {
    const controller = new AbortController();
    const options = { replicates: 10_000_000, signal: controller.signal };
    const stream = bootstrapReplicates(model, data, fitted, options);
    let next = await stream.next();
    controller.abort();
    while (!next.done) next = await stream.next();
    const { replicates } = next.value.result.bootstrap!;
    expect(replicates).toBeGreaterThan(0);
    expect(replicates).toBeLessThan(10_000_000);
  });

  test("throws as bootstrap does", async () => {
    const stream = bootstrapReplicates(model, data, fitted, { replicates: 0 });
    await expect(stream.next()).rejects.toBeInstanceOf(OptionError);
  });
});
