import { expect, test } from "@jest/globals";
import { createGate } from "../src/gate.ts";

const LONG_MS = 60_000;

test("callers enter in the order in which they came, as many at once as the limit says", async () => {
  const gate = createGate(1);
  const order: number[] = [];
  const first = await gate.enter(undefined, LONG_MS);
  const later = [1, 2].map(async (n) => {
    const leave = await gate.enter(undefined, LONG_MS);
    order.push(n);
    if (typeof leave === "function") leave();
  });
  expect(order).toEqual([]);
  if (typeof first === "function") first();
  await Promise.all(later);
  expect(order).toEqual([1, 2]);
});

test("who is cancelled or waits too long is told so, and takes no place", async () => {
  const gate = createGate(1);
  const leave = await gate.enter(undefined, LONG_MS);
  const gone = new AbortController();
  const cancelled = gate.enter(gone.signal, LONG_MS);
  const late = gate.enter(undefined, 1);
  gone.abort();
  expect(await cancelled).toBe("canceled");
  expect(await late).toBe("timeout");
  expect(await gate.enter(AbortSignal.abort(), LONG_MS)).toBe("canceled");
  if (typeof leave === "function") leave();
  expect(typeof (await gate.enter(undefined, LONG_MS))).toBe("function");
});
