import { expect, test } from "@jest/globals";
import { Turns } from "../../src/query/turns.ts";
import type { Steps } from "../../src/steps.ts";

/** An event loop whose turns are made by hand, and whose clock goes on by what is done. */
function handLoop() {
  let nowMs = 1000;
  let due: (() => void)[] = [];
  const done: string[][] = [[]];
  return {
    loop: { nowMs: () => nowMs, nextTurn: (run: () => void) => void due.push(run) },
    /** What was done in each turn. */
    done,
    *work(name: string, stepCount: number, stepMs: number): Steps<string> {
      for (let i = 0; i < stepCount; i++) {
        if (i > 0) yield;
        nowMs += stepMs;
        done[done.length - 1].push(name);
      }
      return name;
    },
    /** Makes turns until nothing is due. */
    async spin(): Promise<void> {
      while (due.length > 0) {
        const run = due;
        due = [];
        done.push([]);
        for (const one of run) one();
        // What was resumed goes on in microtasks.
        for (let i = 0; i < 20; i++) await Promise.resolve();
      }
    },
  };
}

test.each<{ why: string; works: [name: string, stepCount: number, stepMs: number][]; want: string[][] }>([
  {
    why: "what is short is done in the turn in which it is asked for",
    works: [
      ["a", 2, 1],
      ["b", 2, 1],
    ],
    want: [["a", "a", "b", "b"]],
  },
  { why: "what is long goes on in later turns", works: [["a", 7, 2]], want: [["a", "a", "a"], ["a", "a", "a"], ["a"]] },
  {
    why: "those that are long share the turns",
    works: [
      ["a", 4, 3],
      ["b", 4, 3],
    ],
    want: [
      ["a", "a"],
      ["a", "a"],
      ["b", "b"],
      ["b", "b"],
    ],
  },
  {
    why: "what comes when a turn is used up waits for its own",
    works: [
      ["a", 1, 9],
      ["b", 1, 1],
      ["c", 1, 1],
    ],
    want: [["a"], ["b"], ["c"]],
  },
])("$why", async ({ works, want }) => {
  const { loop, done, work, spin } = handLoop();
  const turns = new Turns(loop);
  const all = Promise.all(works.map(([name, stepCount, stepMs]) => turns.run(work(name, stepCount, stepMs))));
  await spin();
  expect(done.filter((names) => names.length > 0)).toEqual(want);
  expect(await all).toEqual(works.map(([name]) => name));
});

test("what fails keeps none of the others", async () => {
  const { loop, work, spin } = handLoop();
  const turns = new Turns(loop);
  const failing = turns.run(
    (function* (): Steps<never> {
      yield* work("a", 4, 3);
      throw new Error("no more");
    })(),
  );
  const other = turns.run(work("b", 4, 3));
  await Promise.all([expect(failing).rejects.toThrow("no more"), spin()]);
  expect(await other).toBe("b");
});
