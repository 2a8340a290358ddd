import {
  CHUNK_HEADER_BYTES,
  createChunkReader,
  createFloatAppender,
  decodeFloatChunk,
  reserveDecodeScratch,
  type Slab,
  slabAddress,
  SlabAllocator,
  XorEncoder,
} from "@ferula/chunks";
import { createSharedMemory, type SharedMemory } from "@ferula/kernels";
import { createSampleColumns, type SampleColumns } from "@ferula/model";
import { median, print, type BenchCase } from "../bench.ts";
import { readOptions } from "../options.ts";
import { createGenerator } from "../simulated-targets.ts";

const defaults = { series: 10_000, samples: 120, passes: 20, rounds: 5 };
const quick = { series: 500, passes: 4, rounds: 1 };

const INTERVAL_MS = 15_000;
const START_MS = 1_767_225_600_000;

/** The share of values that differ from one sample to the next, as in the simulated targets. */
const CHANGING = 0.37;

/** A way to read all chunks: appends the samples of chunk `index` to `out`. */
interface Decoder {
  readonly name: string;
  readonly read: (index: number, out: SampleColumns) => void;
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
    const out = createSampleColumns(samples);
    for (const decoder of decoders) readAll(decoder, series, out, passes);
    for (let round = 0; round < rounds; round++) {
      for (const decoder of decoders) {
        const seconds = readAll(decoder, series, out, passes);
        rates.get(decoder.name)?.push((series * samples * passes) / seconds / 1e6);
      }
    }
    for (const [name, all] of rates) print(`  ${name.padEnd(34)} ${median(all).toFixed(0).padStart(5)} M samples/s`);
    return Promise.resolve();
  },
};

/** Reads every chunk `passes` times and returns the CPU-seconds of this process. */
function readAll({ read }: Decoder, chunkCount: number, out: SampleColumns, passes: number): number {
  const before = process.cpuUsage();
  for (let pass = 0; pass < passes; pass++) {
    for (let index = 0; index < chunkCount; index++) {
      out.length = 0;
      read(index, out);
    }
  }
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}

function makeDecoders({ series, samples }: typeof defaults): readonly Decoder[] {
  const shared = createSharedMemory();
  const reader = createChunkReader(shared, reserveDecodeScratch(shared));
  const all = Array.from({ length: series }, (_, i) => columnsOf(i, samples));
  const slabs = xorSlabs(shared, all);
  const xor = all.map((columns) => chunkOf("xor", columns));
  const xor2 = all.map((columns) => chunkOf("xor2", columns));
  return [
    { name: "xor, slabs, by the kernel", read: (i, out) => reader.read(slabAddress(slabs[i]) + CHUNK_HEADER_BYTES, samples, out) },
    { name: "xor, bytes of a block, by the kernel", read: (i, out) => reader.readBytes(xor[i], out) },
    { name: "xor, bytes of a block, TypeScript", read: (i, out) => void decodeFloatChunk("xor", xor[i], out) },
    { name: "xor2, bytes of a block, TypeScript", read: (i, out) => void decodeFloatChunk("xor2", xor2[i], out) },
  ];
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

function chunkOf(encoding: "xor" | "xor2", columns: SampleColumns): Uint8Array {
  const appender = createFloatAppender(encoding);
  for (let row = 0; row < columns.length; row++) appender.append(columns, row);
  return appender.bytes().slice();
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
