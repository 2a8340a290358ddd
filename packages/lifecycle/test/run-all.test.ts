import { describe, expect, test } from "@jest/globals";
import { runAll, sleep, type Component } from "../src/index.ts";

/** A component that notes when it starts, is told to stop, and has ended, after `flushMs` of tidying up. */
function component(log: string[], name: string, flushMs = 0): Component {
  return {
    name,
    run: async (signal) => {
      log.push(`${name} starts`);
      await sleep(3_600_000, signal);
      log.push(`${name} stops`);
      await sleep(flushMs, new AbortController().signal);
      log.push(`${name} ended`);
    },
  };
}

function failing(name: string, afterMs: number): Component {
  return {
    name,
    run: async (signal) => {
      await sleep(afterMs, signal);
      throw new Error(`${name} failed`);
    },
  };
}

const inOrder = ["a starts", "b starts", "c starts", "c stops", "c ended", "b stops", "b ended", "a stops", "a ended"];

describe("runAll", () => {
  test("components start in order and stop in reverse, each after those above it have ended", async () => {
    const log: string[] = [];
    const stop = new AbortController();
    const ran = runAll([component(log, "a"), component(log, "b", 5), component(log, "c", 10)], stop.signal);
    expect(log).toEqual(inOrder.slice(0, 3));
    stop.abort();
    await ran;
    expect(log).toEqual(inOrder);
  });

  test("a failure stops the others in the same order and is thrown after the last flush", async () => {
    const log: string[] = [];
    const ran = runAll(
      [component(log, "a", 5), component(log, "b", 5), failing("x", 1), component(log, "c", 5)],
      new AbortController().signal,
    );
    await expect(ran).rejects.toThrow("x failed");
    expect(log).toEqual(inOrder);
  });

  test("of several failures the first is thrown", async () => {
    const late: Component = {
      name: "late",
      run: async (signal) => {
        await sleep(3_600_000, signal);
        throw new Error("cannot flush");
      },
    };
    await expect(runAll([late, failing("first", 1)], new AbortController().signal)).rejects.toThrow("first failed");
  });

  test("a failure while stopping is thrown too, and the rest still stops", async () => {
    const log: string[] = [];
    const stop = new AbortController();
    const late: Component = {
      name: "late",
      run: async (signal) => {
        await sleep(3_600_000, signal);
        throw new Error("cannot flush");
      },
    };
    const ran = runAll([component(log, "a"), late], stop.signal);
    stop.abort();
    await expect(ran).rejects.toThrow("cannot flush");
    expect(log.at(-1)).toBe("a ended");
  });

  test("a component that ends early stops nobody; when all have ended, so has the program", async () => {
    const log: string[] = [];
    const stop = new AbortController();
    const ran = runAll([{ name: "once", run: async () => void log.push("once") }, component(log, "a")], stop.signal);
    await sleep(5, new AbortController().signal);
    expect(log).toEqual(["once", "a starts"]);
    stop.abort();
    await ran;
    await runAll([{ name: "once", run: () => Promise.resolve() }], new AbortController().signal);
    await runAll([], new AbortController().signal);
  });

  test("a component that throws before its first wait fails, and those behind it are not started", async () => {
    const log: string[] = [];
    const broken: Component = {
      name: "broken",
      run: () => {
        throw new Error("cannot bind");
      },
    };
    await expect(runAll([component(log, "a"), broken], new AbortController().signal)).rejects.toThrow("cannot bind");
    expect(log.at(-1)).toBe("a ended");
  });

  test("nothing is started when the signal has aborted already", async () => {
    const log: string[] = [];
    await runAll([component(log, "a")], AbortSignal.abort());
    expect(log).toEqual([]);
  });

  test("a wait that its own signal cut short is no failure", async () => {
    const stop = new AbortController();
    const waiting: Component = {
      name: "waiting",
      run: (signal) =>
        new Promise((_resolve, reject) => {
          signal.addEventListener("abort", () => reject(signal.reason as Error), { once: true });
        }),
    };
    const ran = runAll([waiting], stop.signal);
    stop.abort(new Error("received SIGTERM"));
    await ran;
  });
});
