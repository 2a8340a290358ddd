import { expect, test } from "@jest/globals";
import { ByteReader, ByteWriter, crc32c } from "@ferula/bytes";
import { chunkedReadResponseCodec, type ChunkedReadResponseMessage, ChunkFrameWriter } from "../../src/index.ts";

function framesIn(out: ByteWriter): { readonly sizes: number[]; readonly messages: ChunkedReadResponseMessage[] } {
  const reader = new ByteReader(out.view());
  const sizes: number[] = [];
  const messages: ChunkedReadResponseMessage[] = [];
  while (reader.remaining > 0) {
    sizes.push(reader.uvarint());
    const checksum = reader.u32be();
    const message = reader.bytes(sizes[sizes.length - 1]);
    expect(crc32c(message)).toBe(checksum);
    messages.push(chunkedReadResponseCodec.decode(message));
  }
  return { sizes, messages };
}

const labels = [
  { name: "__name__", value: "up" },
  { name: "ort", value: "Köln" },
];
const flat = labels.flatMap(({ name, value }) => [name, value]);

test("a series is a frame with its labels, its chunks and the index of the query", () => {
  const out = new ByteWriter();
  const frames = new ChunkFrameWriter(out, 1000, 3);
  frames.begin(flat);
  frames.add(-5, 0, 1, Uint8Array.of(1, 2));
  frames.add(1_700_000_000_000, 1_700_000_000_001, 3, new Uint8Array(0));
  frames.end();
  expect(framesIn(out).messages).toEqual([
    {
      queryIndex: 3,
      chunkedSeries: [
        {
          labels,
          chunks: [
            { minTimeMs: -5, maxTimeMs: 0, type: 1, data: Uint8Array.of(1, 2) },
            { minTimeMs: 1_700_000_000_000, maxTimeMs: 1_700_000_000_001, type: 3, data: new Uint8Array(0) },
          ],
        },
      ],
    },
  ]);
});

test("a series without chunks is no frame", () => {
  const out = new ByteWriter();
  const frames = new ChunkFrameWriter(out, 1000, 0);
  frames.begin(flat);
  frames.end();
  expect(out.length).toBe(0);
});

test.each([
  { maxBytes: 0, chunkCounts: [1, 1, 1, 1, 1, 1], why: "each chunk has a frame where none would fit" },
  { maxBytes: 250, chunkCounts: [3, 3], why: "the chunk by which a frame is full is in it" },
  { maxBytes: 100_000, chunkCounts: [6], why: "all fit" },
])("$why", ({ maxBytes, chunkCounts }) => {
  const out = new ByteWriter();
  const frames = new ChunkFrameWriter(out, maxBytes, 0);
  for (let series = 0; series < 2; series++) {
    frames.begin(flat);
    for (let i = 0; i < 6; i++) frames.add(i, i, 1, new Uint8Array(100).fill(i));
    frames.end();
  }
  const { messages } = framesIn(out);
  expect(messages.map(({ chunkedSeries: [{ chunks }] }) => chunks.length)).toEqual([...chunkCounts, ...chunkCounts]);
  expect(messages.every(({ chunkedSeries }) => chunkedSeries.length === 1 && chunkedSeries[0].labels.length === 2)).toBe(true);
});
