import { ByteReader, crc32c } from "@ferula/bytes";
import { chunkEncodingOf, openChunk, SAMPLE_TYPES } from "@ferula/chunks";
import { formatTestHistogram, type Histogram, toFloatHistogram } from "@ferula/model";
import {
  chunkedReadResponseCodec,
  createWriteColumns,
  decodeWriteRequest,
  packSnappy,
  type ReadQueryMessage,
  readRequestCodec,
  readResponseCodec,
  readText,
  unpackSnappy,
} from "@ferula/wire";
import { expect } from "../../harness.ts";

/** A request, as it is sent. */
export interface ReadQuestion {
  readonly queries: readonly ReadQueryMessage[];
  readonly acceptedResponseTypes: readonly number[];
}

/** What a server says: status, type, encoding, and the text of an error or the series of a result. */
export interface ReadAnswer {
  readonly head: readonly unknown[];
  /** Of each series its query, its labels and all its samples, sorted; series without samples are left out. */
  readonly lines: readonly string[];
}

const MOST_BYTES = 1 << 30;

/** Asks, and reads the whole answer. */
export async function askRead(url: string, { queries, acceptedResponseTypes }: ReadQuestion): Promise<ReadAnswer> {
  return askBytes(url, packSnappy(readRequestCodec.encode({ queries, acceptedResponseTypes })));
}

/** The same with any body. */
export async function askBytes(url: string, body: Uint8Array): Promise<ReadAnswer> {
  const response = await fetch(`${url}/api/v1/read`, { method: "POST", body: Buffer.from(body) });
  const { status, headers } = response;
  const bytes = Buffer.from(await response.arrayBuffer());
  const head = [status, headers.get("content-type"), headers.get("content-encoding")];
  if (status !== 200) return { head: [...head, bytes.toString()], lines: [] };
  const series = headers.get("content-encoding") === "snappy" ? fromSamples(bytes) : fromFrames(bytes);
  const lines = [...series].filter(([, samples]) => samples.length > 0).map(([key, samples]) => `${key} ${samples.toSorted().join(" ")}`);
  return { head, lines: lines.toSorted() };
}

function fromSamples(block: Uint8Array): Map<string, string[]> {
  const series = new Map<string, string[]>();
  const { results } = readResponseCodec.decode(unpackSnappy(block, MOST_BYTES));
  results.forEach((result, query) => {
    const columns = createWriteColumns();
    const message = Buffer.from(result);
    const decoder = decodeWriteRequest(message, columns);
    while (decoder.readOn());
    const { labelEnds, labelRanges, sampleEnds, samples, histogramEnds, histograms } = columns;
    for (let i = 0; i < columns.seriesCount; i++) {
      const labels: string[] = [];
      for (let k = 4 * (labelEnds[i - 1] ?? 0); k < 4 * labelEnds[i]; k += 2)
        labels.push(readText(message, labelRanges[k], labelRanges[k + 1]));
      const texts: string[] = [];
      for (let k = sampleEnds[i - 1] ?? 0; k < sampleEnds[i]; k++) {
        texts.push(floatText(samples.timestampsMs[k], samples.valueBits[2 * k], samples.valueBits[2 * k + 1]));
      }
      for (const { histogram, timestampMs } of histograms.slice(histogramEnds[i - 1] ?? 0, histogramEnds[i])) {
        texts.push(histogramText(timestampMs, histogram));
      }
      series.set(JSON.stringify([query, labels]), texts);
    }
  });
  return series;
}

function fromFrames(stream: Uint8Array): Map<string, string[]> {
  const series = new Map<string, string[]>();
  const reader = new ByteReader(stream);
  while (reader.remaining > 0) {
    const size = reader.uvarint();
    const checksum = reader.u32be();
    expect(size <= reader.remaining, `a frame is cut off: ${Buffer.from(stream.subarray(-300)).toString("latin1")}`);
    const message = reader.bytes(size);
    expect(crc32c(message) === checksum, "a frame has a wrong checksum");
    const { chunkedSeries, queryIndex } = chunkedReadResponseCodec.decode(message);
    for (const { labels, chunks } of chunkedSeries) {
      const key = JSON.stringify([queryIndex, labels.flatMap(({ name, value }) => [name, value])]);
      const texts = series.get(key) ?? [];
      series.set(key, texts);
      for (const { type, data } of chunks) texts.push(...chunkTexts(type, data));
    }
  }
  return series;
}

function chunkTexts(type: number, data: Uint8Array): string[] {
  const encoding = chunkEncodingOf(type);
  expect(encoding !== undefined, `a chunk has the encoding ${type}`);
  const samples = openChunk(encoding, data);
  const texts: string[] = [];
  for (let kind = samples.next(); kind !== SAMPLE_TYPES.none; kind = samples.next()) {
    const { timestampMs, valueLow, valueHigh } = samples;
    if (kind === SAMPLE_TYPES.float) texts.push(floatText(timestampMs, valueLow >>> 0, valueHigh >>> 0));
    else texts.push(histogramText(timestampMs, kind === SAMPLE_TYPES.histogram ? samples.histogram() : samples.floatHistogram()));
  }
  return texts;
}

/** By its bits: a stale marker is told from other NaNs. Among samples upstream makes -0 a 0, which is left out of a message. */
function floatText(timestampMs: number, low: number, high: number): string {
  if (low === 0 && high === 0x80000000) return `${timestampMs}=0:0`;
  return `${timestampMs}=${high.toString(16)}:${low.toString(16)}`;
}

function histogramText(timestampMs: number, histogram: Histogram): string {
  const { kind, counterResetHint } = histogram;
  return `${timestampMs}=${kind},${counterResetHint},${formatTestHistogram(toFloatHistogram(histogram))}`;
}
