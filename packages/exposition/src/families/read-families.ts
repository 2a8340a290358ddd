import type { NameValidation } from "@ferula/model";
import { ExpositionError } from "../exposition-error.ts";
import { readContentType } from "../formats.ts";
import type { MetricFamily } from "./metric-family.ts";
import { readOpenMetrics } from "./read-openmetrics.ts";
import { readProtobuf } from "./read-protobuf.ts";
import { readText } from "./read-text.ts";

/** What a body is held to beyond its grammar. */
export interface ReadFamiliesOptions {
  /**
   * Which names of metrics and labels are taken: any UTF-8, or only those of the old alphabet. Default: "utf8", and always so for
   * protobuf, where upstream checks none.
   */
  readonly nameValidation?: NameValidation;
}

/**
 * Reads a whole exposition as families, in the order in which they first appear, families without samples left out. It is what
 * gateways and file readers need: slower and stricter than the scanners, with one HELP and one TYPE a family, types before samples and
 * a newline at the end of text. Samples that stand twice are kept; `checkConsistency` finds them.
 *
 * Throws an ExpositionError with the line and upstream's reason, or with line 0 when the content type is none that can be read. A caller
 * that takes whatever is not protobuf for text, as the Pushgateway does, asks `readContentType` first.
 */
export function readFamilies(bytes: Uint8Array, contentType: string, options: ReadFamiliesOptions = {}): MetricFamily[] {
  const { nameValidation = "utf8" } = options;
  const format = readContentType(contentType);
  switch (format) {
    case "text-0.0.4":
    case "text-1.0.0":
      return readText(bytes, nameValidation);
    case "openmetrics":
      return readOpenMetrics(bytes, nameValidation);
    case "protobuf":
      return readProtobuf(bytes);
    case undefined:
      throw new ExpositionError(0, `cannot read families of content type ${JSON.stringify(contentType)}: it is not an exposition format`);
  }
}
