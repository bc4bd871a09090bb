/** Runs `work` once calls have paused for so many milliseconds. */
export function debounce(work: () => void, milliseconds: number): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  return () => {
    clearTimeout(timer);
    timer = setTimeout(work, milliseconds);
  };
}

/**
 * Wraps asynchronous work so that only the answer to the latest call is used, and a call made while one is under way
 * waits for it: the work never piles up behind a fast typist.
 */
export function latest(work: () => Promise<void>): () => void {
  let [isRunning, isWanted] = [false, false];
  const run = async (): Promise<void> => {
    isRunning = true;
    while (isWanted) {
      isWanted = false;
      await work();
    }
    isRunning = false;
  };
  return () => {
    isWanted = true;
    if (!isRunning) void run();
  };
}
