import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { foldCase } from "../../src/search/fold-case.ts";
import { createJaroWinkler } from "../../src/search/jaro-winkler.ts";
import { createScorer, type Wanted } from "../../src/search/scorer.ts";
import { createSubsequence } from "../../src/search/subsequence.ts";
import { createSubstring } from "../../src/search/substring.ts";

// Scores of upstream's own functions (util/strutil): every digit counts, as they are shown and sorted by.
test.each([
  { term: "martha", text: "marhta", want: 0.9611111111111111 },
  { term: "dixon", text: "dicksonx", want: 0.8133333333333332 },
  { term: "http_requests", text: "http_request", want: 0.9846153846153847 },
  { term: "node_cpu", text: "node_memory", want: 0.8159090909090909 },
  { term: "abc", text: "cba", want: 0.5555555555555555 },
  { term: "a", text: "b", want: 0 },
  { term: "cpu", text: "process_cpu_seconds_total", want: 0.5955555555555555 },
  { term: "größe", text: "grösse", want: 0.8755555555555556 },
  { term: "🦄a", text: "a🦄", want: 0 },
  { term: "ab", text: "abababab", want: 0.8 },
  { term: "up", text: "up", want: 1 },
  { term: "scrape", text: "scrpae_duration", want: 0.8211111111111111 },
  { term: "up", text: "", want: 0 },
])("Jaro-Winkler of $term and $text is $want", ({ term, text, want }) => {
  expect(createJaroWinkler(term)(text)).toBe(want);
});

test.each([
  { term: "cpu", text: "process_cpu_seconds_total", want: 0.9324 },
  { term: "abc", text: "abc", want: 1 },
  { term: "ac", text: "abc", want: 0.41625 },
  { term: "acb", text: "abc", want: 0 },
  { term: "go", text: "mango_go", want: 0.858515625 },
  { term: "nmem", text: "node_memory", want: 0.59315625 },
  { term: "größe", text: "die_größe", want: 0.9812400000000001 },
  { term: "🦄", text: "x🦄", want: 0.4995 },
  { term: "zz", text: "azbz", want: 0.374625 },
  { term: "abab", text: "aababab", want: 0.9811607142857144 },
  { term: "xy", text: "", want: 0 },
])("$term as a subsequence of $text has $want", ({ term, text, want }) => {
  expect(createSubsequence(term)(text)).toBe(want);
});

test.each([
  { term: "http", text: "http_requests", want: 1, why: "a beginning is as good as the whole" },
  { term: "requests", text: "http_requests", want: 1 - 0.9, why: "the end has the least" },
  { term: "b", text: "abcd", want: 1 - (0.9 * 1) / 3, why: "the place counts" },
  { term: "b", text: "🦄bcd", want: 1 - (0.9 * 1) / 3, why: "a place is one of characters" },
  { term: "🦄", text: "ab🦄cd", want: 1 - (0.9 * 2) / 4, why: "a term's length is one of characters" },
  { term: "x", text: "abc", want: 0, why: "what does not contain it does not fit" },
])("substrings: $why", ({ term, text, want }) => {
  expect(createSubstring(term)(text)).toBe(want);
});

const plain: Wanted = { terms: [], algorithm: "subsequence", thresholdPercent: 0, isCaseSensitive: true };

test.each<{ why: string; wanted: Partial<Wanted>; text: string; want: number }>([
  { why: "a beginning has 1 by subsequence", wanted: { terms: ["http"] }, text: "http_requests", want: 1 },
  { why: "any subsequence fits without a threshold", wanted: { terms: ["ac"] }, text: "abc", want: 0.41625 },
  { why: "a score must reach the threshold", wanted: { terms: ["ac"], thresholdPercent: 42 }, text: "abc", want: 0 },
  { why: "the threshold itself is enough", wanted: { terms: ["ac"], thresholdPercent: 41 }, text: "abc", want: 0.41625 },
  { why: "a beginning is above any threshold", wanted: { terms: ["a"], thresholdPercent: 100 }, text: "abc", want: 1 },
  { why: "Jaro-Winkler needs a threshold", wanted: { algorithm: "jarowinkler", terms: ["martha"] }, text: "marhta", want: 0 },
  {
    why: "Jaro-Winkler takes what is alike",
    wanted: { algorithm: "jarowinkler", terms: ["martha"], thresholdPercent: 96 },
    text: "marhta",
    want: 0.9611111111111111,
  },
  {
    why: "what contains the term fits by its place, whatever the threshold",
    wanted: { algorithm: "jarowinkler", terms: ["c"], thresholdPercent: 100 },
    text: "abc",
    want: 1 - 0.9,
  },
  { why: "capitals count", wanted: { terms: ["HTTP"] }, text: "http", want: 0 },
  { why: "capitals don't count where they must not", wanted: { terms: ["HTTP"], isCaseSensitive: false }, text: "hTTp_x", want: 1 },
  { why: "of several terms the best counts", wanted: { terms: ["ac", "ab"] }, text: "abc", want: 1 },
  { why: "an empty term is none", wanted: { terms: ["", "ac"] }, text: "abc", want: 0.41625 },
])("$why", ({ wanted, text, want }) => {
  expect(createScorer({ ...plain, ...wanted })?.(text)).toBe(want);
});

test.each([{ terms: [] }, { terms: ["", ""] }])("anything fits $terms", ({ terms }) => {
  expect(createScorer({ ...plain, terms })).toBeUndefined();
});

test("small letters are those of each character by itself", () => {
  expect(foldCase("ÀΣΑΣ İI🦄Ⓐ")).toBe("àσασ ii🦄ⓐ");
});

test("a scorer has nothing left of the text before", () => {
  const word = fc.string({ unit: fc.constantFrom("a", "b", "c", "_", "ü", "🦄"), minLength: 1, maxLength: 90 });
  fc.assert(
    fc.property(word, word, word, (term, before, text) => {
      for (const create of [createJaroWinkler, createSubsequence]) {
        const used = create(term);
        used(before);
        const score = used(text);
        expect(score).toBe(create(term)(text));
        expect(score).toBeGreaterThanOrEqual(0);
        expect(score).toBeLessThanOrEqual(1);
      }
    }),
  );
});
