import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { labelsOf } from "@ferula/model";
import type { Head } from "../../src/head/head.ts";
import { SeriesAliases } from "../../src/head/series-aliases.ts";
import { append, newHead } from "./collect-support.ts";

const labels = labelsOf({ n: "a" });

/** A series that the log calls 5 and 9, with one sample, in a head whose log has gone on to the third segment. */
function headWithAlias(timestampMs: number): { head: Head; ref: number } {
  const head = newHead();
  const pairs = (): Uint32Array => {
    const room = head.pairRoom(2);
    for (let i = 0; i < 2; i++) room[i] = head.symbols.intern(labels[i]);
    return room;
  };
  const ref = head.refOfPairs(pairs(), 1, 5);
  expect(head.refOfPairs(pairs(), 1, 9)).toBe(ref);
  for (let i = 0; i < 2; i++) head.renewWalRef(ref, 9);
  append(head, [[labels, timestampMs, 1]]);
  head.headLog = { log: () => undefined, currentSegment: 3 };
  return { head, ref };
}

const aliasesOf = ({ loggedSeries: { aliases } }: Head): number[] => Array.from(aliases.walRefs.subarray(0, aliases.count));

test("an alias is kept while the head may have samples that go by it", async () => {
  const { head } = headWithAlias(100);
  expect(aliasesOf(head)).toEqual([5]);
  await head.truncateBefore(100);
  expect(aliasesOf(head)).toEqual([5]);
  append(head, [[labels, 900, 2]]);
  await head.truncateBefore(101);
  expect(aliasesOf(head)).toEqual([]);
});

test("it goes with its series", async () => {
  const { head } = headWithAlias(100);
  append(head, [[labelsOf({ n: "b" }), 900, 2]]);
  await head.truncateBefore(101);
  expect(head.liveSeriesCount).toBe(1);
  expect(aliasesOf(head)).toEqual([]);
});

test("samples out of order keep it, and its record in checkpoints", async () => {
  const { head, ref } = headWithAlias(100);
  append(head, [[labels, 900, 2]]);
  head.outOfOrder.store.insertFloat(ref, 50, 0, 0, 0);
  await head.truncateBefore(101);
  head.headLog = { log: () => undefined, currentSegment: 9 };
  append(head, [[labels, 1800, 3]]);
  await head.truncateBefore(901);
  expect(aliasesOf(head)).toEqual([5]);
  expect(head.keepsWalRef(5, 8)).toBe(true);
  head.outOfOrder.store.clearOpen(ref);
  await head.truncateBefore(903);
  expect(aliasesOf(head)).toEqual([]);
  expect(head.keepsWalRef(5, 8)).toBe(false);
});

test("whatever is added and forgotten, each alias stands once, in the order in which they came", () => {
  const walRef = fc.integer({ min: 1, max: 60 });
  const step = fc.oneof(
    fc.record({ kind: fc.constant("add" as const), walRef }),
    fc.record({ kind: fc.constant("keep" as const), multiplesOf: fc.integer({ min: 1, max: 4 }) }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 120 }), (steps) => {
      const aliases = new SeriesAliases();
      let kept: number[] = [];
      let known = new Set<number>();
      for (const one of steps) {
        if (one.kind === "add") {
          aliases.add(one.walRef, one.walRef * 2);
          if (!known.has(one.walRef)) kept.push(one.walRef);
          known.add(one.walRef);
        } else {
          aliases.keepOnly((ref) => (ref / 2) % one.multiplesOf === 0);
          kept = kept.filter((own) => own % one.multiplesOf === 0);
          if (kept.length === 0) known = new Set();
        }
        expect(Array.from(aliases.walRefs.subarray(0, aliases.count))).toEqual(kept);
        expect(Array.from(aliases.refs.subarray(0, aliases.count))).toEqual(kept.map((own) => own * 2));
        for (const own of kept) expect(aliases.has(own)).toBe(true);
      }
    }),
  );
});
