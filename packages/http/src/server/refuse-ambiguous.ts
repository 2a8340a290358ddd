import type { IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import type { Handler } from "./connections.ts";

/** What a host may be made of, as net/http has it: nothing that would end it in an address, or in markup. */
const HOST = /^[\w!$%&'()*+,\-.:;=[\]~]*$/;

/**
 * Refuses a request that a proxy before us may have understood otherwise, before anything else looks at it, and closes the connection, as
 * net/http does. What is left of such requests, two lengths of a body or bad chunks, Node's parser refuses.
 */
export function refuseAmbiguous(handler: Handler): Handler {
  const refused = new WeakSet<Socket>();
  return (req, res) => {
    // Node hands on what came behind it with the same bytes.
    if (refused.has(req.socket)) return;
    const problem = problemOf(req);
    if (problem === undefined) return handler(req, res);
    refused.add(req.socket);
    const text = `400 Bad Request${problem}`;
    res.writeHead(400, { "Content-Type": "text/plain; charset=utf-8", "Content-Length": text.length, Connection: "close" }).end(text);
  };
}

/** "" where net/http does not say what it is, undefined where there is none. */
function problemOf({ httpVersionMajor, httpVersionMinor, headers, rawHeaders }: IncomingMessage): string | undefined {
  if (httpVersionMajor < 1) return "";
  // Chunks came with HTTP/1.1 (RFC 9112, section 6.1): what is older takes them for the body itself.
  if (httpVersionMajor === 1 && httpVersionMinor === 0 && headers["transfer-encoding"] !== undefined) return "";
  if (hostCount(rawHeaders) > 1) return "";
  return HOST.test(headers.host ?? "") ? undefined : ": malformed Host header";
}

/** Two (RFC 9112, section 3.2), of which a proxy may have looked at the other one. Names stand at even places. */
function hostCount(rawHeaders: readonly string[]): number {
  let count = 0;
  for (let i = 0; i < rawHeaders.length; i += 2) if (rawHeaders[i].length === 4 && rawHeaders[i].toLowerCase() === "host") count++;
  return count;
}
