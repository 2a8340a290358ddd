import { onAbort } from "@ferula/lifecycle";
import type { Dispatcher } from "undici";
import { ENOUGH, type BodyReader } from "./body-reader.ts";

/** What comes before the body of an answer. */
export interface ResponseHead {
  readonly status: number;
  /** The words behind the status as they came, "" where there were none; over HTTP/2, which has none, those of the standard. */
  readonly reason: string;
  /** Names in lower case; a header that came twice is joined by commas. */
  readonly headers: ReadonlyMap<string, string>;
}

/** Says where the body of an answer goes. What it throws fails the request. */
export type OnHead = (head: ResponseHead) => BodyReader;

/** One answer while it comes in, over whichever protocol. After it is over, nothing that comes matters. */
export interface Receiver {
  readonly isOver: () => boolean;
  readonly head: (
    status: number,
    reason: string,
    headers: Readonly<Record<string, string | readonly string[] | number | undefined>>,
  ) => void;
  /** The bytes are only valid during the call. */
  readonly data: (bytes: Uint8Array) => void;
  readonly end: () => void;
  readonly fail: (error: unknown) => void;
}

/** Receives one answer. `abort` ends the exchange on our side, when the signal, `onHead` or the reader of the body want no more of it. */
export function receive(
  signal: AbortSignal,
  onHead: OnHead,
  abort: () => void,
  resolve: (head: ResponseHead) => void,
  reject: (error: Error) => void,
): Receiver {
  let answer: ResponseHead | undefined;
  let body: BodyReader | undefined;
  let isOver = false;

  function settle(error?: unknown): void {
    if (isOver) return;
    isOver = true;
    forget();
    body?.close();
    if (answer !== undefined && (error === undefined || error === ENOUGH)) resolve(answer);
    else reject(error as Error);
  }

  function giveUp(error: unknown): void {
    settle(error);
    abort();
  }

  function attempt(work: () => void): void {
    if (isOver) return;
    try {
      work();
    } catch (error) {
      giveUp(error);
    }
  }

  const forget = onAbort(signal, () => giveUp(signal.reason));
  return {
    isOver: () => isOver,
    head(status, reason, headers) {
      const head = { status, reason, headers: headerMap(headers) };
      answer = head;
      attempt(() => (body = onHead(head)));
    },
    data: (bytes) => attempt(() => body?.take(bytes)),
    end() {
      if (body === undefined) settle();
      else body.end().then(() => settle(), settle);
    },
    fail: settle,
  };
}

/**
 * Sends one request over HTTP/1.1 and reads its answer. Rejects with what undici, the signal, `onHead` or the reader say. The bytes of an
 * answer go from the socket to the reader in one call, without a stream between: that would cost more than reading them.
 */
export function exchange(
  dispatcher: Dispatcher,
  options: Dispatcher.DispatchOptions,
  signal: AbortSignal,
  onHead: OnHead,
): Promise<ResponseHead> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason as Error);
    let controller: Dispatcher.DispatchController | undefined;
    const abort = (): void => controller?.abort(new Error("given up"));
    const answer = receive(signal, onHead, abort, resolve, reject);
    const handler: Dispatcher.DispatchHandler = {
      onRequestStart(started) {
        controller = started;
        if (answer.isOver()) abort();
      },
      onResponseStart(_controller, status, headers, reason = "") {
        // 100 and its like come before the answer itself.
        if (status >= 200) answer.head(status, reason, headers);
      },
      onResponseData: (_controller, chunk) => answer.data(chunk),
      onResponseEnd: () => answer.end(),
      onResponseError: (_controller, error) => answer.fail(error),
    };
    try {
      dispatcher.dispatch(options, handler);
    } catch (error) {
      answer.fail(error);
    }
  });
}

function headerMap(headers: Readonly<Record<string, string | readonly string[] | number | undefined>>): ReadonlyMap<string, string> {
  const map = new Map<string, string>();
  for (const name of Object.keys(headers)) {
    const value = headers[name];
    map.set(name, typeof value === "string" ? value : Array.isArray(value) ? value.join(", ") : String(value ?? ""));
  }
  return map;
}
