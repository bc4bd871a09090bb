import { Writable } from "node:stream";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { formatDuration, showCounts } from "../../../src/cli/progress.ts";

/** What a terminal of 100 columns gets to see. */
class Terminal extends Writable {
  readonly isTTY = true;
  readonly columns = 100;
  text = "";

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.text += chunk.toString();
    done();
  }
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test("a bar appears after a second, with count and time left, and leaves nothing behind", async () => {
  const terminal = new Terminal();
  const progress = await showCounts("bootstrap", terminal as unknown as NodeJS.WriteStream);
  progress.update({ done: 100, count: 40_000 });
  expect(terminal.text).toBe("");
  vi.advanceTimersByTime(2000);
  progress.update({ done: 4000, count: 40_000 });
  vi.advanceTimersByTime(500);
  expect(terminal.text).toMatch(/bootstrap \[=+-+\] 4,000 of 40,000 · 18 s left/);
  progress.stop();
  // The line is cleared and the cursor shown again.
  expect(terminal.text.endsWith("\u001B[2K")).toBe(true);
  expect(terminal.text).toContain("\u001B[?25h");
});

test("nothing is written where standard error is no terminal, or the work is short", async () => {
  const file = Object.assign(new Terminal(), { isTTY: false });
  const quiet = await showCounts("bootstrap", file as unknown as NodeJS.WriteStream);
  vi.advanceTimersByTime(5000);
  quiet.update({ done: 1, count: 2 });
  quiet.stop();
  expect(file.text).toBe("");
  const terminal = new Terminal();
  const short = await showCounts("bootstrap", terminal as unknown as NodeJS.WriteStream);
  short.update({ done: 2, count: 2 });
  short.stop();
  expect(terminal.text).toBe("");
});

test.each([
  [0.2, "1 s"],
  [59, "59 s"],
  [125, "2 min 5 s"],
  [11_520, "3 h 12 min"],
])("%d s read %s", (seconds, words) => {
  expect(formatDuration(seconds)).toBe(words);
});
