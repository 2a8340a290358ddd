import { describe, expect, test } from "@jest/globals";
import { createEngine } from "../src/index.ts";
import { storageOf } from "./memory-storage.ts";

const YEAR_MS = 365 * 86_400_000;

const lines = Array.from({ length: 20 }, (_unused, i) => [`a{i="${i}"} ${i}`, `b{i="${i}"} _ ${i}`]).flat();
const storage = storageOf(1000, ...lines, 'text{v="0123456789abcdef"} 1');
const engine = createEngine({ maxSamples: 1_000_000 });

const TOO_MANY = "query processing would load too many samples into memory in query execution";

/** Sixteen times as long with each call. */
const joined = (depth: number): string =>
  depth === 0 ? "text" : `label_join(${joined(depth - 1)}, "v", "", ${Array.from({ length: 16 }, () => '"v"').join(",")})`;

/** A query that is made of parts which would each do. */
const parts = Array.from({ length: 40 }, () => "avg_over_time(vector(1)[10d:1s])").join("+");

describe("a query that would take all memory is refused at once", () => {
  test.each([
    ["a subquery of a trillion steps", 'count_over_time({__name__=~".+"}[1y:1ms])'],
    ["one that reads no series", "sum_over_time(vector(time())[1y:1ms])"],
    ["subqueries that multiply", "max_over_time(max_over_time(a[1d:1s])[1y:1s])"],
    ["many that would each do", parts],
    ["labels that grow with each call", joined(12)],
    ["and those of a replacement", `label_replace(${joined(4)}, "v", "${"$1".repeat(150)}", "v", "(.*)")`],
  ])("%s", async (_what, text) => {
    await expect(engine.instant(storage, text, YEAR_MS)).rejects.toMatchObject({ errorType: "execution", message: TOO_MANY });
  });

  test("every series of one side that meets every one of the other, in turns", async () => {
    // Series of a and b are not there at the same time, so that no step has two of a side and nothing is refused as a duplicate.
    const taking = storageOf(
      1000,
      ...Array.from({ length: 400 }, (_unused, i) => [
        `a{i="${i}"} ${"_ ".repeat(i)}1 stale`,
        `b{i="${i}"} ${"_ ".repeat(i)}1 stale`,
      ]).flat(),
    );
    await expect(engine.range(taking, "a * on() group_left b", 0, 800_000, 1000)).rejects.toMatchObject({
      errorType: "execution",
      message: TOO_MANY,
    });
  });

  test("duplicates of a side are told as such, however many pairs there would be", async () => {
    await expect(engine.instant(storage, "a * on() group_left a", 0)).rejects.toMatchObject({
      errorType: "execution",
      message: expect.stringContaining("found duplicate series for the match group {} on the right hand-side of the operation"),
    });
  });

  test("values that become labels", async () => {
    const few = createEngine({ maxSamples: 2_000_000 });
    const counting = storageOf(1000, ...Array.from({ length: 40 }, (_unused, i) => `a{i="${i}"} ${i * 1e6}+1x1100`));
    await expect(few.range(counting, 'count_values("v", a)', 0, 1_100_000, 1000)).rejects.toMatchObject({
      errorType: "execution",
      message: TOO_MANY,
    });
  });
});
