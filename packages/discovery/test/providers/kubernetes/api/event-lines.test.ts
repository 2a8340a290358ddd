import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { createEventLines } from "../../../../src/providers/kubernetes/api/event-lines.ts";

/** The lines of a body that comes in these parts. */
function linesOf(parts: readonly Uint8Array[], maxBytes: number = 1000): readonly string[] {
  const lines: string[] = [];
  const cutter = createEventLines(maxBytes, (line) => lines.push(line.toString("utf8").trim()));
  for (const part of parts) {
    cutter.take(part);
    // The bytes are only valid during the call.
    part.fill(0x21);
  }
  cutter.end();
  return lines;
}

test.each([
  { why: "a line", parts: ["a\n"], want: ["a"] },
  { why: "a line in parts", parts: ["a", "b", "c\nd"], want: ["abc", "d"] },
  { why: "empty lines are left out", parts: ["\n\r\n \n"], want: [] },
  { why: "the last line needs no end", parts: ["a\nb"], want: ["a", "b"] },
])("$why", ({ parts, want }) => {
  expect(linesOf(parts.map((part) => Uint8Array.from(Buffer.from(part))))).toEqual(want);
});

test("a body gives the same lines however it is cut", () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: "grapheme" })), fc.array(fc.nat(40)), (texts, cuts) => {
      const body = Buffer.from(texts.map((text) => `${text}\n`).join(""));
      const parts: Uint8Array[] = [];
      let start = 0;
      for (const cut of cuts) {
        parts.push(Uint8Array.from(body.subarray(start, start + cut)));
        start += cut;
      }
      parts.push(Uint8Array.from(body.subarray(start)));
      const want = body
        .toString("utf8")
        .split("\n")
        .map((line) => line.trim())
        .filter((line) => line !== "");
      expect(linesOf(parts, 1e6)).toEqual(want);
    }),
  );
});

test.each([
  { why: "in one part", parts: ["12345"] },
  { why: "in many parts", parts: ["12", "34", "5"] },
  { why: "even where its end is there", parts: ["12345\n"] },
])("a line that is too long is refused: $why", ({ parts }) => {
  expect(() =>
    linesOf(
      parts.map((part) => Uint8Array.from(Buffer.from(part))),
      4,
    ),
  ).toThrow("an event of the watch is larger than 4 bytes");
});

test("a line that comes byte by byte takes little more memory than the line", () => {
  const lines: number[] = [];
  const cutter = createEventLines(16 << 20, (line) => lines.push(line.length));
  const byte = Uint8Array.of(0x61);
  const used = (): number => process.memoryUsage().heapUsed + process.memoryUsage().external;
  const before = used();
  for (let i = 0; i < 1 << 20; i++) cutter.take(byte);
  expect(used() - before).toBeLessThan(64 << 20);
  cutter.take(Uint8Array.of(0x0a));
  expect(lines).toEqual([1 << 20]);
});
