import { expect, test } from "@jest/globals";
import { untilAborted } from "../src/until-aborted.ts";

test.each([
  { why: "work that is done", work: () => Promise.resolve("done"), signal: new AbortController().signal, want: "done" },
  { why: "work that fails", work: () => Promise.reject(new Error("broken")), signal: new AbortController().signal, want: "broken" },
  {
    why: "work that never ends",
    work: () => new Promise<string>(() => undefined),
    signal: AbortSignal.abort(new Error("over")),
    want: "over",
  },
])("$why ends as $want", async ({ work, signal, want }) => {
  expect(await untilAborted<string>(work(), signal).catch((error: Error) => error.message)).toBe(want);
});

test("work that is under way when the signal aborts is left", async () => {
  const abort = new AbortController();
  const outcome = untilAborted(new Promise(() => undefined), abort.signal);
  abort.abort(new Error("over"));
  await expect(outcome).rejects.toThrow("over");
});
