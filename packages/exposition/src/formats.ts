/**
 * The formats of bodies that can be read. The two versions of text have one grammar, in which names that are not made of letters, digits
 * and underscores stand quoted inside the braces; so have those of OpenMetrics.
 */
export type ExpositionFormat = "text-0.0.4" | "text-1.0.0" | "openmetrics" | "protobuf";

/** The content type of text that no client had a say in. */
export const TEXT_CONTENT_TYPE: string = "text/plain; version=0.0.4; charset=utf-8";

interface MediaType {
  /** Lower case, without parameters. */
  readonly type: string;
  readonly parameters: ReadonlyMap<string, string>;
}

/**
 * The format that a Content-Type header names, `undefined` when it names none that we know. A missing version of text is 0.0.4; a
 * protobuf body counts only when it is delimited MetricFamily messages.
 */
export function readContentType(contentType: string): ExpositionFormat | undefined {
  const { type, parameters } = parseMediaType(contentType);
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

function parseMediaType(text: string): MediaType {
  const parts = text.split(";");
  const parameters = new Map<string, string>();
  for (const part of parts.slice(1)) {
    const equal = part.indexOf("=");
    if (equal < 0) continue;
    const value = part.slice(equal + 1).trim();
    parameters.set(part.slice(0, equal).trim().toLowerCase(), value.startsWith('"') && value.endsWith('"') ? value.slice(1, -1) : value);
  }
  return { type: parts[0].trim().toLowerCase(), parameters };
}
