import { createHash } from "node:crypto";
import { CHUNK_ENCODING_BYTES, chunkSampleCount, slabAddress } from "@ferula/chunks";
import { createSharedMemory } from "@ferula/kernels";
import { createSampleBatch, labelsOf, type SampleBatch, setStaleAt } from "@ferula/model";
import type { FinishedChunk } from "../../../src/head/finished-chunks.ts";
import { Head, type HeadLog } from "../../../src/head/head.ts";
import type { Scenario, ScenarioSample } from "./scenarios.ts";

/** An empty head of the rules that a scenario asks for. */
export function headFor({ keepsStarts }: Pick<Scenario, "keepsStarts">): Head {
  const floatEncoding = keepsStarts ? "xor2" : "xor";
  return new Head(createSharedMemory(), {
    chunkRangeMs: 7_200_000,
    samplesPerChunk: 120,
    floatEncoding,
    keepsHistogramStarts: keepsStarts,
  });
}

/** A head with a scenario's series, whose samples were appended one by one, and how many were taken. */
export function runScenario(scenario: Scenario, headLog?: HeadLog): { readonly head: Head; readonly appended: number } {
  const head = headFor(scenario);
  head.headLog = headLog;
  const ref = head.seriesRef(labelsOf({ __name__: "a" }));
  let appended = 0;
  for (const sample of scenario.samples) appended += head.append(batchFor(ref, sample)).appended;
  return { head, appended };
}

/** One sample as a batch. */
export function batchFor(ref: number, { timestampMs, startTimestampMs, value }: ScenarioSample): SampleBatch {
  if (typeof value === "object") {
    return { ...createSampleBatch(0), histograms: [{ ref, timestampMs, startTimestampMs, histogram: value }] };
  }
  const batch = createSampleBatch(1);
  batch.length = 1;
  batch.refs[0] = ref;
  batch.timestampsMs[0] = timestampMs;
  batch.startTimestampsMs = Float64Array.of(startTimestampMs);
  if (value === "stale") setStaleAt(batch, 0);
  else batch.values[0] = value;
  return batch;
}

/** A series' chunks, oldest first: encoding, first and last time, samples, bytes, the beginning of their SHA-256. */
export function describeChunks(head: Head, ref: number): string[] {
  const found: FinishedChunk[] = [];
  for (let row = head.series.newestChunks[ref]; row !== 0; row = head.chunks.older[row]) found.unshift(finishedChunk(head, row));
  const open = head.histograms.openChunk(ref) ?? head.floats.openChunk(ref);
  return (open === undefined ? found : [...found, open]).map(describeChunk);
}

function finishedChunk(head: Head, row: number): FinishedChunk {
  const { slabs, byteLengths } = head.chunks;
  if (slabs[row] === 0) return head.finished.bytesOf(row);
  const start = slabAddress(slabs[row]);
  const bytes = head.shared.u8.slice(start, start + byteLengths[row]);
  return { encoding: "xor", bytes, minTimeMs: head.chunks.minTimeMs(row), maxTimeMs: head.chunks.maxTimeMs(row) };
}

function describeChunk({ encoding, minTimeMs, maxTimeMs, bytes }: FinishedChunk): string {
  const digest = createHash("sha256").update(bytes).digest("hex").slice(0, 16);
  return `${CHUNK_ENCODING_BYTES[encoding]} ${minTimeMs} ${maxTimeMs} ${chunkSampleCount(encoding, bytes)} ${bytes.length} ${digest}`;
}
