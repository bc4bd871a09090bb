/** The user pressed Ctrl-C, or the process was asked to end. */
export class Interruption extends Error {
  override readonly name = "Interruption";
}

/** Exit code after Ctrl-C: what was done by then has been written. */
export const INTERRUPTED = 130;

/** Does work with a signal that the first Ctrl-C aborts; a second one ends the process at once. */
export async function interruptible<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const abort = new AbortController();
  const interrupt = (): void => abort.abort(new Interruption());
  process.once("SIGINT", interrupt).once("SIGTERM", interrupt);
  try {
    return await work(abort.signal);
  } finally {
    process.off("SIGINT", interrupt).off("SIGTERM", interrupt);
  }
}
