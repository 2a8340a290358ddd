import { Buffer } from "node:buffer";
import { ByteWriter } from "@ferula/bytes";
import type { EscapingScheme } from "@ferula/model";
import { withEscapedNames } from "../families/escape-names.ts";
import type { MetricFamily } from "../families/metric-family.ts";
import { sortFamilies } from "../families/sort-families.ts";
import { BinarySink } from "./write-binary.ts";
import { writeFamilyMessage } from "./write-messages.ts";
import { TextFormSink } from "./write-text-form.ts";

/** How families are written. */
export interface WriteProtobufOptions {
  /** How names outside the old alphabet are written. Default: "allow-utf-8", as they are. */
  readonly escaping?: EscapingScheme;
  /** Bytes, each message after its length, or one of the two text forms. Default: "delimited". */
  readonly encoding?: "delimited" | "text" | "compact-text";
}

/**
 * Writes families as `io.prometheus.client.MetricFamily` messages, in the order of `writeText`. It is the one format that says all that
 * a family can: native histograms, exemplars and times of creation too, but of info and stateset only that they are gauges.
 */
export function writeProtobuf(families: readonly MetricFamily[], options: WriteProtobufOptions = {}): Uint8Array {
  const { escaping = "allow-utf-8", encoding = "delimited" } = options;
  const sorted = sortFamilies(withEscapedNames(families, escaping));
  return encoding === "delimited" ? delimited(sorted) : textForm(sorted, encoding === "compact-text");
}

function delimited(families: readonly MetricFamily[]): Uint8Array {
  const out = new ByteWriter();
  const sink = new BinarySink();
  for (const family of families) {
    writeFamilyMessage(sink, family);
    sink.flush(out);
  }
  return out.view();
}

function textForm(families: readonly MetricFamily[], isCompact: boolean): Uint8Array {
  const sink = new TextFormSink(isCompact);
  let text = "";
  for (const family of families) {
    writeFamilyMessage(sink, family);
    text += sink.take();
  }
  return Buffer.from(text);
}
