import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { readTargetGroups } from "../../../src/providers/http/read-target-groups.ts";

const { signal: never } = new AbortController();

const read = (text: string | Uint8Array, signal: AbortSignal = never) =>
  readTargetGroups(Buffer.from(text as string), (i) => `s:${i}`, [["from", "here"]], signal);

test.each([
  { why: "null is no groups", text: " null ", want: [] },
  { why: "an empty list is no groups", text: "\t[\r\n ] ", want: [] },
  { why: "an empty group has no targets", text: "[{}]", want: [{ source: "s:0", targets: [], labels: ["from", "here"] }] },
  {
    why: "null targets and labels are empty",
    text: '[{"targets": [null], "labels": null}, {"targets": null}]',
    want: [
      { source: "s:0", targets: [["__address__", ""]], labels: ["from", "here"] },
      { source: "s:1", targets: [], labels: ["from", "here"] },
    ],
  },
  {
    why: "escapes are read, and the last of equal keys holds",
    text: String.raw`[{"labels": {"a\n": "\u00fc\"\\", "b": "1", "b": "2"}}]`,
    want: [{ source: "s:0", targets: [], labels: ["a\n", 'ü"\\', "b", "2", "from", "here"] }],
  },
])("$why", async ({ text, want }) => {
  expect(await read(text)).toEqual(want);
});

test.each([
  { why: "nothing", text: "", want: "broken JSON: unexpected end (line 1, column 1)" },
  { why: "a mark of byte order", text: "\ufeff[]", want: 'broken JSON: unexpected "\ufeff" (line 1, column 1)' },
  { why: "more after the list", text: "[]\n x", want: 'broken JSON: unexpected "x" (line 2, column 2)' },
  { why: "a comma at the end", text: "[{},]", want: 'broken JSON: unexpected "]" (line 1, column 5)' },
  { why: "a comma at the beginning", text: "[,{}]", want: 'broken JSON: unexpected ","' },
  { why: "no comma", text: "[{} {}]", want: 'broken JSON: unexpected "{" (line 1, column 5)' },
  { why: "no colon", text: '[{"targets" []}]', want: 'broken JSON: unexpected "[" (line 1, column 13)' },
  { why: "a key without quotes", text: "[{targets: []}]", want: 'broken JSON: unexpected "t" (line 1, column 3)' },
  { why: "something like null", text: "nil", want: 'broken JSON: unexpected "n" (line 1, column 1)' },
  {
    why: "a line feed in a string",
    text: '[{"targets": ["a\n"]}]',
    want: "broken JSON: a control character in a string (line 1, column 17)",
  },
  { why: "a string without end", text: '[{"targets": ["a', want: "broken JSON: unexpected end (line 1, column 17)" },
  { why: "a bad escape", text: String.raw`[{"targets": ["\x"]}]`, want: "broken JSON: a string with a bad escape ends here" },
  { why: "an escape without end", text: '[{"targets": ["\\', want: "broken JSON: unexpected end" },
])("is refused: $why", async ({ text, want }) => {
  await expect(read(text)).rejects.toThrow(want);
});

test("groups of any texts are read as JSON has them", async () => {
  const text = fc.string({ unit: "binary" });
  const group = fc.record({
    targets: fc.array(text),
    labels: fc.dictionary(
      text.filter((name) => name !== "" && name !== "from"),
      text,
    ),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(group), fc.nat(2), async (groups, indent) => {
      const found = await read(JSON.stringify(groups, undefined, indent));
      expect(found.map(({ targets }) => targets.map((target) => target[1]))).toEqual(groups.map(({ targets }) => targets));
      for (const [i, { labels }] of groups.entries()) {
        const want = Object.entries(labels).filter(([, value]) => value !== "");
        const pairs = Array.from({ length: found[i].labels.length / 2 }, (_, k) => found[i].labels.slice(2 * k, 2 * k + 2));
        expect(new Map(pairs as [string, string][])).toEqual(new Map([...want, ["from", "here"]]));
      }
    }),
  );
});

test("of whatever bytes is read only what is JSON, and the rest is refused with its place", async () => {
  const part = fc.constantFrom(
    "[",
    "]",
    "{",
    "}",
    ",",
    ":",
    '"targets"',
    '"labels"',
    '"a"',
    "null",
    " ",
    '"\\u00',
    "1",
    "true",
    "\u0001",
    '"',
  );
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 40 }),
    fc.array(part, { maxLength: 20 }).map((parts) => Buffer.from(parts.join(""))),
  );
  await fc.assert(
    fc.asyncProperty(bytes, async (text) => {
      const outcome = await read(text).catch((error: unknown) => (error as Error).message);
      if (typeof outcome === "string") expect(outcome).toMatch(/\(line \d+, column \d+\)$/);
      else expect(() => JSON.parse(Buffer.from(text).toString()) as unknown).not.toThrow();
    }),
    { numRuns: 1000 },
  );
});

test.each([
  { why: "many groups", text: `[${'{"targets":["a:1"]},'.repeat(100_000)}{}]` },
  { why: "a group of many targets", text: `[{"targets":[${'"a:1",'.repeat(300_000)}"b:1"]}]` },
])("$why don't hold up what else is to be done, and are given up when nobody wants them any more", async ({ text }) => {
  const ending = new AbortController();
  setImmediate(() => ending.abort(new Error("not wanted")));
  await expect(read(text, ending.signal)).rejects.toThrow("not wanted");
});
