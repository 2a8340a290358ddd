import { expect, test } from "@jest/globals";
import { createAdmission } from "../../src/read/admission.ts";

const never = new AbortController().signal;

test("those above the limit wait in the order in which they came", async () => {
  const { enter } = createAdmission(1);
  const told: string[] = [];
  const leaveFirst = await enter(never);
  const second = enter(never).then((leave) => (told.push("second"), leave));
  const third = enter(never).then((leave) => (told.push("third"), leave));
  await Promise.resolve();
  expect(told).toEqual([]);
  leaveFirst?.();
  (await second)?.();
  await third;
  expect(told).toEqual(["second", "third"]);
});

test("who goes while waiting takes no place", async () => {
  const { enter } = createAdmission(1);
  const leave = await enter(never);
  const gone = new AbortController();
  const waiting = enter(gone.signal);
  gone.abort();
  expect(await waiting).toBeUndefined();
  leave?.();
  expect(await enter(never)).toBeDefined();
  expect(await enter(gone.signal)).toBeUndefined();
});

test.each([0, -1])("a limit of %d is none", async (limit) => {
  const { enter } = createAdmission(limit);
  for (let i = 0; i < 100; i++) expect(await enter(never)).toBeDefined();
});
