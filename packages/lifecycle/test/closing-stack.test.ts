import { expect, test } from "@jest/globals";
import { createClosingStack } from "../src/index.ts";

test("what was opened last is closed first, once", async () => {
  const closed: string[] = [];
  const stack = createClosingStack();
  stack.add(() => void closed.push("storage"));
  stack.add(async () => {
    await Promise.resolve();
    closed.push("queries");
  });
  await stack.close();
  await stack.close();
  expect(closed).toEqual(["queries", "storage"]);
});

test("what fails keeps nothing open, and all failures are told", async () => {
  const closed: string[] = [];
  const stack = createClosingStack();
  stack.add(() => Promise.reject(new Error("first")));
  stack.add(() => void closed.push("between"));
  stack.add(() => {
    throw new Error("last");
  });
  await expect(stack.close()).rejects.toMatchObject({ errors: [{ message: "last" }, { message: "first" }] });
  expect(closed).toEqual(["between"]);
});
