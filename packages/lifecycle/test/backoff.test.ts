import { describe, expect, test } from "@jest/globals";
import { createBackoff } from "../src/index.ts";

describe("createBackoff", () => {
  test("waits grow by the factor up to the most, and start over after a reset", () => {
    const backoff = createBackoff({ minMs: 30, maxMs: 200, factor: 3 });
    expect([backoff.nextMs(), backoff.nextMs(), backoff.nextMs(), backoff.nextMs(), backoff.attempts()]).toEqual([30, 90, 200, 200, 4]);
    backoff.reset();
    expect([backoff.attempts(), backoff.nextMs()]).toEqual([0, 30]);
  });

  test("jitter takes off up to its share", () => {
    let chance = 0;
    const backoff = createBackoff({ minMs: 100, maxMs: 100, jitter: 0.2, random: () => chance });
    expect(backoff.nextMs()).toBe(100);
    chance = 0.5;
    expect(backoff.nextMs()).toBe(90);
  });

  test.each([
    { minMs: 5, maxMs: 4 },
    { minMs: -1, maxMs: 4 },
    { minMs: 1, maxMs: 4, factor: 0.5 },
    { minMs: 1, maxMs: 4, jitter: 1.1 },
    { minMs: Number.NaN, maxMs: 4 },
  ])("%p is refused", (options) => {
    expect(() => createBackoff(options)).toThrow(/^cannot back off/);
  });
});
