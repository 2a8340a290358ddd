import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { createSeriesLimiter } from "../../src/query/limit-series.ts";

/** Any character but half of a surrogate pair: the unit "binary" of fast-check, without the table of a million that it makes first. */
const character = fc
  .integer({ min: 0, max: 0x10ffff })
  .filter((code) => code < 0xd800 || code > 0xdfff)
  .map((code) => String.fromCodePoint(code));

/** Feeds `json` in pieces that end at `cuts`, and returns what passes. */
function limited(json: string, limit: number, cuts: readonly number[] = []): { readonly text: string; readonly isTruncated: boolean } {
  const bytes = Buffer.from(json);
  const limiter = createSeriesLimiter(limit);
  const ends = [...new Set(cuts.map((cut) => cut % (bytes.length + 1)))].sort((a, b) => a - b);
  const kept: Uint8Array[] = [];
  let from = 0;
  for (const end of [...ends, bytes.length]) {
    kept.push(limiter.take(bytes.subarray(from, end)));
    from = end;
  }
  kept.push(limiter.rest());
  return { text: Buffer.concat(kept).toString(), isTruncated: limiter.isTruncated() };
}

describe("a limit on series", () => {
  const data = '{"resultType":"vector","result":[{"metric":{"a":"}"},"value":[1.500,"1"]},{"metric":{"a":"\\\\\\""},"value":[2,"2"]}]}';

  test.each<{ why: string; json: string; limit: number; want: string; cuts: boolean }>([
    {
      why: "keeps what comes first as it was written",
      json: data,
      limit: 1,
      want: '{"resultType":"vector","result":[{"metric":{"a":"}"},"value":[1.500,"1"]}]}',
      cuts: true,
    },
    { why: "that is just met cuts nothing", json: data, limit: 2, want: data, cuts: false },
    { why: "that is not met cuts nothing", json: data, limit: 3, want: data, cuts: false },
    {
      why: "leaves an empty result alone",
      json: '{"resultType":"vector","result":[]}',
      limit: 1,
      want: '{"resultType":"vector","result":[]}',
      cuts: false,
    },
    {
      why: "leaves a scalar alone",
      json: '{"resultType":"scalar","result":[1,"1"]}',
      limit: 1,
      want: '{"resultType":"scalar","result":[1,"1"]}',
      cuts: false,
    },
    {
      why: "leaves a string alone, whatever is in it",
      json: '{"resultType":"string","result":[1,"[{},{}]"]}',
      limit: 1,
      want: '{"resultType":"string","result":[1,"[{},{}]"]}',
      cuts: false,
    },
  ])("$why", ({ json, limit, want, cuts }) => {
    expect(limited(json, limit)).toEqual({ text: want, isTruncated: cuts });
  });

  test("does the same wherever the pieces end", () => {
    const label = fc.string({ unit: character, maxLength: 8 });
    const series = fc.record({ metric: fc.array(fc.tuple(label, label), { maxLength: 3 }), value: fc.tuple(fc.nat(), label) });
    const cuts = fc.array(fc.nat(), { maxLength: 8 });
    fc.assert(
      fc.property(fc.array(series, { maxLength: 6 }), fc.integer({ min: 1, max: 7 }), cuts, (all, limit, ends) => {
        const result = all.map(({ metric, value }) => ({ metric: Object.fromEntries(metric), value }));
        const json = JSON.stringify({ resultType: "vector", result });
        const { text, isTruncated } = limited(json, limit, ends);
        expect(text).toBe(JSON.stringify({ resultType: "vector", result: result.slice(0, limit) }));
        expect(isTruncated).toBe(result.length > limit);
      }),
      { numRuns: 300 },
    );
  });
});
