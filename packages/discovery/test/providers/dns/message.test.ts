import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { decodeName, encodeName } from "../../../src/providers/dns/domain-name.ts";
import { decodeAnswer, encodeQuestion } from "../../../src/providers/dns/message.ts";

/** A header: id 7, the flags, and how many questions, answers, authorities and others follow. */
const message = (counts: readonly number[], ...parts: readonly string[]): Buffer =>
  Buffer.from(`00078180${counts.map((count) => count.toString(16).padStart(4, "0")).join("")}${parts.join("")}`.replaceAll(" ", ""), "hex");

/** `www.`, then type A, class IN, a minute. */
const HEAD_OF_A = "03777777 00 0001 0001 0000003c";

test.each([
  { why: "with EDNS", hasEdns: true, want: "00070100 0001 0000 0000 0001 03777777026465 00 001c 0001 00 0029 1000 00000000 0000" },
  { why: "without", hasEdns: false, want: "00070100 0001 0000 0000 0000 03777777026465 00 001c 0001" },
])("a question $why", ({ hasEdns, want }) => {
  expect(encodeQuestion(7, "www.de.", "AAAA", hasEdns).toString("hex")).toBe(want.replaceAll(" ", ""));
});

describe("names", () => {
  test.each([
    { name: ".", hex: "00" },
    { name: "a.bc.", hex: "01 61 02 6263 00" },
    { name: String.raw`a\.b.`, hex: "03 612e62 00" },
    { name: String.raw`\000\255\\.`, hex: "03 00ff5c 00" },
    { name: String.raw`\195\188.`, hex: "02 c3bc 00" },
  ])("$name is written and read", ({ name, hex }) => {
    const bytes = Buffer.from(hex.replaceAll(" ", ""), "hex");
    expect(encodeName(name)).toEqual(bytes);
    expect(decodeName(bytes, 0)).toEqual({ name, end: bytes.length });
  });

  test("letters of other alphabets are sent as their bytes", () => {
    expect(encodeName("ü.").toString("hex")).toBe("02c3bc00");
  });

  test.each([
    { why: "a circle of pointers", hex: "c000", want: "too many compression pointers" },
    {
      why: "a long way of pointers, each to the one before",
      hex: `00c000${Array.from({ length: 127 }, (_, i) => `c0${(2 * i + 1).toString(16).padStart(2, "0")}`).join("")}`,
      offset: 253,
      want: "too many compression pointers",
    },
    { why: "a pointer beyond the end", hex: "c0ff", want: "cut off" },
    { why: "half a pointer", hex: "c0", want: "cut off" },
    { why: "a label beyond the end", hex: "056161", want: "cut off" },
    { why: "no end", hex: "0161", want: "cut off" },
    { why: "a reserved kind of label", hex: "4161", want: "bad rdata" },
    { why: "more than 255 bytes", hex: `${`3f${"61".repeat(63)}`.repeat(4)}00`, want: "exceeded 255" },
  ])("are refused: $why", ({ hex, offset = 0, want }) => {
    expect(() => decodeName(Buffer.from(hex, "hex"), offset)).toThrow(want);
  });

  test("of whatever bytes are read as they were written", () => {
    const label = fc.uint8Array({ minLength: 1, maxLength: 63 });
    fc.assert(
      fc.property(fc.array(label, { maxLength: 3 }), (labels) => {
        const bytes = Buffer.concat([...labels.map((one) => Buffer.from([one.length, ...one])), Buffer.of(0)]);
        expect(encodeName(decodeName(bytes, 0).name)).toEqual(bytes);
      }),
    );
  });
});

describe("an answer", () => {
  test.each([
    { why: "that is a header alone has no records", bytes: message([1, 9, 9, 9]), want: { code: 0, records: [] } },
    {
      why: "that ends between two records has those before",
      bytes: message([0, 9, 0, 0], `${HEAD_OF_A} 0004 01020304`),
      want: { code: 0, records: [{ kind: "address", address: "1.2.3.4" }] },
    },
    {
      why: "has the upper bits of its code in the options",
      bytes: message([0, 0, 0, 1], "00 0029 1000 01000000 0000"),
      want: { code: 16, records: [] },
    },
    {
      why: "has no records of those that are beside the point",
      bytes: message([0, 0, 1, 1], `${HEAD_OF_A} 0004 01020304 ${HEAD_OF_A} 0004 01020304`),
      want: { code: 0, records: [] },
    },
  ])("$why", ({ bytes, want }) => {
    expect(decodeAnswer(bytes)).toEqual({ id: 7, isTruncated: false, ...want });
  });

  test.each([
    { address: "::", hex: "00000000000000000000000000000000" },
    { address: "::1", hex: "00000000000000000000000000000001" },
    { address: "2001:db8:0:1:1:1:1:1", hex: "20010db8000000010001000100010001" },
    { address: "2001:0:0:1::1", hex: "20010000000000010000000000000001" },
    { address: "2001:db8::1:0:0:1", hex: "20010db8000000000001000000000001" },
    { address: "::102:304", hex: "00000000000000000000000001020304" },
    { address: "1.2.3.4", hex: "00000000000000000000ffff01020304" },
  ])("writes an address as Go does: $address", ({ address, hex }) => {
    const bytes = message([0, 1, 0, 0], `00 001c 0001 0000003c 0010 ${hex}`);
    expect(decodeAnswer(bytes).records).toEqual([{ kind: "address", address }]);
  });

  test.each([
    { why: "less than a header", bytes: Buffer.alloc(11), want: "short read" },
    { why: "half of a question", bytes: message([1, 0, 0, 0], "03777777 00 00"), want: "cut off inside a question" },
    { why: "half of a record", bytes: message([0, 1, 0, 0], "03777777 00 0001"), want: "cut off inside a record" },
    { why: "a record longer than the rest", bytes: message([0, 1, 0, 0], `${HEAD_OF_A} 0005 01020304`), want: "cut off inside a record" },
    { why: "an address of three bytes", bytes: message([0, 1, 0, 0], `${HEAD_OF_A} 0003 010203`), want: "bad rdlength" },
    { why: "an address of five bytes", bytes: message([0, 1, 0, 0], `${HEAD_OF_A} 0005 0102030405`), want: "bad rdlength" },
    { why: "a service without a name", bytes: message([0, 1, 0, 0], "00 0021 0001 0000003c 0006 000100020003"), want: "cut off" },
    { why: "more after a name", bytes: message([0, 1, 0, 0], "00 0002 0001 0000003c 0002 0000"), want: "bad rdlength" },
    { why: "a broken record beside the point", bytes: message([0, 0, 0, 1], `${HEAD_OF_A} 0003 010203`), want: "bad rdlength" },
  ])("is refused: $why", ({ bytes, want }) => {
    expect(() => decodeAnswer(bytes)).toThrow(want);
  });

  test("of whatever bytes is read, or refused with an error of ours", () => {
    const part = fc.constantFrom(HEAD_OF_A, "c00c", "0004 01020304", "00 0021 0001 00000000 0008 0001 0002 0050 c00c", "00", "c01a");
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 300 }),
      fc
        .tuple(fc.array(fc.nat(3), { minLength: 4, maxLength: 4 }), fc.array(part, { maxLength: 12 }))
        .map(([counts, parts]) => message(counts, ...parts)),
    );
    fc.assert(
      fc.property(bytes, (packet) => {
        try {
          decodeAnswer(packet);
        } catch (error) {
          expect((error as Error).message).toMatch(/^dns: /);
        }
      }),
      { numRuns: 2000 },
    );
  });
});
