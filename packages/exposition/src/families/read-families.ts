import type { NameValidation } from "@ferula/model";
import { ExpositionError } from "../exposition-error.ts";
import { readContentType } from "../formats.ts";
import type { MetricFamily } from "./metric-family.ts";
import { readText } from "./read-text.ts";

/** What a body is held to beyond its grammar. */
export interface ReadFamiliesOptions {
  /** Which names of metrics and labels are taken: any UTF-8, or only those of the old alphabet. Default: "utf8". */
  readonly nameValidation?: NameValidation;
}

/**
 * Reads a whole exposition as families, in the order in which they first appear, families without samples left out. It is what
 * gateways and file readers need: slower and stricter than `scanText`, with one HELP and one TYPE a family, types before samples and
 * a newline at the end. Samples that stand twice are kept; `checkConsistency` finds them.
 *
 * Throws an ExpositionError with the line and upstream's reason, or with line 0 when the content type is none that can be read. A caller
 * that takes whatever is not protobuf for text, as the Pushgateway does, asks `readContentType` first.
 */
export function readFamilies(bytes: Uint8Array, contentType: string, options: ReadFamiliesOptions = {}): MetricFamily[] {
  const format = readContentType(contentType);
  switch (format) {
    case "text-0.0.4":
    case "text-1.0.0":
      return readText(bytes, options.nameValidation ?? "utf8");
    case "openmetrics":
    case "protobuf":
      throw new ExpositionError(
        0,
        `cannot read families of content type ${JSON.stringify(contentType)}: only the text format is supported`,
      );
    case undefined:
      throw new ExpositionError(0, `cannot read families of content type ${JSON.stringify(contentType)}: it is not an exposition format`);
  }
}
