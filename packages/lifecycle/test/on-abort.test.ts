import { getEventListeners } from "node:events";
import { describe, expect, test } from "@jest/globals";
import { onAbort } from "../src/on-abort.ts";

describe("what waits for an abort", () => {
  test.each([
    { why: "nothing is taken back", takenBack: [], called: [0, 1, 2, 3] },
    { why: "the first is taken back", takenBack: [0], called: [1, 2, 3] },
    { why: "the last is taken back", takenBack: [3], called: [0, 1, 2] },
    { why: "one is taken back, then the one that took its place", takenBack: [1, 3], called: [0, 2] },
    { why: "one is taken back twice", takenBack: [2, 2], called: [0, 1, 3] },
    { why: "all are taken back", takenBack: [2, 0, 3, 1], called: [] },
  ])("is called once, but for what was taken back: $why", ({ takenBack, called }) => {
    const stop = new AbortController();
    const calls: number[] = [];
    const forget = [0, 1, 2, 3].map((i) => onAbort(stop.signal, () => void calls.push(i)));
    for (const i of takenBack) forget[i]();
    stop.abort();
    stop.abort();
    for (const one of forget) one();
    expect(calls.toSorted((a, b) => a - b)).toEqual(called);
  });

  test("can take the others back while they are called", () => {
    const stop = new AbortController();
    const calls: string[] = [];
    const forget: (() => void)[] = [];
    for (const name of ["a", "b"])
      forget.push(
        onAbort(stop.signal, () => {
          calls.push(name);
          for (const one of forget) one();
        }),
      );
    stop.abort();
    expect(calls).toHaveLength(1);
  });

  test("shares one listener, however much comes and goes", () => {
    const { signal } = new AbortController();
    for (let i = 0; i < 100; i++) onAbort(signal, () => undefined)();
    expect(getEventListeners(signal, "abort")).toHaveLength(1);
  });
});
