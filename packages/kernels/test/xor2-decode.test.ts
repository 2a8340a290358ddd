import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { decodersOf, expectAgreement, put, ROWS, valuesOf } from "./float-decoders.ts";

const decoders = decodersOf("xor2");

/** Chunks that Prometheus 3.14 wrote, without their counts. */
const chunks = [
  {
    what: "a counter with stale markers",
    hex: "0080a0abfef96200000000000000009875c22bffa12bfffc006b049a91fdd60b5fd58fce358740",
    timestampsMs: [
      1700000000000, 1700000015000, 1700000030000, 1700000045000, 1700000060000, 1700000075000, 1700000090000, 1700000105000, 1700000120000,
      1700000135000, 1700000150000, 1700000165000,
    ],
    values: [0, 1, 4, NaN, 16, 25, 36, 49, NaN, 81, 100, 121],
  },
  {
    what: "stale from the first sample on",
    hex: "0080a0abfef9627ff00000000000029875f426c01c",
    timestampsMs: [1700000000000, 1700000015000, 1700000030000, 1700000045000],
    values: [NaN, NaN, 7, 7],
  },
  {
    what: "every width of a time's change",
    hex: "00000000000000000000017010006115ffefffb000704bfffc1c000ef0000cc06e7ffffcb0be8000178000000000148b5e3341fbfffffffffeb78a1d9fff9817a002f00000fffffd21140cfbffff8000016f3600",
    timestampsMs: [
      0, 1, 8194, 16386, 24579, 90116, 90117, 90118, 614406, 614407, 6000000, 6004096, 6012287, 6016383, 35184372088832, 35184372088833,
    ],
    values: [0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7],
  },
  {
    what: "windows of every kind",
    hex: "0080a0abfef9623fb999999999999a9875c90fd5e9aaaaaaaaaaaaf41fc0355555555555579831cfb4a2333d80e87ffc6fc8791000eb3b0000000000000000d003a037fff000343f404999999999999b80030070000000000001bffd001aaaaaaaaaaaaf800581fc035555555555557dffeb0639f6944667b01e00160fff8df90f22001d6777ffa00000000000000038005800f7ffb00dfffe00140010",
    timestampsMs: [
      1700000000000, 1700000015000, 1700000030000, 1700000045000, 1700000060000, 1700000075000, 1700000090000, 1700000105000, 1700000120000,
      1700000135000, 1700000150000, 1700000165001, 1700000180000, 1700000195001, 1700000210000, 1700000225001, 1700000240000, 1700000255001,
      1700000270000, 1700000285001,
    ],
    values: [
      0.1,
      0.2,
      0.30000000000000004,
      -0.1,
      1e300,
      5e-324,
      0,
      -0,
      NaN,
      Infinity,
      0.1,
      0.2,
      0.30000000000000004,
      -0.1,
      1e300,
      5e-324,
      0,
      -0,
      NaN,
      Infinity,
    ],
  },
  {
    what: "one start timestamp for all",
    hex: "8080a0abfef9620000000000000000d00f9875c22bffa12fffd603ab0bad06",
    timestampsMs: [1700000000000, 1700000015000, 1700000030000, 1700000045000, 1700000060000, 1700000075000],
    values: [0, 1, 2, 3, 4, 5],
  },
  {
    what: "a start timestamp of every sample",
    hex: "8180a0abfef9620000000000000000029975c22bff5097ffd580dbff99616c004cd06ac0b45bff994278",
    timestampsMs: [
      1700000000000, 1700000015001, 1700000030002, 1700000045003, 1700000060000, 1700000075001, 1700000090002, 1700000105003, 1700000120000,
    ],
    values: [0, 1, 2, 3, 4, 5, 6, 7, 8],
  },
  {
    what: "start timestamps that come late and go",
    hex: "0480a0abfef96200000000000000009875c22bffa12fffd603ab0bf8af2bad07f074e15817f074e11fe00018bcfe5a385aa13ffbfff9d0c06b456c",
    timestampsMs: [
      1700000000000, 1700000015000, 1700000030000, 1700000045000, 1700000060000, 1700000075000, 1700000090000, 1700000105000, 1700000120000,
    ],
    values: [0, 1, 2, 3, 4, 5, 6, 7, 8],
  },
  {
    what: "start timestamps are told from the 127th sample on at the latest",
    hex: "ff80a0abfef9623ff0000000000000f69fabfef962987500000000000000000000000000000001fc000317a0047d96f83a987c1d4c3e0ea5df07530f83a980",
    timestampsMs: Array.from({ length: 133 }, (_, i) => 1700000000000 + i * 15000),
    values: Array.from({ length: 133 }, () => 1),
  },
];

describe.each(decoders)("$name", ({ decode }) => {
  test.each(chunks)("decodes $what, or the first samples, however many follow", ({ hex, timestampsMs, values }) => {
    const end = put(Buffer.from(hex, "hex"));
    for (let count = 0; count <= values.length; count++) {
      const decoded = decode(end, count);
      expect(decoded.count).toBe(count);
      expect(decoded.timestampsMs).toEqual(timestampsMs.slice(0, count));
      expect(valuesOf(decoded)).toEqual(values.slice(0, count));
    }
  });

  test.each(chunks)("refuses $what when its last byte is missing", ({ hex, values }) => {
    const bytes = Buffer.from(hex, "hex");
    expect(decode(put(bytes.subarray(0, bytes.length - 1)), values.length).count).toBe(-1);
  });

  test("refuses a varint without an end and a window of more than 64 bits", () => {
    expect(decode(put(new Uint8Array(21).fill(255)), 1).count).toBe(-1);
    // No start timestamps, time 0, value 0, delta 0, then `110`, 31 leading zeros, 63 significant bits.
    const bytes = Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0b11011111, 0b11111100, 0, 0, 0, 0, 0, 0, 0, 0, 0);
    expect(decode(put(bytes), 2).count).toBe(-1);
  });
});

test("whatever the bytes are, kernel and twin agree and stay inside", () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1, maxLength: 200 }), fc.integer({ min: 0, max: ROWS }), (bytes, sampleCount) =>
      expectAgreement(decoders, bytes, sampleCount),
    ),
    { numRuns: 2000 },
  );
});

test("where bits of a good chunk are flipped, kernel and twin agree", () => {
  fc.assert(
    fc.property(fc.nat(chunks.length - 1), fc.array(fc.nat(), { maxLength: 3 }), fc.nat(40), (which, flips, more) => {
      const bytes = Buffer.from(chunks[which].hex, "hex");
      for (const flip of flips) bytes[(flip >>> 3) % bytes.length] ^= 1 << (flip & 7);
      expectAgreement(decoders, bytes, Math.min(ROWS, chunks[which].values.length + Math.max(0, more - 30)));
    }),
    { numRuns: 2000 },
  );
});
