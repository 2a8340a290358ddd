import { expect, test } from "@jest/globals";
import { createFailureLogs } from "../src/failure-log.ts";

function recorder() {
  const events: string[] = [];
  const logs = createFailureLogs((path) => {
    if (path === "bad") throw new Error("can't create json log file");
    events.push(`open ${path}`);
    return { write: () => undefined, close: () => void events.push(`close ${path}`) };
  });
  return { events, logs };
}

test("jobs with the same file share it; it is opened anew each time, and closed when nobody names it any more", () => {
  const { events, logs } = recorder();
  logs.open(["a", "a", "", "b"]);
  const first = logs.at("a");
  expect([logs.at(""), logs.at("c")]).toEqual([undefined, undefined]);
  logs.open(["a"]);
  expect(logs.at("a")).not.toBe(first);
  expect(logs.at("b")).toBeUndefined();
  logs.close();
  expect(logs.at("a")).toBeUndefined();
  expect(events).toEqual(["open a", "open b", "open a", "close a", "close b", "close a"]);
});

test("where one can't be opened those from before stay", () => {
  const { events, logs } = recorder();
  logs.open(["a"]);
  const before = logs.at("a");
  expect(() => logs.open(["c", "bad"])).toThrow("can't create json log file");
  expect(logs.at("a")).toBe(before);
  expect(events).toEqual(["open a", "open c", "close c"]);
});
