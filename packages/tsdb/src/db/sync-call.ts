import { type MessagePort, receiveMessageOnPort } from "node:worker_threads";
import { errorOf, plainError, type PlainError } from "./plain-errors.ts";

/*
 * Calls from a worker into the main thread that the worker waits for standing still: what asks is a loop without a place to await in. The
 * one word that both share counts answers.
 */

/** Functions of plain data. */
type Methods<T> = { readonly [K in keyof T]: (...args: never[]) => unknown };

interface Call {
  readonly method: string;
  readonly args: readonly unknown[];
}

type Answer = { readonly value: unknown } | { readonly error: PlainError };

/** The caller looks this often whether an answer came that it was not woken for. */
const WAIT_MS = 1000;

/** Answers calls that come on `port` by the methods of `target`. */
export function serveSyncCalls<T extends Methods<T>>(port: MessagePort, answered: Int32Array, target: T): void {
  const answerOf = ({ method, args }: Call): Answer => {
    try {
      const methods = target as unknown as Record<string, (...args: readonly unknown[]) => unknown>;
      return { value: methods[method](...args) };
    } catch (error) {
      return { error: plainError(error) };
    }
  };
  port.on("message", (call: Call) => {
    port.postMessage(answerOf(call));
    Atomics.add(answered, 0, 1);
    Atomics.notify(answered, 0);
  });
}

/** An object whose methods, of the given names, are calls. They throw what the other side threw. */
export function createSyncCaller<T extends Methods<T>>(port: MessagePort, answered: Int32Array, methods: readonly (keyof T & string)[]): T {
  const call = (method: string, args: readonly unknown[]): unknown => {
    const before = Atomics.load(answered, 0);
    port.postMessage({ method, args } satisfies Call);
    for (;;) {
      const received = receiveMessageOnPort(port) as { readonly message: Answer } | undefined;
      if (received === undefined) {
        Atomics.wait(answered, 0, before, WAIT_MS);
        continue;
      }
      const { message: answer } = received;
      if ("error" in answer) throw errorOf(answer.error);
      return answer.value;
    }
  };
  return Object.fromEntries(methods.map((method) => [method, (...args: unknown[]) => call(method, args)])) as unknown as T;
}
