import { expect, test } from "@jest/globals";
import type { Child } from "../src/child.ts";
import { superviseUntil } from "../src/stack.ts";

/** A child that ends when it is told to, and notes it. */
function obedient(name: string, order: string[]): Child {
  let end: (how: { code: number | null; signal: NodeJS.Signals | null }) => void = () => undefined;
  const ended = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve) => {
    end = resolve;
  });
  return {
    name,
    ended,
    kill: () => {
      order.push(name);
      end({ code: 0, signal: null });
    },
  };
}

test("a stop that was asked for ends the last started first and is a success", async () => {
  const order: string[] = [];
  const stop = new AbortController();
  const code = superviseUntil(stop.signal, [obedient("first", order), obedient("second", order)], () => undefined);
  stop.abort();
  expect(await code).toBe(0);
  expect(order).toEqual(["second", "first"]);
});

test("a service that ends by itself is named, takes the others with it, and is a failure", async () => {
  const order: string[] = [];
  const said: string[] = [];
  const crashed: Child = { name: "crashed", ended: Promise.resolve({ code: 2, signal: null }), kill: () => undefined };
  const code = await superviseUntil(new AbortController().signal, [obedient("first", order), crashed], (line) => said.push(line));
  expect(code).toBe(1);
  expect(order).toEqual(["first"]);
  expect(said).toEqual(["crashed ended by itself (exit code 2); stopping the others"]);
});
