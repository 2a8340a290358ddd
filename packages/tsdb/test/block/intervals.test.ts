import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { addInterval, covers, type Interval } from "../../src/block/intervals.ts";

function intervals(text: string): Interval[] {
  return text.split(" ").flatMap((part) => {
    if (part === "") return [];
    const [min, max] = part.split("-");
    return [{ minTimeMs: min === "*" ? -Infinity : Number(min), maxTimeMs: max === "*" ? Infinity : Number(max) }];
  });
}

function text(list: readonly Interval[]): string {
  return list
    .map(({ minTimeMs, maxTimeMs }) => `${minTimeMs === -Infinity ? "*" : minTimeMs}-${maxTimeMs === Infinity ? "*" : maxTimeMs}`)
    .join(" ");
}

test.each([
  { had: "", added: "1-2", want: "1-2", why: "the first stands alone" },
  { had: "1-2", added: "4-5", want: "1-2 4-5", why: "one with a gap before it is put behind" },
  { had: "4-5", added: "1-2", want: "1-2 4-5", why: "one with a gap behind it is put before" },
  { had: "1-2", added: "3-5", want: "1-5", why: "neighbours a millisecond apart become one" },
  { had: "3-5", added: "1-2", want: "1-5", why: "on either side" },
  { had: "1-10", added: "3-5", want: "1-10", why: "one inside changes nothing" },
  { had: "1-2 5-6 9-10", added: "2-9", want: "1-10", why: "one across several joins them" },
  { had: "1-2 5-6 9-10", added: "4-7", want: "1-2 4-7 9-10", why: "and leaves the others" },
  { had: "1-2 9-10", added: "4-7", want: "1-2 4-7 9-10", why: "a gap that fits takes one between" },
  { had: "5-6", added: "*-3", want: "*-3 5-6", why: "an open beginning keeps its distance" },
  { had: "5-6 8-9", added: "*-6", want: "*-6 8-9", why: "an open beginning takes what it reaches" },
  { had: "5-6 8-9", added: "7-*", want: "5-*", why: "an open end takes all that follows" },
  { had: "5-6", added: "*-*", want: "*-*", why: "everything takes everything" },
])("$why: $had with $added", ({ had, added, want }) => {
  const list = intervals(had);
  addInterval(list, intervals(added)[0]);
  expect(text(list)).toBe(want);
});

test("whatever is added in whatever order, the same milliseconds are in, and no two intervals touch", () => {
  const interval = fc.tuple(fc.nat(60), fc.nat(8)).map(([min, length]) => ({ minTimeMs: min, maxTimeMs: min + length }));
  fc.assert(
    fc.property(fc.array(interval, { maxLength: 12 }), (added) => {
      const list: Interval[] = [];
      for (const one of added) addInterval(list, one);
      for (let ms = -1; ms < 75; ms++) expect(covers(list, ms, ms)).toBe(covers(added, ms, ms));
      for (let i = 1; i < list.length; i++) expect(list[i].minTimeMs).toBeGreaterThan(list[i - 1].maxTimeMs + 1);
    }),
  );
});

test.each([
  { list: "1-5", range: "1-5", want: true },
  { list: "1-5", range: "2-4", want: true },
  { list: "1-5", range: "0-4", want: false },
  { list: "1-5 7-9", range: "4-8", want: false },
  { list: "*-*", range: "4-8", want: true },
])("$list covers $range: $want", ({ list, range, want }) => {
  const [{ minTimeMs, maxTimeMs }] = intervals(range);
  expect(covers(intervals(list), minTimeMs, maxTimeMs)).toBe(want);
});
