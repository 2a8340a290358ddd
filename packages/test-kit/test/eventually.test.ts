import { expect, test } from "@jest/globals";
import { eventually } from "../src/index.ts";

test("a check is tried until it holds, and its value is given", async () => {
  let tries = 0;
  const value = await eventually(() => {
    tries++;
    if (tries === 1) throw new Error("not yet");
    return tries === 2 ? false : `after ${tries}`;
  });
  expect(value).toBe("after 3");
});

test("a check may be a promise, and expectations may stand in it", async () => {
  let tries = 0;
  await eventually(async () => {
    tries++;
    await Promise.resolve();
    expect(tries).toBeGreaterThan(2);
  });
  expect(tries).toBe(3);
});

test("when time is up the last failure is told", async () => {
  const check = (): never => {
    throw new Error("no file yet");
  };
  await expect(eventually(check, { timeoutMs: 20, intervalMs: 1 })).rejects.toMatchObject({
    message: "not true after 20 ms: no file yet",
    cause: { message: "no file yet" },
  });
});

test("false is told as well", async () => {
  await expect(eventually(() => false, { timeoutMs: 0 })).rejects.toThrow("the check gave false");
});

test("a check that holds only at the last try holds", async () => {
  expect(await eventually(() => 0, { timeoutMs: 0 })).toBe(0);
});
