import type { Negotiated } from "../negotiate.ts";
import type { FamilyStream, OnPiece } from "./family-stream.ts";
import { streamMessages, streamTextForm } from "./stream-messages.ts";
import { streamText } from "./stream-text.ts";

export type { FamilyStream } from "./family-stream.ts";

/** Writes families in the format that was agreed on, which is not OpenMetrics. */
export function streamFamilies({ format, escaping }: Pick<Negotiated, "format" | "escaping">, onPiece: OnPiece): FamilyStream {
  switch (format) {
    case "text":
      return streamText(escaping, onPiece);
    case "protobuf":
      return streamMessages(escaping, onPiece);
    case "protobuf-text":
      return streamTextForm(escaping, false, onPiece);
    case "protobuf-compact-text":
      return streamTextForm(escaping, true, onPiece);
    case "openmetrics-0.0.1":
    case "openmetrics-1.0.0":
      throw new Error("BUG: OpenMetrics is not written metric by metric");
  }
}
