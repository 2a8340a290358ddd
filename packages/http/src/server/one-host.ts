import type { Handler } from "./connections.ts";

const REFUSAL = "400 Bad Request";

/**
 * Refuses a request of HTTP/1.1 with two Host headers (RFC 9112, section 3.2), of which a proxy before us may have looked at the other one.
 * As net/http does, it answers before anything else looks at the request, and closes the connection.
 */
export function withOneHost(handler: Handler): Handler {
  return (req, res) => {
    if (hostCount(req.rawHeaders) < 2) return handler(req, res);
    res.writeHead(400, { "Content-Type": "text/plain; charset=utf-8", "Content-Length": REFUSAL.length, Connection: "close" }).end(REFUSAL);
  };
}

/** Names stand at even places. */
function hostCount(rawHeaders: readonly string[]): number {
  let count = 0;
  for (let i = 0; i < rawHeaders.length; i += 2) if (rawHeaders[i].length === 4 && rawHeaders[i].toLowerCase() === "host") count++;
  return count;
}
