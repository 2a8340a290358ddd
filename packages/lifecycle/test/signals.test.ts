import { EventEmitter } from "node:events";
import { describe, expect, test } from "@jest/globals";
import { exitOnUnexpected, onSignal, stopOnSignals } from "../src/index.ts";

describe("stopOnSignals", () => {
  test.each([
    ["SIGTERM", "SIGINT"],
    ["SIGINT", "SIGTERM"],
    ["SIGTERM", "SIGTERM"],
  ] as const)("%s aborts, %s after it changes nothing", (first, second) => {
    const source = new EventEmitter();
    const seen: string[] = [];
    const signal = stopOnSignals({ source, onStop: (name) => seen.push(name) });
    expect(signal.aborted).toBe(false);
    source.emit(first, first);
    expect([signal.aborted, (signal.reason as Error).message]).toEqual([true, `received ${first}`]);
    // An emitter says whether anybody listened; where nobody does, the process ends.
    expect(source.emit(second, second)).toBe(true);
    expect([seen, (signal.reason as Error).message]).toEqual([[first], `received ${first}`]);
  });
});

test("without a source of its own it listens to the process", () => {
  const before = process.listeners("SIGTERM");
  const signal = stopOnSignals();
  const added = process.listeners("SIGTERM").filter((listener) => !before.includes(listener));
  expect(added).toHaveLength(1);
  added[0]("SIGTERM");
  expect(signal.aborted).toBe(true);
  process.off("SIGTERM", added[0]);
});

describe("onSignal", () => {
  test("calls at every signal until the end, and takes those after it so that they do not end the process", () => {
    const source = new EventEmitter();
    const until = new AbortController();
    let calls = 0;
    onSignal("SIGHUP", until.signal, () => calls++, source);
    source.emit("SIGHUP");
    source.emit("SIGHUP");
    expect(calls).toBe(2);
    until.abort();
    expect([source.emit("SIGHUP"), calls]).toEqual([true, 2]);
  });

  test("one that comes after a stop during the start is taken, too", () => {
    const source = new EventEmitter();
    let calls = 0;
    onSignal("SIGHUP", AbortSignal.abort(), () => calls++, source);
    expect([source.emit("SIGHUP"), calls]).toEqual([true, 0]);
  });
});

describe("exitOnUnexpected", () => {
  function program(flush?: () => void): { source: EventEmitter; steps: unknown[] } {
    const source = new EventEmitter();
    const steps: unknown[] = [];
    const logger = { error: (message: string, fields?: Readonly<Record<string, unknown>>): void => void steps.push([message, fields]) };
    exitOnUnexpected(logger, {
      source,
      exit: (code) => steps.push(code),
      flush: () => {
        steps.push("flush");
        flush?.();
      },
    });
    return { source, steps };
  }

  test.each([
    ["uncaughtException", "uncaught exception"],
    ["unhandledRejection", "unhandled rejection"],
  ])("after %s there is one line, the flush, and code 1", (event, message) => {
    const { source, steps } = program();
    const error = new Error("boom");
    source.emit(event, error);
    expect(steps).toEqual([[message, { err: error, stack: expect.stringMatching(/^at .*signals\.test\.ts/) }], "flush", 1]);
  });

  test("what is no error is logged as it is", () => {
    const { source, steps } = program();
    source.emit("unhandledRejection", "text");
    expect(steps[0]).toEqual(["unhandled rejection", { err: "text", stack: undefined }]);
  });

  test("a flush that fails is told and does not keep the process alive", () => {
    const { source, steps } = program(() => {
      throw new Error("disk full");
    });
    source.emit("uncaughtException", new Error("boom"));
    expect(steps.slice(1)).toEqual([
      "flush",
      ["cannot flush before the exit", { err: expect.objectContaining({ message: "disk full" }) }],
      1,
    ]);
  });

  test("a second error on the way out changes nothing", () => {
    const { source, steps } = program(() => void source.emit("uncaughtException", new Error("again")));
    source.emit("uncaughtException", new Error("boom"));
    expect(steps).toHaveLength(3);
  });
});
