import { expect, test } from "@jest/globals";
import { createCpuCounters } from "../../src/cpu/cpu-counters.ts";

/** Times with these user and idle seconds. */
const times = (user: number, idle: number): Float64Array => Float64Array.of(user, 0, 0, idle, 0, 0, 0, 0, 0, 0);

function runs(...scrapes: readonly Record<string, Float64Array>[]): Record<string, [user: number, idle: number]> {
  const counters = createCpuCounters();
  let told: ReadonlyMap<string, Float64Array> = new Map();
  for (const scrape of scrapes) told = counters.update(new Map(Object.entries(scrape)));
  return Object.fromEntries([...told].map(([cpu, seconds]) => [cpu, [seconds[0], seconds[3]]]));
}

test.each([
  { scrapes: [{ 0: times(5, 50) }], want: { 0: [5, 50] }, why: "the first times are taken as they are" },
  { scrapes: [{ 0: times(5, 50) }, { 0: times(6, 51) }], want: { 0: [6, 51] }, why: "times go up" },
  { scrapes: [{ 0: times(5, 50) }, { 0: times(4, 51) }], want: { 0: [5, 51] }, why: "a time that falls keeps its value" },
  { scrapes: [{ 0: times(5, 50) }, { 0: times(6, 47.01) }], want: { 0: [6, 50] }, why: "idle may fall a little" },
  { scrapes: [{ 0: times(5, 50) }, { 0: times(1, 47) }], want: { 0: [1, 47] }, why: "idle that falls by 3 s begins anew" },
  { scrapes: [{ 0: times(5, 50), 1: times(5, 50) }, { 0: times(6, 50) }], want: { 0: [6, 50] }, why: "a CPU that is gone is forgotten" },
  {
    scrapes: [{ 0: times(5, 50), 1: times(5, 50) }, { 0: times(6, 50) }, { 0: times(6, 50), 1: times(1, 49) }],
    want: { 0: [6, 50], 1: [1, 49] },
    why: "and begins anew when it is back",
  },
])("$why", ({ scrapes, want }) => {
  expect(runs(...scrapes)).toEqual(want);
});
