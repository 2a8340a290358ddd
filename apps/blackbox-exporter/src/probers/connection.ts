import type { Socket } from "node:net";

/** A socket that is read line by line, or byte by byte. What fails on it is thrown by whoever reads next. */
export interface Connection {
  readonly socket: Socket;
  /** The next line without its end; the last one may lack it. Undefined when the peer has closed and nothing is left. */
  readonly line: () => Promise<string | undefined>;
  /** The next bytes. Fails when the peer closes before they have come. */
  readonly bytes: (count: number) => Promise<Buffer>;
  readonly write: (text: string) => Promise<void>;
  /** Takes the hands off the socket, for another to read it. */
  readonly release: () => void;
}

/** A peer that sends no end of line must not fill the memory: the limit of Go's bufio.Scanner. */
const MAX_LINE_BYTES = 65_536;

/** Waits until a socket is `connected`. When `signal` aborts, now or later, the socket is destroyed with the signal's reason. */
export function openConnection(socket: Socket, connected: "connect" | "secureConnect", signal: AbortSignal): Promise<Connection> {
  return new Promise((resolve, reject) => {
    const abort = (): void => void socket.destroy(signal.reason as Error);
    socket.once("error", reject);
    socket.once("close", () => signal.removeEventListener("abort", abort));
    socket.once(connected, () => {
      socket.off("error", reject);
      resolve(createConnection(socket));
    });
    if (signal.aborted) abort();
    else signal.addEventListener("abort", abort, { once: true });
  });
}

function createConnection(socket: Socket): Connection {
  let buffer = Buffer.alloc(0);
  let ended: Error | true | undefined;
  let wake: () => void = () => undefined;
  const onData = (bytes: Buffer): void => {
    buffer = Buffer.concat([buffer, bytes]);
    wake();
  };
  const onEnd = (): void => {
    ended ??= true;
    wake();
  };
  const onError = (error: Error): void => {
    ended = error;
    wake();
  };
  const listeners = { data: onData, end: onEnd, close: onEnd, error: onError };
  for (const [event, listener] of Object.entries(listeners)) socket.on(event, listener);

  /** Waits for more; false when nothing will come. */
  async function more(): Promise<boolean> {
    if (ended === undefined) {
      socket.resume();
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
    if (ended !== undefined && ended !== true) throw ended;
    return ended === undefined;
  }

  function take(count: number): Buffer {
    const taken = buffer.subarray(0, count);
    buffer = buffer.subarray(count);
    return taken;
  }

  return {
    socket,
    async line() {
      for (let searched = 0; ;) {
        const end = buffer.indexOf(10, searched);
        if (end >= 0)
          return take(end + 1)
            .toString("utf8")
            .replace(/\r?\n$/, "");
        searched = buffer.length;
        if (searched > MAX_LINE_BYTES) throw new Error(`the peer has sent a line of more than ${MAX_LINE_BYTES} bytes`);
        if (!(await more()) && buffer.length === searched) {
          return searched === 0 ? undefined : take(searched).toString("utf8").replace(/\r$/, "");
        }
      }
    },
    async bytes(count) {
      while (buffer.length < count) {
        const had = buffer.length;
        if (!(await more()) && buffer.length === had) throw new Error(`the peer has closed after ${had} of ${count} expected bytes`);
      }
      return take(count);
    },
    write: (text) =>
      new Promise((resolve, reject) => {
        socket.write(text, (error) => (error ? reject(error) : resolve()));
      }),
    release() {
      for (const [event, listener] of Object.entries(listeners)) socket.off(event, listener);
    },
  };
}
