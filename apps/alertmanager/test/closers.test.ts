import { expect, test } from "@jest/globals";
import { createClosers } from "../src/closers.ts";

test("what was opened is closed once, in the reverse order, also behind what fails", async () => {
  const closed: string[] = [];
  const closers = createClosers();
  closers.add(() => void closed.push("first"));
  closers.add(() => Promise.reject(new Error("stuck")));
  closers.add(async () => void closed.push("last"));
  await expect(closers.closeAll()).rejects.toThrow("stuck");
  await closers.closeAll();
  expect(closed).toEqual(["last", "first"]);
});
