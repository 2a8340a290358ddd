import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { decodersOf, expectAgreement, put, ROWS, valuesOf } from "./float-decoders.ts";

const decoders = decodersOf("xor");

const START_MS = 1_700_006_400_000;

/** Chunks that Prometheus 2.42 wrote, without their counts. */
const chunks = [
  {
    what: "a constant",
    hex: "80c0b884fa624045000000000000987500",
    offsetsMs: [0, 15, 30, 45, 60].map((s) => s * 1000),
    values: [42, 42, 42, 42, 42],
  },
  {
    what: "a counter",
    hex: "80c0b884fa6200000000000000009875c457fec267ff8d425b7030",
    offsetsMs: [0, 15, 30, 45, 60, 75].map((s) => s * 1000),
    values: [0, 1, 3, 3, 10, 11],
  },
  {
    what: "windows of 64 significant bits",
    hex: "80c0b884fa623fb999999999999a9875d21f6bd3555555555555d83f806aaaaaaaaaaaaeb0639f6944667b01b0fff8df90f22001d674",
    offsetsMs: [0, 15, 30, 45, 60, 75].map((s) => s * 1000),
    values: [0.1, 0.2, 0.30000000000000004, -0.1, 1e300, 5e-324],
  },
  {
    what: "not-a-number, infinities and zeros",
    hex: "80c0b884fa627ff8000000000001904ed9a4000000000000b0036033ffd4003001fff0000000000002",
    offsetsMs: [0, 10, 20, 30, 40, 50].map((s) => s * 1000),
    values: [NaN, Infinity, -Infinity, 0, -0, NaN],
  },
  {
    what: "every width of a time's change",
    hex: "80c0b884fa623ff000000000000001c25fffa000d80efffd0002ce0007780006b0b39fffff683e80001d817e0000000000a45af120",
    offsetsMs: [0, 1, 8194, 16_386, 24_579, 90_116, 90_117, 90_118, 614_406, 614_407, 6_000_000],
    values: [1, 2, 3, 3, 3, 3, 4, 4, 5, 6, 7],
  },
];

describe.each(decoders)("$name", ({ decode }) => {
  test.each(chunks)("decodes $what", ({ hex, offsetsMs, values }) => {
    const decoded = decode(put(Buffer.from(hex, "hex")), values.length);
    expect(decoded.timestampsMs.map((ms) => ms - START_MS)).toEqual(offsetsMs);
    expect(valuesOf(decoded)).toEqual(values);
  });

  test.each(chunks)("decodes the first samples of $what, however many follow", ({ hex, offsetsMs, values }) => {
    const end = put(Buffer.from(hex, "hex"));
    for (let count = 0; count <= values.length; count++) {
      const decoded = decode(end, count);
      expect(decoded.count).toBe(count);
      expect(decoded.timestampsMs.map((ms) => ms - START_MS)).toEqual(offsetsMs.slice(0, count));
    }
  });

  test.each(chunks)("refuses $what when its last byte is missing", ({ hex, values }) => {
    const bytes = Buffer.from(hex, "hex");
    // The constant's last byte is padding that an older writer left.
    const needed = bytes.at(-1) === 0 ? bytes.length - 1 : bytes.length;
    expect(decode(put(bytes.subarray(0, needed - 1)), values.length).count).toBe(-1);
  });

  test("refuses a varint without an end and a window of more than 64 bits", () => {
    expect(decode(put(new Uint8Array(20).fill(255)), 1).count).toBe(-1);
    // Time 0, value 0, delta 0, then `11`, 31 leading zeros, 63 significant bits.
    const bytes = Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0b11111111, 0b11111111, 0, 0, 0, 0, 0, 0, 0, 0, 0);
    expect(decode(put(bytes), 2).count).toBe(-1);
  });
});

/** Bytes of chunks that make sense are mostly zeros; with them changes of a delta by 64 bits follow each other. */
const mostlyZeros = fc.uint8Array({ maxLength: 200 }).map((bytes) => bytes.map((byte) => (byte % 3 === 0 ? byte : 0)));

test.each([
  { what: "the bytes are", bytes: fc.uint8Array({ maxLength: 200 }) },
  { what: "bytes stand between zeros", bytes: mostlyZeros },
])("whatever $what, kernel and twin agree and stay inside", ({ bytes }) => {
  fc.assert(
    fc.property(bytes, fc.integer({ min: 0, max: ROWS }), (data, sampleCount) => expectAgreement(decoders, data, sampleCount)),
    { numRuns: 2000 },
  );
});

test("a delta that wraps around 64 bits is the kernel's to read", () => {
  // Time 0, value 0, delta 2^63, then `1111` and a change of -2^63.
  const bytes = Uint8Array.of(0, ...new Uint8Array(8), 128, 128, 128, 128, 128, 128, 128, 128, 128, 1, 0b01111100, ...new Uint8Array(8), 0);
  expect(decoders.map(({ decode }) => decode(put(bytes), 3).count)).toEqual([3, -1]);
});

test("where bits of a good chunk are flipped, kernel and twin agree", () => {
  fc.assert(
    fc.property(fc.nat(chunks.length - 1), fc.array(fc.nat(), { minLength: 1, maxLength: 3 }), (which, flips) => {
      const bytes = Buffer.from(chunks[which].hex, "hex");
      for (const flip of flips) bytes[(flip >>> 3) % bytes.length] ^= 1 << (flip & 7);
      expectAgreement(decoders, bytes, chunks[which].values.length);
    }),
    { numRuns: 1000 },
  );
});
