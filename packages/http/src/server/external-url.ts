import { hostname } from "node:os";
import { parseListenAddress } from "./addresses.ts";
import { normalizeRoutePrefix } from "./route-prefix.ts";

/**
 * Reads `--web.external-url` and returns the URL without a slash at its end. "" stands for this host and the port of `listenAddress`,
 * as does a path alone. Throws RangeError where it can't be read or is neither http nor https (cmd/prometheus `computeExternalURL`).
 */
export function readExternalUrl(text: string, listenAddress: string): string {
  const full = text === "" || text.startsWith("/") ? ownUrl(listenAddress) + text : text;
  if (/^["']|["']$/.test(text)) throw unusable(text, "URL must not begin or end with quotes");
  if (/%(?![\da-f]{2})/i.test(full)) throw unusable(text, "an escape in it is none");
  if (!URL.canParse(full)) throw unusable(text, "it is not a URL");
  const { protocol } = new URL(full);
  if (protocol !== "http:" && protocol !== "https:") throw unusable(text, "it is neither http nor https");
  return full.replace(/\/+$/, "");
}

/** The prefix of all routes: `--web.route-prefix`, or else the path of the external URL; a slash before and none behind, "" for none. */
export function readRoutePrefix(text: string, externalUrl: string): string {
  return normalizeRoutePrefix(text === "" && externalUrl !== "" ? new URL(externalUrl).pathname : text);
}

function ownUrl(listenAddress: string): string {
  return `http://${hostname()}:${parseListenAddress(listenAddress).port}`;
}

function unusable(text: string, reason: string): RangeError {
  return new RangeError(`cannot use --web.external-url=${JSON.stringify(text)}: ${reason}`);
}
