import type { ServerResponse } from "node:http";

/** Aborts when the client goes away. The request's "close" will not do: it fires as soon as a POST body is read. */
export function abortOnDisconnect(res: ServerResponse): AbortSignal {
  const gone = new AbortController();
  res.once("close", () => {
    if (!res.writableFinished) gone.abort(new DOMException("the client is gone", "AbortError"));
  });
  return gone.signal;
}
