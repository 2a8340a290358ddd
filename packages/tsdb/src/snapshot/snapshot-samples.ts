import { chunkSampleCount, decodeFloatChunk, type FloatEncoding, isFloatEncoding, openChunk, SAMPLE_TYPES } from "@ferula/chunks";
import { createSampleBatch, createSampleColumns, growSampleBatch, type HistogramRow, type SampleBatch } from "@ferula/model";
import type { Head } from "../head/head.ts";
import { resumeFloats } from "./resume-floats.ts";
import type { OpenChunk, StoredOpenChunk } from "./snapshot-records.ts";

/** So many samples are appended at once. */
const BATCH_ROWS = 8192;

/** The most samples that a chunk's header can tell of. */
const MOST_SAMPLES = 65_535;

const noSamples = createSampleBatch(0);

/**
 * Brings the open chunks of a snapshot back into a head that has no log yet: xor chunks as they are, where they can be gone on with; others
 * as samples, which make the same chunks once more, and of which the head leaves out what is in its finished chunks already.
 */
export class SnapshotSamples {
  /** How many samples the chunks had. */
  count = 0;
  private readonly head: Head;
  private readonly batch: SampleBatch = createSampleBatch(BATCH_ROWS + MOST_SAMPLES);
  /** For floats with start timestamps. */
  private readonly startsBatch: SampleBatch = { ...createSampleBatch(0), startTimestampsMs: new Float64Array(0) };

  constructor(head: Head) {
    this.head = head;
  }

  /** Takes the chunk of a series, which `checkChunk` found to be sound. */
  add(ref: number, chunk: StoredOpenChunk): void {
    const { encoding, bytes } = chunk;
    if (resumeFloats(this.head, ref, chunk)) {
      this.count += chunkSampleCount(encoding, bytes);
    } else if (encoding === "xor") {
      const { batch } = this;
      const start = batch.length;
      this.count += decodeFloatChunk(encoding, bytes, batch);
      batch.refs.fill(ref, start, batch.length);
      if (batch.length >= BATCH_ROWS) this.flush();
    } else if (encoding === "xor2") {
      this.addWithStarts(ref, bytes);
    } else {
      this.addHistograms(ref, { encoding, bytes });
    }
  }

  /** Appends what was not appended yet. */
  flush(): void {
    if (this.batch.length > 0) this.head.append(this.batch);
    this.batch.length = 0;
  }

  private addWithStarts(ref: number, bytes: Uint8Array): void {
    const iterator = openChunk("xor2", bytes);
    const batch = this.startsBatch;
    growSampleBatch(batch, iterator.sampleCount);
    const startTimestampsMs = new Float64Array(iterator.sampleCount);
    batch.startTimestampsMs = startTimestampsMs;
    batch.length = 0;
    while (iterator.next() !== SAMPLE_TYPES.none) {
      const row = batch.length++;
      batch.refs[row] = ref;
      batch.timestampsMs[row] = iterator.timestampMs;
      batch.valueBits[2 * row] = iterator.valueLow;
      batch.valueBits[2 * row + 1] = iterator.valueHigh;
      startTimestampsMs[row] = iterator.startTimestampMs;
    }
    this.count += batch.length;
    this.head.append(batch);
  }

  private addHistograms(ref: number, { encoding, bytes }: Pick<OpenChunk, "encoding" | "bytes">): void {
    const iterator = openChunk(encoding, bytes);
    const histograms: HistogramRow[] = [];
    for (let type = iterator.next(); type !== SAMPLE_TYPES.none; type = iterator.next()) {
      const { timestampMs, startTimestampMs } = iterator;
      const histogram = type === SAMPLE_TYPES.histogram ? iterator.histogram() : iterator.floatHistogram();
      histograms.push({ ref, timestampMs, startTimestampMs, histogram });
    }
    this.count += histograms.length;
    this.head.append({ ...noSamples, histograms });
  }
}

const checked = createSampleColumns(256);

/** Throws RangeError when the chunk can't be decoded, or its first and last sample are not those that it is said to have. */
export function checkChunk(chunk: StoredOpenChunk): void {
  const { minTimeMs, maxTimeMs } = chunk;
  const [firstMs, lastMs] = isFloatEncoding(chunk.encoding) ? timesOfFloats(chunk, chunk.encoding) : timesOfHistograms(chunk);
  if (firstMs !== minTimeMs || lastMs !== maxTimeMs) {
    throw new RangeError(`cannot take a chunk from ${minTimeMs} to ${maxTimeMs}: its samples are from ${firstMs} to ${lastMs}`);
  }
}

function timesOfFloats({ bytes, newestLow, newestHigh }: StoredOpenChunk, encoding: FloatEncoding): [firstMs: number, lastMs: number] {
  checked.length = 0;
  const last = decodeFloatChunk(encoding, bytes, checked) - 1;
  if (last < 0) return [NaN, NaN];
  const { timestampsMs, valueBits } = checked;
  if (valueBits[2 * last] !== newestLow || valueBits[2 * last + 1] !== newestHigh) {
    throw new RangeError("cannot take a chunk whose newest value is another than it is said to be");
  }
  return [timestampsMs[0], timestampsMs[last]];
}

function timesOfHistograms({ encoding, bytes }: OpenChunk): [firstMs: number, lastMs: number] {
  const iterator = openChunk(encoding, bytes);
  let firstMs = NaN;
  while (iterator.next() !== SAMPLE_TYPES.none) if (Number.isNaN(firstMs)) firstMs = iterator.timestampMs;
  return [firstMs, iterator.timestampMs];
}
