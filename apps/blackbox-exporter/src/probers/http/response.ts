import type { IncomingMessage } from "node:http";

/** All values of a header, in any spelling of its name. Node reads headers as Latin-1; they are given as the UTF-8 that they mostly are. */
export function responseHeaders({ headersDistinct }: IncomingMessage, name: string): readonly string[] {
  return (headersDistinct[name.toLowerCase()] ?? []).map((value) => Buffer.from(value, "latin1").toString("utf8"));
}

/** The length that an answer tells of its body, as Go counts it: 0 where there can be none, -1 where it isn't told. */
export function contentLength(response: IncomingMessage, method: string): number {
  const { statusCode = 0, headers } = response;
  const told = Number(headers["content-length"] ?? -1);
  if (method === "HEAD") return told;
  if (statusCode === 204 || statusCode === 304) return 0;
  return headers["transfer-encoding"] === undefined ? told : -1;
}
