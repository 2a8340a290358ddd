import {
  CHUNK_HEADER_BYTES,
  createChunkReader,
  createFloatAppender,
  decodeFloatChunk,
  type FloatEncoding,
  HistogramAppender,
  openChunk,
  reserveDecodeScratch,
  SAMPLE_TYPES,
  type Slab,
  slabAddress,
  SlabAllocator,
  XorEncoder,
} from "@ferula/chunks";
import { createSharedMemory, type SharedMemory } from "@ferula/kernels";
import { createHistogramColumns, createIntegerHistogram, createSampleColumns, pushHistogram, type SampleColumns } from "@ferula/model";
import { median, print, type BenchCase } from "../bench.ts";
import { readOptions } from "../options.ts";
import { createGenerator } from "../generator.ts";

const defaults = { series: 10_000, samples: 120, passes: 20, rounds: 5 };
const quick = { series: 500, passes: 4, rounds: 1 };

const INTERVAL_MS = 15_000;
const START_MS = 1_767_225_600_000;

/** Of each histogram, side by side. */
const BUCKETS = 20;

/** A histogram takes as long as some hundred floats: so many times fewer chunks are read. */
const HISTOGRAM_SHARE = 100;

/** The share of values that differ from one sample to the next, as in the simulated targets. */
const CHANGING = 0.37;

/** A way to read chunks. */
interface Decoder {
  readonly name: string;
  readonly chunkCount: number;
  readonly read: (index: number) => void;
}

/** What reading samples out of chunks costs. There is no peer: none of Debian's programs reads chunks without an engine around it. */
export const decode: BenchCase = {
  name: "decode",
  about: "million samples that a core decodes in a second, by kind of chunk; ours alone (--quick --series= --samples= --passes= --rounds=)",
  run(args) {
    const options = readOptions(defaults, args, quick);
    const { series, samples, passes, rounds } = options;
    print(
      `${series} chunks × ${samples} samples, ${passes} passes, ${rounds} rounds; medians by CPU time; there is no peer on PATH for this`,
    );
    const decoders = makeDecoders(options);
    const rates = new Map<string, number[]>(decoders.map(({ name }) => [name, []]));
    for (const decoder of decoders) readAll(decoder, passes);
    for (let round = 0; round < rounds; round++) {
      for (const decoder of decoders) {
        const seconds = readAll(decoder, passes);
        rates.get(decoder.name)?.push((decoder.chunkCount * samples * passes) / seconds / 1e6);
      }
    }
    for (const [name, all] of rates) print(`  ${name.padEnd(38)} ${median(all).toPrecision(3).padStart(5)} M samples/s`);
    return Promise.resolve();
  },
};

/** Reads every chunk `passes` times and returns the CPU-seconds of this process. */
function readAll({ read, chunkCount }: Decoder, passes: number): number {
  const before = process.cpuUsage();
  for (let pass = 0; pass < passes; pass++) {
    for (let index = 0; index < chunkCount; index++) read(index);
  }
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}

function makeDecoders({ series, samples }: typeof defaults): readonly Decoder[] {
  const shared = createSharedMemory();
  const reader = createChunkReader(shared, reserveDecodeScratch(shared));
  const all = Array.from({ length: series }, (_, i) => columnsOf(i, samples));
  const slabs = xorSlabs(shared, all);
  const xor = chunksOf("xor", all);
  const xor2 = chunksOf("xor2", all);
  const out = createSampleColumns(samples);
  const floats = (name: string, append: (index: number) => void): Decoder => ({
    name,
    chunkCount: series,
    read(index) {
      out.length = 0;
      append(index);
    },
  });
  return [
    floats("xor, slabs, by the kernel", (i) => reader.read(slabAddress(slabs[i]) + CHUNK_HEADER_BYTES, samples, out)),
    floats("xor, bytes of a block, by the kernel", (i) => reader.readBytes("xor", xor(i), out)),
    floats("xor2, bytes of a block, by the kernel", (i) => reader.readBytes("xor2", xor2(i), out)),
    floats("xor, bytes of a block, TypeScript", (i) => void decodeFloatChunk("xor", xor(i), out)),
    floats("xor2, bytes of a block, TypeScript", (i) => void decodeFloatChunk("xor2", xor2(i), out)),
    histogramDecoder(Math.ceil(series / HISTOGRAM_SHARE), samples),
  ];
}

function histogramDecoder(chunkCount: number, samples: number): Decoder {
  const chunks = Array.from({ length: chunkCount }, (_, i) => histogramChunk(i, samples));
  const out = createHistogramColumns(samples);
  return {
    name: `histograms of ${BUCKETS} buckets, to columns`,
    chunkCount,
    read(index) {
      out.length = 0;
      const iterator = openChunk("histogram", chunks[index]);
      while (iterator.next() !== SAMPLE_TYPES.none) pushHistogram(out, iterator.timestampMs, iterator.floatHistogram());
    },
  };
}

/** A histogram to which some observations come between two scrapes. */
function histogramChunk(seed: number, samples: number): Uint8Array {
  const random = createGenerator(seed + 1);
  const counts = Float64Array.from({ length: BUCKETS }, () => 1 + Math.floor(random() * 1000));
  const appender = new HistogramAppender("histogram");
  let sum = 0;
  for (let i = 0; i < samples; i++) {
    for (let bucket = 0; bucket < BUCKETS; bucket++) {
      if (random() >= CHANGING) continue;
      counts[bucket]++;
      sum += bucket;
    }
    const histogram = createIntegerHistogram({
      sum,
      count: counts.reduce((all, count) => all + count, 0),
      positiveSpans: Int32Array.of(0, BUCKETS),
      positiveBuckets: counts.map((count, bucket) => count - (bucket === 0 ? 0 : counts[bucket - 1])),
    });
    if (appender.append(histogram, START_MS + i * INTERVAL_MS, 0).kind !== "appended")
      throw new Error("BUG: the histogram changed its layout");
  }
  return appender.bytes().slice();
}

/** A counter as the simulated targets have them. */
function columnsOf(seed: number, samples: number): SampleColumns {
  const random = createGenerator(seed + 1);
  const columns = createSampleColumns(samples);
  let value = Math.floor(random() * 1e6);
  for (let i = 0; i < samples; i++) {
    if (random() < CHANGING) value += Math.floor(random() * 100);
    columns.timestampsMs[i] = START_MS + i * INTERVAL_MS;
    columns.values[i] = value;
  }
  columns.length = samples;
  return columns;
}

/** Gives views of chunks that lie side by side, as in the pages of a block. */
function chunksOf(encoding: FloatEncoding, all: readonly SampleColumns[]): (index: number) => Uint8Array {
  const chunks = all.map((columns) => {
    const appender = createFloatAppender(encoding);
    for (let row = 0; row < columns.length; row++) appender.append(columns, row);
    return appender.bytes().slice();
  });
  const starts = new Uint32Array(chunks.length + 1);
  chunks.forEach(({ length }, i) => (starts[i + 1] = starts[i] + length));
  const bytes = new Uint8Array(starts[chunks.length]);
  chunks.forEach((chunk, i) => bytes.set(chunk, starts[i]));
  return (index) => bytes.subarray(starts[index], starts[index + 1]);
}

function xorSlabs(shared: SharedMemory, all: readonly SampleColumns[]): readonly Slab[] {
  const encoder = new XorEncoder(shared, new SlabAllocator(shared));
  encoder.ensureSlots(all.length);
  return all.map(({ timestampsMs, valueBits, length }, slot) => {
    encoder.start(slot);
    for (let row = 0; row < length; row++) {
      const before = Math.max(0, row - 1);
      encoder.bind({
        timestampsMs: timestampsMs.subarray(row),
        valueBits: valueBits.subarray(2 * row),
        previousTimestampsMs: timestampsMs.subarray(before),
        previousBits: valueBits.subarray(2 * before),
      });
      encoder.push(slot, 0);
    }
    return encoder.finish(slot);
  });
}
