import { ByteWriter } from "@ferula/bytes";
import type { Labels } from "@ferula/model";
import { metricTypeNumber } from "./metric-types.ts";
import type { OutgoingFamily, OutgoingSeries } from "./outgoing.ts";
import { writeDouble, writeInner, writeInt64, writeText } from "./write-fields.ts";
import { writeHistogram } from "./write-histogram.ts";
import { writeSamples } from "./write-sample.ts";

const series = new ByteWriter();
const part = new ByteWriter();
const label = new ByteWriter();

/** A `prometheus.WriteRequest` (remote write 1.0). A `QueryResult` of remote read is the same message without families. */
export function encodeWriteRequest(outgoing: readonly OutgoingSeries[], families: readonly OutgoingFamily[] = []): Uint8Array {
  const out = new ByteWriter(4096);
  for (const one of outgoing) writeTimeSeries(out, one);
  for (const family of families) {
    part.reset();
    writeInt64(part, 1, metricTypeNumber(family.type));
    writeText(part, 2, family.name);
    writeText(part, 4, family.help);
    writeText(part, 5, family.unit);
    writeInner(out, 3, part);
  }
  return out.view();
}

/**
 * Writes one series behind what is in `out`, as a `WriteRequest` and a `QueryResult` of remote read have it: of a message whose fields
 * repeat, any row of pieces is a message.
 */
export function writeTimeSeries(out: ByteWriter, { labels, samples, exemplars = [], histograms = [] }: OutgoingSeries): void {
  series.reset();
  writeLabels(series, labels);
  if (samples !== undefined) writeSamples(series, samples);
  for (const { labels: ofExemplar, value, timestampMs } of exemplars) {
    part.reset();
    writeLabels(part, ofExemplar);
    if (!Object.is(value, 0)) writeDouble(part, 2, value);
    writeInt64(part, 3, timestampMs);
    writeInner(series, 3, part);
  }
  for (const histogram of histograms) writeHistogram(series, 4, histogram, false);
  writeInner(out, 1, series);
}

/** Writes labels as field 1 of their message. */
export function writeLabels(out: ByteWriter, labels: Labels): void {
  for (let i = 0; i < labels.length; i += 2) {
    label.reset();
    writeText(label, 1, labels[i]);
    writeText(label, 2, labels[i + 1]);
    writeInner(out, 1, label);
  }
}
