import { expect, test } from "@jest/globals";
import { createAlertStore } from "../src/alert-store.ts";
import { makeAlert } from "./make-alert.ts";

test("listeners hear of what is there, then of each report, merged, until they leave", () => {
  const store = createAlertStore(() => 1000);
  store.put([makeAlert({ a: "1" }, { startsAtMs: 0, endsAtMs: 5000, updatedAtMs: 10 })]);
  const heard: unknown[] = [];
  const leave = store.subscribe(({ labels, startsAt, endsAt }) => heard.push([labels[1], startsAt.ms, endsAt?.ms]));
  store.put([makeAlert({ a: "1" }, { startsAtMs: 100, endsAtMs: 6000, updatedAtMs: 20 }), makeAlert({ a: "2" })]);
  leave();
  store.put([makeAlert({ a: "3" })]);
  expect(heard).toEqual([
    ["1", 0, 5000],
    ["1", 0, 6000],
    ["2", 0, undefined],
  ]);
  expect([...store.alerts()]).toHaveLength(3);
});

test("what has ended is collected, and only that", () => {
  let now = 1000;
  const store = createAlertStore(() => now);
  const ending = makeAlert({ a: "1" }, { endsAtMs: 2000 });
  store.put([ending, makeAlert({ a: "2" })]);
  expect(store.collect()).toBe(0);
  now = 2000;
  expect(store.collect()).toBe(1);
  expect(store.get(ending.fingerprint)).toBeUndefined();
  expect([...store.alerts()].map(({ labels }) => labels[1])).toEqual(["2"]);
});
