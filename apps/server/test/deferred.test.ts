import { expect, test } from "@jest/globals";
import { createDeferred } from "../src/deferred.ts";

test("the first time counts", async () => {
  const deferred = createDeferred<number>();
  deferred.resolve(1);
  deferred.reject(new Error("too late"));
  expect(await deferred.promise).toBe(1);
});

test("who waits is told of a failure", async () => {
  const deferred = createDeferred<number>();
  deferred.reject(new Error("no"));
  await expect(deferred.promise).rejects.toThrow("no");
});
