import { expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { encodeFrame, readFrames } from "../src/index.ts";

const recordLists = fc.array(fc.uint8Array({ minLength: 1, maxLength: 40 }), { maxLength: 6 });

function journal(records: readonly Uint8Array[]): Uint8Array {
  return Buffer.concat(records.map(encodeFrame));
}

test("what is framed is read again", () => {
  fc.assert(
    fc.property(recordLists, (records) => {
      const bytes = journal(records);
      const read = readFrames(bytes);
      expect(read.records.map((record) => [...record])).toEqual(records.map((record) => [...record]));
      expect(read.end).toBe(bytes.length);
    }),
  );
});

test("a journal cut anywhere gives the records before the cut", () => {
  const records = [Uint8Array.of(1, 2, 3), Uint8Array.of(5), Uint8Array.of(4)];
  const bytes = journal(records);
  const ends = [0, 11, 20, 29];
  for (let cut = 0; cut <= bytes.length; cut++) {
    const { records: read, end } = readFrames(bytes.subarray(0, cut));
    const whole = ends.filter((one) => one <= cut).length - 1;
    expect(read.length).toBe(whole);
    expect(end).toBe(ends[whole]);
  }
});

test.each([7, 8, 9, 512])("%d zeros, as a power cut leaves them, are no frames", (count) => {
  const bytes = Buffer.concat([journal([Uint8Array.of(1, 2, 3)]), new Uint8Array(count)]);
  expect(readFrames(bytes)).toMatchObject({ records: [Uint8Array.of(1, 2, 3)], end: 11 });
});

test("a record without a byte is a bug of who writes it", () => {
  expect(() => encodeFrame(Uint8Array.of())).toThrow("BUG");
});

test("a flipped bit ends the reading before its frame", () => {
  const bytes = journal([Uint8Array.of(1, 2, 3), Uint8Array.of(4, 5)]);
  for (let bit = 0; bit < bytes.length * 8; bit++) {
    const damaged = Uint8Array.from(bytes);
    damaged[bit >> 3] ^= 1 << (bit & 7);
    expect(readFrames(damaged).records.length).toBe(bit < 11 * 8 ? 0 : 1);
  }
});
