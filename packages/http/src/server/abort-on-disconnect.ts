import type { ServerResponse } from "node:http";

/** Aborts when the client goes away. The request's "close" will not do: it fires as soon as a POST body is read. */
export function abortOnDisconnect(res: ServerResponse): AbortSignal {
  const gone = new AbortController();
  res.once("close", () => {
    // Over HTTP/2, what is broken off counts as finished, but nobody has ended it.
    if (!res.writableFinished || !res.writableEnded) gone.abort(new DOMException("the client is gone", "AbortError"));
  });
  return gone.signal;
}
