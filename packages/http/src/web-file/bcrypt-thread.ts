import { Worker } from "node:worker_threads";

/** Compares passwords with bcrypt hashes on a thread of its own. */
export interface BcryptThread {
  /** Resolves when the comparison is done; rejects when the thread is gone. One at a time. */
  readonly compare: (password: string, hash: string) => Promise<boolean>;
  /** Ends the thread; what runs is rejected. */
  readonly close: () => Promise<void>;
}

/** What the thread says: the verdict, or what went wrong. */
type Verdict = { readonly isMatch: boolean } | { readonly error: string };

/** As a text, since a thread can't load TypeScript, which is what tests run from. */
const PROGRAM = `
const { parentPort, workerData } = require("node:worker_threads");
import(workerData).then(({ default: bcrypt }) => {
  parentPort.on("message", ({ password, hash }) => {
    try { parentPort.postMessage({ isMatch: bcrypt.compareSync(password, hash) }); }
    catch (error) { parentPort.postMessage({ error: String(error && error.message) }); }
  });
});
`;

/** The thread starts with the first comparison, and again after a crash. It doesn't keep the process alive. */
export function createBcryptThread(): BcryptThread {
  let worker: Worker | undefined;

  function start(): Worker {
    const started = new Worker(PROGRAM, { eval: true, workerData: import.meta.resolve("bcryptjs") });
    started.unref();
    started.once("exit", () => {
      if (worker === started) worker = undefined;
    });
    return started;
  }

  return {
    compare(password, hash) {
      const thread = (worker ??= start());
      return new Promise((resolve, reject) => {
        const settle = (act: () => void): void => {
          thread.off("message", onMessage).off("error", onError).off("exit", onExit);
          act();
        };
        const onMessage = (verdict: Verdict): void =>
          settle(() => ("error" in verdict ? reject(new Error(verdict.error)) : resolve(verdict.isMatch)));
        const onError = (error: Error): void => settle(() => reject(error));
        const onExit = (): void => settle(() => reject(new Error("the thread that compares passwords has ended")));
        thread.on("message", onMessage).on("error", onError).on("exit", onExit);
        thread.postMessage({ password, hash }, []);
      });
    },
    async close() {
      await worker?.terminate();
    },
  };
}
