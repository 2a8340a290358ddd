import { ByteWriter } from "@ferula/bytes";
import type { Labels } from "@ferula/model";
import { metricTypeNumber } from "./metric-types.ts";
import type { OutgoingSeries } from "./outgoing.ts";
import { writeDouble, writeInner, writeInt64, writeTag } from "./write-fields.ts";
import { writeHistogram } from "./write-histogram.ts";
import { writeSamples } from "./write-sample.ts";

const series = new ByteWriter();
const part = new ByteWriter();
const refs = new ByteWriter();

/** An `io.prometheus.write.v2.Request` (remote write 2.0). */
export function encodeWriteRequestV2(outgoing: readonly OutgoingSeries[]): Uint8Array {
  // The empty text has to be the first symbol.
  const symbols = new Map([["", 0]]);
  const allSeries = new ByteWriter(4096);
  for (const one of outgoing) writeSeries(allSeries, one, symbols);
  const out = new ByteWriter(4096 + allSeries.length);
  for (const symbol of symbols.keys()) {
    writeTag(out, 4, 2);
    out.uvarintString(symbol);
  }
  out.bytes(allSeries.view());
  return out.view();
}

function writeSeries(out: ByteWriter, one: OutgoingSeries, symbols: Map<string, number>): void {
  const { labels, samples, startTimestampsMs, histograms = [], exemplars = [], metadata } = one;
  series.reset();
  writeRefs(series, labels, symbols);
  if (samples !== undefined) writeSamples(series, samples, startTimestampsMs);
  for (const histogram of histograms) writeHistogram(series, 3, histogram, true);
  for (const exemplar of exemplars) {
    part.reset();
    writeRefs(part, exemplar.labels, symbols);
    if (!Object.is(exemplar.value, 0)) writeDouble(part, 2, exemplar.value);
    writeInt64(part, 3, exemplar.timestampMs);
    writeInner(series, 4, part);
  }
  part.reset();
  if (metadata !== undefined) {
    writeInt64(part, 1, metricTypeNumber(metadata.type));
    writeInt64(part, 3, symbolOf(metadata.help, symbols));
    writeInt64(part, 4, symbolOf(metadata.unit, symbols));
  }
  // Upstream's senders write it also when it is empty.
  writeInner(series, 5, part);
  writeInner(out, 5, series);
}

function writeRefs(out: ByteWriter, labels: Labels, symbols: Map<string, number>): void {
  if (labels.length === 0) return;
  refs.reset();
  for (let i = 0; i < labels.length; i++) refs.uvarint(symbolOf(labels[i], symbols));
  writeInner(out, 1, refs);
}

function symbolOf(text: string, symbols: Map<string, number>): number {
  const known = symbols.get(text);
  if (known !== undefined) return known;
  const symbol = symbols.size;
  symbols.set(text, symbol);
  return symbol;
}
