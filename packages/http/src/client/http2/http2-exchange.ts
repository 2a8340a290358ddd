import { STATUS_CODES } from "node:http";
import { constants, type ClientHttp2Session, type ClientHttp2Stream, type OutgoingHttpHeaders } from "node:http2";
import type { Dispatcher } from "undici";
import { receive, type OnHead, type ResponseHead } from "../exchange.ts";
import { HttpClientError } from "../http-client-error.ts";

/** What belongs to one connection of HTTP/1.1, and is no header of HTTP/2 (RFC 9113, section 8.2.2). */
const CONNECTION_HEADERS: ReadonlySet<string> = new Set([
  "connection",
  "host",
  "keep-alive",
  "proxy-connection",
  "transfer-encoding",
  "upgrade",
  "content-length",
]);

/** The server has not begun with the request: it may be sent again, whatever it is. */
export class RequestRefused extends Error {}

/** The connection was lost before the answer was whole. */
class ConnectionLost extends Error {
  readonly code = "UND_ERR_SOCKET";
}

/**
 * Sends one request as a stream of a session and reads its answer. Rejects with RequestRefused, with what the signal, `onHead` or the
 * reader say, or with an error of the network. `onSilence` is called when the caller gave up before anything came.
 */
export function exchangeHttp2(
  session: ClientHttp2Session,
  options: Dispatcher.DispatchOptions & { readonly authority: string },
  signal: AbortSignal,
  onHead: OnHead,
  onSilence: () => void,
): Promise<ResponseHead> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason as Error);
    let stream: ClientHttp2Stream;
    try {
      stream = session.request(streamHeaders(options), { endStream: options.body === null });
    } catch (error) {
      return reject(new RequestRefused("the session takes no more requests", { cause: error }));
    }
    let isAnswered = false;
    let isWhole = false;
    const abort = (): void => {
      if (!isAnswered) onSilence();
      stream.close(constants.NGHTTP2_CANCEL);
    };
    const answer = receive(signal, onHead, abort, resolve, reject);
    stream.on("response", ({ ":status": status = 0, ...headers }) => {
      isAnswered = true;
      answer.head(status, STATUS_CODES[status] ?? "", headers);
    });
    stream.on("data", answer.data);
    // What it says is also in `rstCode`.
    stream.on("error", () => undefined);
    stream.on("end", () => (isWhole = true));
    // "end" alone also comes when the connection is cut in the midst of a body.
    stream.on("close", () => {
      if (stream.rstCode === constants.NGHTTP2_NO_ERROR && isAnswered && isWhole) answer.end();
      else answer.fail(closedError(stream, session));
    });
    if (options.body !== null) stream.end(options.body);
  });
}

function streamHeaders({
  authority,
  method,
  path,
  headers,
}: Dispatcher.DispatchOptions & { readonly authority: string }): OutgoingHttpHeaders {
  const own = Object.entries(headers as OutgoingHttpHeaders);
  const given = own.find(([name]) => name === "host")?.[1];
  return {
    ":method": method,
    ":scheme": "https",
    ":authority": String(given ?? authority),
    ":path": path,
    ...Object.fromEntries(own.filter(([name]) => !CONNECTION_HEADERS.has(name))),
  };
}

function closedError(stream: ClientHttp2Stream, session: ClientHttp2Session): Error {
  const code = stream.rstCode ?? constants.NGHTTP2_NO_ERROR;
  if (code === constants.NGHTTP2_REFUSED_STREAM) return new RequestRefused("the server refused the stream");
  if (session.destroyed || code === constants.NGHTTP2_NO_ERROR || code === constants.NGHTTP2_CANCEL)
    return new ConnectionLost("the connection was lost");
  return new HttpClientError("network", `stream error: stream ID ${stream.id}; ${ERROR_NAMES[code] ?? code}; received from peer`);
}

/** RFC 9113, section 7. */
const ERROR_NAMES =
  "NO_ERROR PROTOCOL_ERROR INTERNAL_ERROR FLOW_CONTROL_ERROR SETTINGS_TIMEOUT STREAM_CLOSED FRAME_SIZE_ERROR REFUSED_STREAM CANCEL COMPRESSION_ERROR CONNECT_ERROR ENHANCE_YOUR_CALM INADEQUATE_SECURITY HTTP_1_1_REQUIRED".split(
    " ",
  );
