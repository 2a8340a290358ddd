import type { Labels } from "@ferula/model";
import type { Exemplar } from "../families/metric-family.ts";
import { EXEMPLAR, LABEL, TIMESTAMP, type Field, type FieldSink } from "./write-fields.ts";

/** Tells an exemplar that stands in `field`. */
export function writeExemplar(sink: FieldSink, field: Field, { labels, value, timestampSeconds }: Exemplar): void {
  sink.begin(field);
  writeLabels(sink, EXEMPLAR.label, labels);
  sink.double(EXEMPLAR.value, value);
  writeTimestamp(sink, EXEMPLAR.timestamp, timestampSeconds);
  sink.end();
}

/** Tells a time in `field`; an absent one is not written. */
export function writeTimestamp(sink: FieldSink, field: Field, timestampSeconds: number | undefined): void {
  if (timestampSeconds === undefined) return;
  const whole = Math.trunc(timestampSeconds);
  const nanos = Math.sign(timestampSeconds) * nanosOf(Math.abs(timestampSeconds));
  // Nanoseconds count forwards, before the epoch too.
  const seconds = nanos < 0 ? whole - 1 : whole;
  sink.begin(field);
  if (seconds !== 0) sink.int(TIMESTAMP.seconds, seconds);
  if (nanos !== 0) sink.int(TIMESTAMP.nanos, nanos < 0 ? nanos + 1e9 : nanos);
  sink.end();
}

/** The fraction of the shortest decimal that is this double: 1700000000.123 has 123000000, where the double itself is 21 less. */
function nanosOf(seconds: number): number {
  const [, fraction = ""] = /^[0-9]+\.([0-9]+)$/.exec(String(seconds)) ?? [];
  return Number(fraction.slice(0, 9).padEnd(9, "0"));
}

/** Tells each label as a message in `field`. */
export function writeLabels(sink: FieldSink, field: Field, labels: Labels): void {
  for (let i = 0; i < labels.length; i += 2) {
    sink.begin(field);
    sink.text(LABEL.name, labels[i]);
    sink.text(LABEL.value, labels[i + 1]);
    sink.end();
  }
}
