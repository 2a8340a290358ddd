import {
  CHUNK_ENCODING_BYTES,
  type ChunkEncoding,
  createFloatAppender,
  HistogramAppender,
  type HistogramEncoding,
  openChunk,
  SAMPLE_TYPES,
} from "@ferula/chunks";
import type { SeriesChunk } from "@ferula/storage";

/** Takes a chunk by the number of its encoding. The bytes are good until it returns. */
export type ChunkVisitor = (minTimeMs: number, maxTimeMs: number, encoding: number, bytes: Uint8Array) => void;

/** The encodings that no client has to know, and those that all do. */
const PLAIN: Readonly<Partial<Record<ChunkEncoding, ChunkEncoding>>> = {
  xor2: "xor",
  histogramSt: "histogram",
  floatHistogramSt: "floatHistogram",
};

/** Hands a chunk on as its bytes are, or without when its counters began, in an encoding that every client knows. Throws RangeError for damage. */
export function visitPlain({ encoding, bytes, minTimeMs, maxTimeMs }: SeriesChunk, visit: ChunkVisitor): void {
  const plain = PLAIN[encoding];
  if (plain === undefined) visit(minTimeMs, maxTimeMs, CHUNK_ENCODING_BYTES[encoding], bytes);
  else if (plain === "xor") visit(minTimeMs, maxTimeMs, CHUNK_ENCODING_BYTES.xor, floatsAsXor(encoding, bytes));
  else visitHistograms(encoding, bytes, plain as HistogramEncoding, visit);
}

const row = { timestampsMs: new Float64Array(1), valueBits: new Uint32Array(2) };

function floatsAsXor(encoding: ChunkEncoding, bytes: Uint8Array): Uint8Array {
  const samples = openChunk(encoding, bytes);
  const appender = createFloatAppender("xor");
  while (samples.next() !== SAMPLE_TYPES.none) {
    row.timestampsMs[0] = samples.timestampMs;
    row.valueBits[0] = samples.valueLow;
    row.valueBits[1] = samples.valueHigh;
    appender.append(row, 0);
  }
  return appender.bytes();
}

/** A chunk of them mostly stays one. */
function visitHistograms(encoding: ChunkEncoding, bytes: Uint8Array, plain: HistogramEncoding, visit: ChunkVisitor): void {
  const samples = openChunk(encoding, bytes);
  let appender = new HistogramAppender(plain);
  let [minMs, maxMs] = [0, 0];
  for (let type = samples.next(); type !== SAMPLE_TYPES.none; type = samples.next()) {
    const histogram = type === SAMPLE_TYPES.histogram ? samples.histogram() : samples.floatHistogram();
    const outcome = appender.append(histogram, samples.timestampMs, 0);
    if (outcome.kind === "refused") throw new Error(`BUG: ${outcome.reason}, though every sample may begin a chunk`);
    if (outcome.kind === "cut") visit(minMs, maxMs, CHUNK_ENCODING_BYTES[plain], appender.bytes());
    if (outcome.kind !== "appended") appender = outcome.appender;
    if (appender.sampleCount === 1) minMs = samples.timestampMs;
    maxMs = samples.timestampMs;
  }
  if (appender.sampleCount > 0) visit(minMs, maxMs, CHUNK_ENCODING_BYTES[plain], appender.bytes());
}
