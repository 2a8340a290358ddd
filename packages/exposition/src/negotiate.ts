import type { EscapingScheme } from "@ferula/model";
import { parseAccept, type AcceptClause } from "./accept.ts";
import type { MetricFamily } from "./families/metric-family.ts";
import { writeOpenMetrics } from "./families/write-openmetrics.ts";
import { writeText } from "./families/write-text.ts";
import { writeProtobuf } from "./protobuf/write-protobuf.ts";

/** The formats that a client may be answered in. */
export type WrittenFormat = "text" | "protobuf" | "protobuf-text" | "protobuf-compact-text" | "openmetrics-0.0.1" | "openmetrics-1.0.0";

/** The answer to an Accept header: `contentType` is the header to send, and `writeFamilies` takes it as it is. */
export interface Negotiated {
  readonly format: WrittenFormat;
  readonly contentType: string;
  readonly escaping: EscapingScheme;
}

/** What a service offers. */
export interface NegotiateOptions {
  /** Whether OpenMetrics is among it. Default: false, as of all of upstream's services; programs that expose exemplars set it. */
  readonly hasOpenMetrics?: boolean;
}

const PROTOBUF = "application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily;";

const CONTENT_TYPES: Readonly<Record<WrittenFormat, string>> = {
  text: "text/plain; version=0.0.4; charset=utf-8",
  protobuf: `${PROTOBUF} encoding=delimited`,
  "protobuf-text": `${PROTOBUF} encoding=text`,
  "protobuf-compact-text": `${PROTOBUF} encoding=compact-text`,
  "openmetrics-0.0.1": "application/openmetrics-text; version=0.0.1; charset=utf-8",
  "openmetrics-1.0.0": "application/openmetrics-text; version=1.0.0; charset=utf-8",
};

const PROTOBUF_ENCODINGS: Readonly<Record<string, WrittenFormat>> = {
  delimited: "protobuf",
  text: "protobuf-text",
  "compact-text": "protobuf-compact-text",
};

const OPENMETRICS_VERSIONS: Readonly<Record<string, WrittenFormat>> = {
  "": "openmetrics-0.0.1",
  "0.0.1": "openmetrics-0.0.1",
  "1.0.0": "openmetrics-1.0.0",
};

const TEXT_VERSIONS: Readonly<Record<string, WrittenFormat>> = { "": "text", "0.0.4": "text" };

const ESCAPINGS: ReadonlySet<string> = new Set<EscapingScheme>(["allow-utf-8", "underscores", "dots", "values"]);

/**
 * Chooses the format for a client: the first clause of its Accept header, as `parseAccept` sorts them, that names one of ours by its
 * whole type; else text, as for no header. The escaping of names is the one that was last named up to there, be it by a clause for
 * another format: so a server that prefers OpenMetrics with UTF-8 names gets them in text too. Text 1.0.0 is nothing that upstream
 * answers. Source: common/expfmt/encode.go v0.70.1 `Negotiate`, with which upstream's services are built.
 */
export function negotiate(accept: string | undefined, options: NegotiateOptions = {}): Negotiated {
  let escaping: EscapingScheme = "underscores";
  for (const clause of parseAccept(accept ?? "")) {
    const wanted = clause.parameters.get("escaping") ?? "";
    if (isEscaping(wanted)) escaping = wanted;
    const format = formatOf(clause, options.hasOpenMetrics ?? false);
    if (format !== undefined) return answer(format, escaping);
  }
  return answer("text", escaping);
}

function formatOf({ type, subtype, parameters }: AcceptClause, hasOpenMetrics: boolean): WrittenFormat | undefined {
  const version = parameters.get("version") ?? "";
  switch (`${type}/${subtype}`) {
    case "application/vnd.google.protobuf":
      if (parameters.get("proto") !== "io.prometheus.client.MetricFamily") return undefined;
      return own(PROTOBUF_ENCODINGS, parameters.get("encoding") ?? "");
    case "text/plain":
      return own(TEXT_VERSIONS, version);
    case "application/openmetrics-text":
      return hasOpenMetrics ? own(OPENMETRICS_VERSIONS, version) : undefined;
    default:
      return undefined;
  }
}

function own(table: Readonly<Record<string, WrittenFormat>>, key: string): WrittenFormat | undefined {
  return Object.hasOwn(table, key) ? table[key] : undefined;
}

function isEscaping(text: string): text is EscapingScheme {
  return ESCAPINGS.has(text);
}

function answer(format: WrittenFormat, escaping: EscapingScheme): Negotiated {
  return { format, contentType: `${CONTENT_TYPES[format]}; escaping=${escaping}`, escaping };
}

/** Writes families in the format that was agreed on. Throws an ExpositionError for what OpenMetrics can't say (see `writeOpenMetrics`). */
export function writeFamilies(
  families: readonly MetricFamily[],
  { format, escaping }: Pick<Negotiated, "format" | "escaping">,
): Uint8Array {
  switch (format) {
    case "text":
      return writeText(families, { escaping });
    case "protobuf":
      return writeProtobuf(families, { escaping });
    case "protobuf-text":
      return writeProtobuf(families, { escaping, encoding: "text" });
    case "protobuf-compact-text":
      return writeProtobuf(families, { escaping, encoding: "compact-text" });
    case "openmetrics-0.0.1":
    case "openmetrics-1.0.0":
      return writeOpenMetrics(families, { escaping });
  }
}
