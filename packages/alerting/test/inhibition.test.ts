import { describe, expect, test } from "@jest/globals";
import { labelsOf } from "@ferula/model";
import { createAlertStore } from "../src/alert-store.ts";
import { createInhibitor, type InhibitRule } from "../src/inhibition.ts";
import { parseMatchers } from "../src/matchers/parse-matchers.ts";
import { makeAlert } from "./make-alert.ts";

type Labels = Readonly<Record<string, string>>;
const rule = (source: string, target: string, ...equal: string[]): InhibitRule => ({
  source: parseMatchers(source),
  target: parseMatchers(target),
  equal,
});

describe("whether an alert is inhibited", () => {
  const critical = rule('severity="critical"', 'severity="warning"', "job", "zone");
  const both = rule('a="1"', 'b="1"', "e");
  test.each<[string, InhibitRule, Labels, Labels, boolean]>([
    ["same job and zone", critical, { severity: "critical", job: "j", zone: "z" }, { severity: "warning", job: "j", zone: "z" }, true],
    ["another zone", critical, { severity: "critical", job: "j", zone: "z" }, { severity: "warning", job: "j", zone: "y" }, false],
    ["a label that one side lacks", critical, { severity: "critical", job: "j", zone: "z" }, { severity: "warning", job: "j" }, false],
    ["labels that both sides lack are equal", critical, { severity: "critical" }, { severity: "warning" }, true],
    ["no target", critical, { severity: "critical", job: "j" }, { severity: "info", job: "j" }, false],
    ["no source", critical, { severity: "error", job: "j" }, { severity: "warning", job: "j" }, false],
    ["nothing need be equal", rule('a="1"', 'b="1"'), { a: "1" }, { b: "1", x: "y" }, true],
    ["a source that is a target too inhibits a mere target", both, { a: "1", b: "1", e: "1" }, { b: "1", e: "1" }, true],
    ["two that match both sides don't inhibit each other", both, { a: "1", b: "1", e: "1" }, { a: "1", b: "1", e: "1", x: "y" }, false],
    ["a mere source inhibits one that matches both sides", both, { a: "1", e: "1" }, { a: "1", b: "1", e: "1" }, true],
    ["an alert does not inhibit itself", both, { a: "1", b: "1" }, { a: "1", b: "1" }, false],
    ["values are not mixed up", rule('s="1"', 't="1"', "x", "y"), { s: "1", x: "a,b", y: "c" }, { t: "1", x: "a", y: "b,c" }, false],
  ])("%s", (_why, one, source, target, want) => {
    const store = createAlertStore({ nowMs: () => 0 });
    const inhibitor = createInhibitor([one], store, () => 0);
    const alert = makeAlert(source);
    store.put([alert]);
    expect(inhibitor.inhibitedBy(labelsOf(target))).toBe(want ? alert.fingerprint : undefined);
  });
});

describe("in time", () => {
  const one = rule('s="1"', 't="1"');
  const target = labelsOf({ t: "1" });

  test("a source inhibits until it is resolved, by its own news or by its end", () => {
    let now = 0;
    const store = createAlertStore({ nowMs: () => now });
    const inhibitor = createInhibitor([one], store, () => now);
    store.put([makeAlert({ s: "1" }, { endsAtMs: 100 })]);
    expect(inhibitor.inhibitedBy(target)).toBeDefined();
    now = 100;
    expect(inhibitor.inhibitedBy(target)).toBeUndefined();
    store.put([makeAlert({ s: "1" }, { startsAtMs: 100, endsAtMs: 500, updatedAtMs: 100 })]);
    expect(inhibitor.inhibitedBy(target)).toBeDefined();
    now = 200;
    store.put([makeAlert({ s: "1" }, { startsAtMs: 100, endsAtMs: 200, updatedAtMs: 200 })]);
    expect(inhibitor.inhibitedBy(target)).toBeUndefined();
  });

  test("another source goes on inhibiting when the first one is resolved", () => {
    const store = createAlertStore({ nowMs: () => 0 });
    const inhibitor = createInhibitor([one], store, () => 0);
    const [first, second] = [makeAlert({ s: "1", n: "1" }), makeAlert({ s: "1", n: "2" })];
    store.put([first, second]);
    expect(inhibitor.inhibitedBy(target)).toBe(first.fingerprint);
    store.put([makeAlert({ s: "1", n: "1" }, { endsAtMs: 0, updatedAtMs: 1 })]);
    expect(inhibitor.inhibitedBy(target)).toBe(second.fingerprint);
  });

  test("sources that ended unseen are let go after a while", () => {
    let now = 0;
    const store = createAlertStore({ nowMs: () => now });
    const inhibitor = createInhibitor([one], store, () => now);
    store.put([makeAlert({ s: "1", n: "1" }, { endsAtMs: 100 })]);
    now = 20 * 60_000;
    store.put([makeAlert({ x: "1" })]);
    now = 50;
    expect(inhibitor.inhibitedBy(target)).toBeUndefined();
  });

  test("it starts with what the store holds, and hears nothing once it is stopped", () => {
    const store = createAlertStore({ nowMs: () => 0 });
    store.put([makeAlert({ s: "1" })]);
    const inhibitor = createInhibitor([one, rule('q="1"', 't="1"')], store, () => 0);
    expect(inhibitor.inhibitedBy(target)).toBeDefined();
    inhibitor.stop();
    store.put([makeAlert({ s: "1" }, { endsAtMs: 0, updatedAtMs: 1 })]);
    expect(inhibitor.inhibitedBy(target)).toBeDefined();
  });
});
