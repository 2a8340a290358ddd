import { expect, test } from "@jest/globals";
import { systemClock } from "@ferula/durations";
import { DeliveryError } from "../../src/pipeline/delivery.ts";
import { withRetry } from "../../src/pipeline/retry.ts";

const away = (): DeliveryError => new DeliveryError("away", { retry: true });

test("tries again until it works", async () => {
  const attempts: number[] = [];
  let calls = 0;
  await withRetry(async () => void (++calls < 3 && fail()), {
    signal: new AbortController().signal,
    clock: systemClock,
    onFailure: (_error, attempt) => attempts.push(attempt),
  });
  expect(attempts).toEqual([1, 2]);
});

test("an error that will not pass ends it at once", async () => {
  let calls = 0;
  const deliver = async (): Promise<void> => {
    calls++;
    throw new DeliveryError("404", { retry: false });
  };
  await expect(
    withRetry(deliver, { signal: new AbortController().signal, clock: systemClock, onFailure: () => undefined }),
  ).rejects.toThrow("404");
  expect(calls).toBe(1);
});

test("a stop during the wait ends it with the last error", async () => {
  const stop = new AbortController();
  const deliver = async (): Promise<void> => {
    throw away();
  };
  const ended = withRetry(deliver, { signal: stop.signal, clock: systemClock, onFailure: () => setImmediate(() => stop.abort()) });
  await expect(ended).rejects.toThrow("notify retry canceled after 1 attempts: away");
});

function fail(): never {
  throw away();
}
