import type { EscapingScheme } from "@ferula/model";

/**
 * Which exposition formats there are, how a content type names one, and what to answer to an Accept header.
 *
 * Text is read and written in both versions; they have one grammar, in which names that are not made of letters, digits and underscores
 * stand quoted inside the braces. OpenMetrics and protobuf bodies are recognised, so that they are refused by name.
 */
export type ExpositionFormat = "text-0.0.4" | "text-1.0.0" | "openmetrics" | "protobuf";

/** The content type of text that no client had a say in. */
export const TEXT_CONTENT_TYPE: string = "text/plain; version=0.0.4; charset=utf-8";

/** The answer to an Accept header: `contentType` is the header to send, `escaping` goes to `writeText`. */
export interface Negotiated {
  readonly format: "text-0.0.4" | "text-1.0.0";
  readonly contentType: string;
  readonly escaping: EscapingScheme;
}

interface MediaRange {
  /** Lower case, without parameters. */
  readonly type: string;
  readonly parameters: ReadonlyMap<string, string>;
  readonly weight: number;
}

/**
 * Chooses the text version for a client. The entry with the highest weight that we can write wins, the earlier one among equals; nothing
 * that matches, or no header, is text 0.0.4.
 */
export function negotiate(accept: string | undefined): Negotiated {
  const ranges = (accept ?? "").split(",").map(parseMediaRange);
  let escaping: EscapingScheme | undefined;
  // toSorted is stable.
  for (const range of ranges.toSorted((a, b) => b.weight - a.weight)) {
    if (range.weight === 0) continue;
    escaping = escapingOf(range.parameters.get("escaping")) ?? escaping;
    const version = range.parameters.get("version") ?? "0.0.4";
    if (range.type === "*/*" || range.type === "text/*") return answer("0.0.4", escaping);
    if (range.type !== "text/plain") continue;
    if (version === "0.0.4" || version === "1.0.0") return answer(version, escaping);
  }
  return answer("0.0.4", escaping);
}

function answer(version: "0.0.4" | "1.0.0", escaping: EscapingScheme = "underscores"): Negotiated {
  return { format: `text-${version}`, contentType: `text/plain; version=${version}; charset=utf-8; escaping=${escaping}`, escaping };
}

function escapingOf(text: string | undefined): EscapingScheme | undefined {
  return text === "allow-utf-8" || text === "underscores" || text === "dots" || text === "values" ? text : undefined;
}

/**
 * The format that a Content-Type header names, `undefined` when it names none that we know. A missing version of text is 0.0.4; a
 * protobuf body counts only when it is delimited MetricFamily messages.
 */
export function readContentType(contentType: string): ExpositionFormat | undefined {
  const { type, parameters } = parseMediaRange(contentType);
  switch (type) {
    case "text/plain":
      return parameters.get("version") === "1.0.0" ? "text-1.0.0" : "text-0.0.4";
    case "application/openmetrics-text":
      return "openmetrics";
    case "application/vnd.google.protobuf":
      return parameters.get("proto") === "io.prometheus.client.MetricFamily" && parameters.get("encoding") === "delimited"
        ? "protobuf"
        : undefined;
    default:
      return undefined;
  }
}

function parseMediaRange(text: string): MediaRange {
  const parts = text.split(";");
  const parameters = new Map<string, string>();
  for (const part of parts.slice(1)) {
    const equal = part.indexOf("=");
    if (equal < 0) continue;
    const value = part.slice(equal + 1).trim();
    parameters.set(part.slice(0, equal).trim().toLowerCase(), value.startsWith('"') && value.endsWith('"') ? value.slice(1, -1) : value);
  }
  const weight = Number(parameters.get("q") ?? "1");
  return { type: parts[0].trim().toLowerCase(), parameters, weight: weight >= 0 && weight <= 1 ? weight : 1 };
}
