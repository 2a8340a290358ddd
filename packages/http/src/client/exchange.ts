import type { Dispatcher } from "undici";
import { ENOUGH, type BodyReader } from "./body-reader.ts";

/** What comes before the body of an answer. */
export interface ResponseHead {
  readonly status: number;
  /** Names in lower case; a header that came twice is joined by commas. */
  readonly headers: ReadonlyMap<string, string>;
}

/**
 * Sends one request and reads its answer; `onHead` says where the body goes. Rejects with what undici, the signal, `onHead` or the reader
 * say. The bytes of an answer go from the socket to the reader in one call, without a stream between: that would cost more than reading
 * them.
 */
export function exchange(
  dispatcher: Dispatcher,
  options: Dispatcher.DispatchOptions,
  signal: AbortSignal,
  onHead: (head: ResponseHead) => BodyReader,
): Promise<ResponseHead> {
  return new Promise((resolve, reject) => {
    let controller: Dispatcher.DispatchController | undefined;
    let answer: ResponseHead | undefined;
    let body: BodyReader | undefined;
    let isOver = false;

    function settle(error?: unknown): void {
      if (isOver) return;
      isOver = true;
      signal.removeEventListener("abort", onAbort);
      body?.close();
      if (answer !== undefined && (error === undefined || error === ENOUGH)) resolve(answer);
      else reject(error as Error);
    }

    /** Ends the exchange on our side; the connection is lost. */
    function giveUp(error: unknown): void {
      settle(error);
      controller?.abort(new Error("given up"));
    }

    function onAbort(): void {
      giveUp(signal.reason);
    }

    function attempt(work: () => void): void {
      if (isOver) return;
      try {
        work();
      } catch (error) {
        giveUp(error);
      }
    }

    const handler: Dispatcher.DispatchHandler = {
      onRequestStart(started) {
        controller = started;
        if (isOver) started.abort(new Error("given up"));
      },
      onResponseStart(_controller, status, headers) {
        // 100 and its like come before the answer itself.
        if (status < 200) return;
        const head = { status, headers: headerMap(headers) };
        answer = head;
        attempt(() => (body = onHead(head)));
      },
      onResponseData(_controller, chunk) {
        attempt(() => body?.take(chunk));
      },
      onResponseEnd() {
        if (body === undefined) settle();
        else body.end().then(() => settle(), settle);
      },
      onResponseError: (_controller, error) => settle(error),
    };

    if (signal.aborted) return settle(signal.reason);
    signal.addEventListener("abort", onAbort, { once: true });
    try {
      dispatcher.dispatch(options, handler);
    } catch (error) {
      settle(error);
    }
  });
}

function headerMap(headers: Readonly<Record<string, string | string[] | undefined>>): ReadonlyMap<string, string> {
  return new Map(Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(", ") : (value ?? "")]));
}
