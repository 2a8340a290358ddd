import { ByteWriter } from "@ferula/bytes";
import type { EscapingScheme } from "@ferula/model";
import { escaped } from "../families/escape-names.ts";
import { BinarySink } from "../protobuf/write-binary.ts";
import type { FieldSink } from "../protobuf/write-fields.ts";
import { writeFamilyHead, writeHistogramMetric, writeUntyped } from "../protobuf/write-messages.ts";
import { TextFormSink } from "../protobuf/write-text-form.ts";
import { type FamilyStream, type OnPiece, PIECE_SIZE } from "./family-stream.ts";
import { escapedLabels, withEscapedLabelNames } from "./label-names.ts";

/** Messages, each after its length, as which a family is in memory until it ends: its length stands before it. */
export function streamMessages(escaping: EscapingScheme, onPiece: OnPiece): FamilyStream {
  const sink = new BinarySink();
  const out = new ByteWriter();
  function flush(least: number): void {
    if (out.length < least) return;
    onPiece(out.view().slice());
    out.reset();
  }
  const endMessage = (): void => {
    sink.flush(out);
    flush(PIECE_SIZE);
  };
  return streamTo(sink, escaping, endMessage, () => flush(1));
}

/** Messages in their text form. */
export function streamTextForm(escaping: EscapingScheme, isCompact: boolean, onPiece: OnPiece): FamilyStream {
  const sink = new TextFormSink(isCompact);
  const encoder = new TextEncoder();
  return streamTo(
    sink,
    escaping,
    () => onPiece(encoder.encode(sink.take())),
    () => undefined,
  );
}

function streamTo(sink: FieldSink, escaping: EscapingScheme, endMessage: () => void, end: () => void): FamilyStream {
  let isOpen = false;
  return {
    begin(name, type) {
      if (isOpen) endMessage();
      isOpen = true;
      writeFamilyHead(sink, escaped(name, escaping), type);
    },
    untyped: (labels, value, timestampMs) => writeUntyped(sink, escapedLabels(labels, escaping), value, timestampMs),
    histogram: (metric) => writeHistogramMetric(sink, withEscapedLabelNames(metric, escaping)),
    end() {
      if (isOpen) endMessage();
      isOpen = false;
      end();
    },
  };
}
