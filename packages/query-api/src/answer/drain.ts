import type { Response } from "express";

/**
 * Waits until more can be written, or nothing can any more. One listener serves the whole answer: `compress` takes listeners of "drain" over
 * to its own stream and never gives them back, so that one for each wait would pile up.
 */
export function createDrain(res: Response): () => Promise<void> {
  let wake: (() => void) | undefined;
  const wakeUp = (): void => wake?.();
  let isListening = false;
  return () => {
    // Most answers never wait.
    if (!isListening) res.on("drain", wakeUp).on("close", wakeUp);
    isListening = true;
    return new Promise((resolve) => {
      wake = resolve;
    });
  };
}

/** Whether an error was answered meanwhile, or the client has gone: pieces may still be under way then. */
export function isOver(res: Response): boolean {
  return res.writableEnded || res.destroyed;
}
