import { createSharedMemory } from "@ferula/kernels";
import { createSampleBatch, type Labels, type SampleBatch, setStaleAt } from "@ferula/model";
import { Head } from "../../src/head/head.ts";

/** A head of short chunks, without a log. */
export function newHead(): Head {
  return new Head(createSharedMemory(), { chunkRangeMs: 1000, samplesPerChunk: 8 });
}

/** Appends `[labels, milliseconds, value]`, and gives back the batch. */
export function append(head: Head, samples: readonly (readonly [Labels, number, number | "stale"])[]): SampleBatch {
  const batch = createSampleBatch(Math.max(1, samples.length));
  batch.length = samples.length;
  samples.forEach(([labels, timestampMs, value], i) => {
    batch.refs[i] = head.seriesRef(labels);
    batch.timestampsMs[i] = timestampMs;
    if (value === "stale") setStaleAt(batch, i);
    else batch.values[i] = value;
  });
  head.append(batch);
  return batch;
}
