import { goQuote } from "@ferula/durations";
import { ScrapeError } from "../cache/scrape-error.ts";
import type { ScrapeConfig } from "../scrape-config.ts";
import { MEDIA_TYPES } from "../scrape-protocols.ts";
import { readMediaType } from "./media-type.ts";

/** The grammars that bodies are written in; the versions of each are read alike. */
export type BodyFormat = "text" | "openmetrics" | "protobuf";

/** How a body is read. */
export interface ChosenFormat {
  readonly format: BodyFormat;
  /** Why the job's word was taken in the place of the target's; for the log. */
  readonly complaint?: string;
}

/** Media types that tell the grammar; their parameters don't matter. */
const FORMATS: ReadonlyMap<string, BodyFormat> = new Map([
  ["text/plain", "text"],
  ["application/openmetrics-text", "openmetrics"],
  ["application/vnd.google.protobuf", "protobuf"],
]);

/** The media type of a job's fallback, without parameters; "" is none. */
export function fallbackMediaType(protocol: ScrapeConfig["fallback_scrape_protocol"]): string {
  return protocol === "" ? "" : MEDIA_TYPES[protocol].split(";", 1)[0];
}

/**
 * How to read a body with this Content-Type, or, where it names no format, by the job's `fallback`, a media type or "". Throws a ScrapeError
 * when neither tells (model/textparse/interface.go `extractMediaType`).
 */
export function chooseFormat(contentType: string, fallback: string): ChosenFormat {
  const instead = FORMATS.get(fallback);
  const using = `using fallback_scrape_protocol ${goQuote(fallback)}`;
  if (contentType === "") {
    const fault = "non-compliant scrape target sending blank Content-Type";
    if (instead === undefined) throw new ScrapeError(`${fault} and no fallback_scrape_protocol specified for target`);
    return { format: instead, complaint: `${fault}, ${using}` };
  }
  const quoted = goQuote(contentType);
  let mediaType: string;
  try {
    mediaType = readMediaType(contentType);
  } catch (error) {
    const reason = (error as Error).message;
    if (instead !== undefined)
      return { format: instead, complaint: `could not parse received Content-Type ${quoted}, ${using}\n${reason}` };
    throw new ScrapeError(`cannot parse Content-Type ${quoted} and no fallback_scrape_protocol for target\n${reason}`, "other", {
      cause: error,
    });
  }
  const format = FORMATS.get(mediaType);
  if (format !== undefined) return { format };
  const fault = `received unsupported Content-Type ${quoted}`;
  if (instead === undefined) throw new ScrapeError(`${fault} and no fallback_scrape_protocol specified for target`);
  return { format: instead, complaint: `${fault}, ${using}` };
}
