import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import {
  BODY_ENDED,
  createSharedMemory,
  diffLines,
  HAS_EXEMPLAR,
  HAS_TIMESTAMP,
  LAYOUT_ENDED,
  LineDiff,
  loadKernels,
  MISMATCH,
  NO_ROW,
} from "../src/index.ts";

const shared = createSharedMemory();
const kernels = loadKernels(shared);
const walks = [
  { name: "kernel", walk: (control: number) => kernels.diffLines(control) },
  { name: "twin", walk: (control: number) => diffLines(shared, control) },
];

const ROOM = 64;
const control = shared.reserve(LineDiff.sizeBytes);
const bodies = [shared.reserve(4096), shared.reserve(4096)];
const words = Array.from({ length: 10 }, () => shared.reserve(4 * ROOM));
const doubles = Array.from({ length: 4 }, () => shared.reserve(8 * ROOM));
const undecided = shared.reserve(8 * ROOM);

interface Line {
  readonly text: string;
  readonly ref: number;
}

/** Writes a layout by the obvious rules: the value starts after the last blank that follows the name or the closing brace. */
function putLayout(lines: readonly Line[], isOpenMetrics = false): void {
  let at = 0;
  lines.forEach(({ text, ref }, i) => {
    const bytes = Buffer.from(`${text}\n`, "latin1");
    shared.u8.set(bytes, bodies[0] + at);
    const match = /^(?:[a-z]+(?:\{[^}]*\})?)[ \t]+(?=(\S+)([ \t]+[\d.]+)?( # .*)?[ \t]*$)/.exec(text);
    shared.u32[(words[0] >> 2) + i] = at;
    const flags = (match?.[2] === undefined ? 0 : HAS_TIMESTAMP) + (match?.[3] === undefined ? 0 : HAS_EXEMPLAR);
    shared.u32[(words[1] >> 2) + i] = (match?.[0].length ?? bytes.length) + flags;
    shared.u32[(words[2] >> 2) + i] = bytes.length;
    shared.u32[(words[3] >> 2) + i] = ref;
    shared.f64[(doubles[0] >> 3) + i] = Number(match?.[1] ?? 0);
    at += bytes.length;
  });
  const word = control >> 2;
  const addresses = [bodies[0], bodies[1], 0, lines.length, words[0], words[1], words[2], words[3], doubles[0]];
  const columns = [words[4], words[5], words[6], words[7], doubles[1], words[8], doubles[2], doubles[3], undecided];
  shared.u32.set([...addresses, ...columns, 0, 0, 0, 0, 0, isOpenMetrics ? 1 : 0], word);
  shared.f64[(control + LineDiff.defaultTimestamp) >> 3] = 1000;
}

/** The new body, with what an older and longer body left behind it. */
function putBody(body: string, leftover: string): void {
  shared.u8.fill(0x30, bodies[1], bodies[1] + 4096);
  shared.u8.set(Buffer.from(body + leftover, "latin1"), bodies[1]);
  shared.u32[(control + LineDiff.bodyEnd) >> 2] = bodies[1] + Buffer.from(body, "latin1").length;
}

function column(array: Uint32Array | Float64Array, address: number, length: number): number[] {
  return [...array.subarray(address / array.BYTES_PER_ELEMENT, address / array.BYTES_PER_ELEMENT + length)];
}

/** Everything that a walk wrote, as plain values. */
function outcome(status: number) {
  const [readIndex, writeIndex, bodyOffset, sampleCount, undecidedCount] = column(shared.u32, control + LineDiff.readIndex, 5);
  return {
    status,
    readIndex,
    bodyOffset,
    starts: column(shared.u32, words[4], writeIndex),
    keyLengths: column(shared.u32, words[5], writeIndex),
    lineLengths: column(shared.u32, words[6], writeIndex),
    values: column(shared.f64, doubles[1], writeIndex),
    refs: column(shared.u32, words[8], sampleCount),
    samples: column(shared.f64, doubles[2], sampleCount),
    timestampsMs: column(shared.f64, doubles[3], sampleCount),
    undecided: column(shared.u32, undecided, 2 * undecidedCount),
  };
}

const layout: Line[] = [
  { text: "# TYPE up gauge", ref: 0 },
  { text: "up 1", ref: 11 },
  { text: 'requests{path="/a",code="200"} 123456', ref: 12 },
  { text: 'dropped{x="y"} 5', ref: 0 },
  { text: "stamped 7 1700000000000", ref: 13 },
];
const text = `${layout.map((line) => line.text).join("\n")}\n`;

describe.each(walks)("$name", ({ walk }) => {
  function run(body: string, leftover = "") {
    putLayout(layout);
    putBody(body, leftover);
    return outcome(walk(control));
  }

  test("the same body yields the same values, and explicit timestamps are read again", () => {
    expect(run(text)).toMatchObject({
      status: BODY_ENDED,
      readIndex: 5,
      bodyOffset: text.length,
      refs: [11, 12, 13],
      samples: [1, 123456, 7],
      timestampsMs: [1000, 1000, 1_700_000_000_000],
      undecided: [],
    });
  });

  test("only the value is parsed where only it differs, shorter or longer, and the lengths follow", () => {
    const got = run(text.replace("up 1", "up 0.25").replace("123456", "9").replace(" 7 1700000000000", " 8 1700000000001"));
    expect(got).toMatchObject({ status: BODY_ENDED, samples: [0.25, 9, 8], timestampsMs: [1000, 1000, 1_700_000_000_001] });
    expect(got.starts).toEqual([0, 16, 24, 57, 74]);
    expect(got.lineLengths).toEqual([16, 8, 33, 17, 24]);
  });

  test("a line may lose its timestamp, or get one", () => {
    const got = run(text.replace("up 1", "up 1 5").replace(" 7 1700000000000", " 7"));
    expect(got).toMatchObject({ samples: [1, 123456, 7], timestampsMs: [5, 1000, 1000] });
    expect(got.keyLengths).toEqual([16, 3 + HAS_TIMESTAMP, 31, 15, 8]);
  });

  test.each([
    { value: "NaN", why: "is not a decimal number" },
    { value: "+Inf", why: "is not a decimal number" },
    { value: "12345678901234567890", why: "has too many digits" },
    { value: "1x", why: "is an error" },
    { value: "1\r", why: "is an error" },
    { value: "1 2x", why: "has a bad timestamp" },
    { value: "1 2 3", why: "has too much behind it" },
    { value: "1 -5", why: "has a bad timestamp" },
    { value: "1 1234567890123456", why: "has a long timestamp" },
  ])("$value, which $why, is left undecided with its line and its row", ({ value }) => {
    const got = run(text.replace("123456", value).replace('{x="y"} 5', `{x="y"} ${value}`));
    expect(got.status).toBe(BODY_ENDED);
    expect(got.undecided).toEqual([2, 1, 3, NO_ROW]);
    expect(got.refs).toEqual([11, 12, 13]);
  });

  test.each([
    { from: "up 1", to: "down 1", index: 1, why: "another name" },
    { from: "/a", to: "/b", index: 2, why: "another label value" },
    { from: "up 1", to: "up", index: 1, why: "no value" },
    { from: "up 1", to: 'up {a="b"} 1', index: 1, why: "labels where the value was" },
    { from: "up 1", to: "up  1", index: 1, why: "another blank before the value" },
    { from: "gauge", to: "counter", index: 0, why: "another comment" },
    { from: "up 1\n", to: "\nup 1\n", index: 1, why: "a blank line" },
  ])("stops at $why, with what was done until then", ({ from, to, index }) => {
    const got = run(text.replace(from, to));
    expect(got).toMatchObject({ status: MISMATCH, readIndex: index });
    expect(got.starts).toHaveLength(index);
    expect(got.bodyOffset).toBe(layout.slice(0, index).reduce((sum, line) => sum + line.text.length + 1, 0));
  });

  test("goes on where the caller says, after it has resynchronised a line", () => {
    expect(run(text.replace("up 1\n", "new 1\nup 1\n"))).toMatchObject({ status: MISMATCH, readIndex: 1, bodyOffset: 16 });
    // The caller appends the new line to the new layout and its sample to the columns, then goes on behind it.
    shared.u32[(control + LineDiff.bodyOffset) >> 2] = 22;
    shared.u32[(control + LineDiff.writeIndex) >> 2] = 2;
    shared.u32[(control + LineDiff.sampleCount) >> 2] = 1;
    expect(outcome(walk(control))).toMatchObject({ status: BODY_ENDED, readIndex: 5, starts: [0, expect.anything(), 22, 27, 65, 82] });
  });

  test("a shorter body ends before the layout, whatever lies behind it", () => {
    const kept = text.slice(0, text.indexOf("dropped"));
    expect(run(kept, text.slice(kept.length))).toMatchObject({ status: BODY_ENDED, readIndex: 3, refs: [11, 12], bodyOffset: kept.length });
  });

  test("a longer body goes on behind the layout", () => {
    expect(run(`${text}more 1\n`)).toMatchObject({ status: LAYOUT_ENDED, readIndex: 5, bodyOffset: text.length });
  });

  test("a value that runs to the body's last byte is read no further", () => {
    expect(run("# TYPE up gauge\nup 12\n", "34\n")).toMatchObject({ status: BODY_ENDED, samples: [12] });
  });

  test("NUL bytes are told apart", () => {
    putLayout([{ text: 'z{a="\0\0\0\0\0\0\0\0\0\0\0\0"} 1', ref: 1 }]);
    putBody('z{a="\0\0\0\0\0\0\0\x80\0\0\0\0"} 1\n', "");
    expect(outcome(walk(control))).toMatchObject({ status: MISMATCH });
  });
});

const openMetrics: Line[] = [
  { text: "# TYPE up gauge", ref: 0 },
  { text: "up 1", ref: 11 },
  { text: "stamped 7 1700000000.5", ref: 12 },
  { text: 'traced 3 # {id="x"} 1', ref: 13 },
  { text: "# EOF", ref: 0 },
];
const openText = `${openMetrics.map((line) => line.text).join("\n")}\n`;

describe.each(walks)("$name, of OpenMetrics", ({ walk }) => {
  function run(body: string) {
    putLayout(openMetrics, true);
    putBody(body, "# EOF\n");
    return outcome(walk(control));
  }

  test("the same body yields the same values, but of lines with an exemplar, which are never decided", () => {
    const got = run(openText);
    expect(got).toMatchObject({ status: BODY_ENDED, readIndex: 5, bodyOffset: openText.length, refs: [11, 12, 13], undecided: [3, 2] });
    expect(got.samples.slice(0, 2)).toEqual([1, 7]);
    expect(got.timestampsMs.slice(0, 2)).toEqual([1000, 1_700_000_000_500]);
    expect(got.lineLengths).toEqual(openMetrics.map((line) => line.text.length + 1));
  });

  test.each([
    { text: "up 1 5", timestampMs: 5000, why: "whole seconds" },
    { text: "up 1 0.0019", timestampMs: 1, why: "parts of a millisecond, which are cut off" },
    { text: "up 1 -1.5", timestampMs: -1500, why: "seconds before the epoch" },
    { text: "up 1 -0.0001", timestampMs: 0, why: "less than nothing" },
    { text: "up 2 1520879607.789", timestampMs: 1_520_879_607_789, why: "fractions" },
    { text: "up 1 1e3", timestampMs: 1_000_000, why: "an exponent" },
  ])("a timestamp may have $why", ({ text: line, timestampMs }) => {
    const got = run(openText.replace("up 1", line));
    expect(got).toMatchObject({ status: BODY_ENDED, undecided: [3, 2] });
    expect(got.timestampsMs[0]).toBe(timestampMs);
    expect(got.keyLengths[1]).toBe(3 + HAS_TIMESTAMP);
  });

  test.each([
    { text: "up 1 # {} 2", why: "got an exemplar" },
    { text: "up 1 5 # {} 2", why: "got a timestamp and an exemplar" },
    { text: "up 1 1e13", why: "is of another age" },
    { text: "up 1 NaN", why: "has no time" },
    { text: "up 1 ", why: "has a blank at its end" },
    { text: "up 1  5", why: "has two blanks" },
    { text: "up 1\t5", why: "has a tab" },
    { text: "up 1 5 6", why: "has too much behind it" },
    { text: "up NaN", why: "has no decimal number" },
  ])("a line that $why is left undecided", ({ text: line }) => {
    const got = run(openText.replace("up 1", line));
    expect(got).toMatchObject({ status: BODY_ENDED, readIndex: 5, undecided: [1, 0, 3, 2] });
    expect(got.lineLengths[1]).toBe(line.length + 1);
  });

  test("a line that lost its exemplar is left undecided once more", () => {
    expect(run(openText.replace(' # {id="x"} 1', "")).undecided).toEqual([3, 2]);
  });

  test("lines behind the last one are the caller's", () => {
    expect(run(`${openText}up 1\n`)).toMatchObject({ status: LAYOUT_ENDED, readIndex: 5, bodyOffset: openText.length });
  });
});

test.each([
  { format: "the Prometheus format", isOpenMetrics: false },
  { format: "OpenMetrics", isOpenMetrics: true },
])("kernel and twin agree on whatever follows whatever in $format", ({ isOpenMetrics }) => {
  const name = fc.constantFrom("a", "bb", 'c{l="1"}', 'c{l="2"}', "ffffffffffffffffffffffffffff");
  const value = fc.constantFrom("1", "2", "0.5", "12345.678", "NaN", "1e3", "x", "9 17", "8 16", "7 ", "6 1.25", "5 # {} 1");
  const line = fc.oneof({ weight: 6, arbitrary: fc.tuple(name, value).map(([n, v]) => `${n} ${v}`) }, fc.constantFrom("", "# x", "# y"));
  fc.assert(
    fc.property(fc.array(line, { maxLength: 12 }), fc.array(line, { maxLength: 12 }), (before, after) => {
      const lines = before.map((text, i) => ({ text, ref: i % 4 }));
      const outcomes = walks.map(({ walk }) => {
        putLayout(lines, isOpenMetrics);
        putBody(after.map((text) => `${text}\n`).join(""), "a 1\nbb 2\n");
        return outcome(walk(control));
      });
      expect(decidedOnly(outcomes[0])).toEqual(decidedOnly(outcomes[1]));
    }),
    { numRuns: 1500 },
  );
});

/** An undecided line's own numbers mean nothing. */
function decidedOnly(result: ReturnType<typeof outcome>) {
  const copy = { ...result, values: [...result.values], samples: [...result.samples], timestampsMs: [...result.timestampsMs] };
  for (let i = 0; i < result.undecided.length; i += 2) {
    copy.values[result.undecided[i]] = 0;
    if (result.undecided[i + 1] === NO_ROW) continue;
    copy.samples[result.undecided[i + 1]] = copy.timestampsMs[result.undecided[i + 1]] = 0;
  }
  return copy;
}
