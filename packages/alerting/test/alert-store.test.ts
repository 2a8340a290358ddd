import { expect, test } from "@jest/globals";
import { createAlertStore } from "../src/alert-store.ts";
import { makeAlert } from "./make-alert.ts";

test("listeners hear of what is there, then of each report, merged, until they leave", () => {
  const store = createAlertStore({ nowMs: () => 1000 });
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
  const store = createAlertStore({ nowMs: () => now });
  const ending = makeAlert({ a: "1" }, { endsAtMs: 2000 });
  store.put([ending, makeAlert({ a: "2" })]);
  expect(store.collect()).toBe(0);
  now = 2000;
  expect(store.collect()).toBe(1);
  expect(store.get(ending.fingerprint)).toBeUndefined();
  expect([...store.alerts()].map(({ labels }) => labels[1])).toEqual(["2"]);
});

test("of one name there are no more than the limit: known ones may change, ended ones give up their places", () => {
  let now = 1000;
  const limited: string[] = [];
  const store = createAlertStore({ nowMs: () => now, perNameLimit: 2, onLimited: ({ labels }) => limited.push(labels[3]) });
  const report = (n: string, endsAtMs: number, alertname = "A"): void =>
    store.put([makeAlert({ alertname, n }, { endsAtMs, updatedAtMs: now })]);
  report("1", 2000);
  report("2", 9000);
  report("3", 9000);
  report("4", 9000, "B");
  report("1", 3000);
  now = 3001;
  report("5", 9000);
  report("6", 9000);
  expect(limited).toEqual(["3", "6"]);
  expect([...store.alerts()].map(({ labels }) => labels[3])).toEqual(["1", "2", "4", "5"]);
  now = 9001;
  store.collect();
  report("7", 10_000);
  report("8", 10_000);
  expect(limited).toEqual(["3", "6"]);
});
