import { gunzipSync } from "node:zlib";
import { expect, test } from "@jest/globals";
import { encodeProfile, formatProfile, type Profile } from "../../src/profiling/profile.ts";

type Field = readonly [field: number, value: bigint | Buffer];

/** The fields of a message, as Protocol Buffers write them. */
function readMessage(bytes: Buffer): Field[] {
  const fields: Field[] = [];
  let at = 0;
  const varint = (): bigint => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = bytes[at++];
      value |= BigInt(byte & 127) << shift;
      if (byte < 128) return value;
    }
  };
  while (at < bytes.length) {
    const tag = Number(varint());
    if ((tag & 7) === 0) {
      fields.push([tag >> 3, varint()]);
    } else {
      expect(tag & 7).toBe(2);
      const length = Number(varint());
      fields.push([tag >> 3, bytes.subarray(at, (at += length))]);
    }
  }
  return fields;
}

function readPacked(bytes: Buffer): bigint[] {
  // Any field number will do, once for each value.
  const values: bigint[] = [];
  for (let at = 0; at < bytes.length;) {
    let end = at;
    while (bytes[end] > 127) end++;
    values.push(readMessage(Buffer.concat([Buffer.from([8]), bytes.subarray(at, end + 1)]))[0][1] as bigint);
    at = end + 1;
  }
  return values;
}

/** A profile read back by the numbers of profile.proto. */
function decode(profile: Profile) {
  const fields = readMessage(gunzipSync(encodeProfile(profile)));
  const all = (field: number): Buffer[] => fields.filter(([number]) => number === field).map(([, value]) => value as Buffer);
  const texts = all(6).map(String);
  const text = (id: unknown): string => texts[Number(id)];
  const record = (bytes: Buffer): Map<number, bigint | Buffer> => new Map(readMessage(bytes));
  const functions = new Map(all(5).map((bytes) => [record(bytes).get(1), record(bytes)]));
  const locations = new Map(
    all(4).map((bytes) => {
      const location = record(bytes);
      const line = record(location.get(4) as Buffer);
      const called = functions.get(line.get(1))!;
      return [location.get(1), { name: text(called.get(2)), file: text(called.get(4)), line: Number(line.get(2)) }];
    }),
  );
  return {
    types: all(1).map((bytes) => [text(record(bytes).get(1)), text(record(bytes).get(2))]),
    samples: all(2).map((bytes) => ({
      stack: readPacked(record(bytes).get(1) as Buffer).map((id) => locations.get(id)),
      values: readPacked(record(bytes).get(2) as Buffer).map(Number),
    })),
    startedNs: record(gunzipSync(encodeProfile(profile))).get(9),
    comment: text(record(gunzipSync(encodeProfile(profile))).get(13)),
  };
}

const TYPES: Profile["types"] = [
  ["samples", "count"],
  ["cpu", "nanoseconds"],
];

const main = { name: "main", file: "main.js", line: 1 };
const leaf = { name: "größe", file: "", line: 300 };

test.each<{ readonly why: string; readonly samples: Profile["samples"]; readonly comment: string }>([
  { why: "nothing was measured", samples: [], comment: "" },
  {
    why: "numbers take one byte, two and eight",
    samples: [127, 128, 2 ** 53 - 1].map((ns) => ({ stack: [main], values: [1, ns] })),
    comment: "sizes",
  },
  {
    why: "frames and texts stand on several stacks",
    samples: [
      { stack: [leaf, main], values: [1, 10] },
      { stack: [main], values: [2, 0] },
      { stack: [{ ...leaf, line: 301 }, leaf, main], values: [0, 3] },
    ],
    comment: "main.js",
  },
  {
    why: "there are more frames than one byte numbers",
    samples: Array.from({ length: 300 }, (_, i) => ({ stack: [{ name: `f${i}`, file: "f.js", line: i }, main], values: [i, i * i] })),
    comment: "many",
  },
])("what is encoded is read back by the numbers of the format where $why", ({ samples, comment }) => {
  expect(decode({ types: TYPES, samples, startedMs: 1_767_225_600_500, durationMs: 30_000, comment })).toEqual({
    types: TYPES,
    samples,
    startedNs: 1_767_225_600_500_000_000n,
    comment,
  });
});

test("a text of it has the greatest stack first", () => {
  const samples = [
    { stack: [{ name: "a" }], values: [1, 5] },
    { stack: [{ name: "b" }, { name: "main" }], values: [2, 70] },
  ];
  expect(formatProfile({ types: TYPES, samples, startedMs: 0, durationMs: 0, comment: "Of a test." })).toBe(
    "Of a test.\nsamples/count cpu/nanoseconds\n\n2 70 @ b < main\n1 5 @ a\n",
  );
});
