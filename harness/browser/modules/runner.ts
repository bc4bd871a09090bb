import { decode, encode } from "../transfer.ts";

/** What a call in the page came to. */
export type Outcome =
  | { readonly value: unknown }
  | {
      readonly error: {
        readonly name: string;
        readonly message: string;
        readonly stack: string;
        readonly advice: string;
      };
    };

/** Imports a module of the repository, calls one of its exports, and tells what came of it. Runs in the page. */
async function call(modulePath: string, exportName: string, encodedArguments: string): Promise<string> {
  try {
    const module = (await import(/* @vite-ignore */ modulePath)) as Record<string, unknown>;
    const exported = module[exportName];
    if (typeof exported !== "function")
      throw new TypeError(`${modulePath} exports no function ${exportName}`);
    const value: unknown = await exported(...(decode(encodedArguments) as unknown[]));
    return encode({ value } satisfies Outcome);
  } catch (thrown) {
    const error = thrown instanceof Error ? thrown : new Error(String(thrown));
    const { name, message, stack = "" } = error;
    const advice = "advice" in error ? String(error.advice) : "";
    return encode({ error: { name, message, stack, advice } } satisfies Outcome);
  }
}

Object.assign(globalThis, { semnanCall: call });
