import { createGunzip, createInflate } from "node:zlib";
import type { Transform } from "node:stream";
import { HttpClientError } from "./http-client-error.ts";

/** Takes the parts of a body as they come. A part is only valid during the call. What it throws ends the request and is thrown on. */
export type BodySink = (bytes: Uint8Array) => void;

/** Where the body of one answer goes. What it throws or rejects with fails the request. */
export interface BodyReader {
  /** Takes the next bytes of the connection, which are only valid during the call. */
  readonly take: (bytes: Uint8Array) => void;
  /** Resolves when everything that was taken has been handed on. */
  readonly end: () => Promise<void>;
  /** Gives up; harmless at the end. */
  readonly close: () => void;
}

/** What a caller's function threw is its `cause`: no error of the network. */
export class CallerFailure extends Error {}

/** Thrown by a reader that has seen enough: the exchange ends well, its connection does not. */
export const ENOUGH: unique symbol = Symbol("enough");

/** How a body is read. */
export interface BodyOptions {
  readonly maxBodyBytes: number;
  /** An answer to HEAD has the headers of a body, but none. */
  readonly isHead: boolean;
}

/** A body that nobody wants costs its connection when it is longer than this. */
const MOST_DISCARDED_BYTES = 128 * 1024;

const UNPACKED_CHUNK_BYTES = 64 * 1024;

/** Hands a body to `sink`, unpacked and counted. Throws HttpClientError when its head says already that it is too long. */
export function bodyReader(
  status: number,
  headers: ReadonlyMap<string, string>,
  { maxBodyBytes, isHead }: BodyOptions,
  sink: BodySink,
): BodyReader {
  const unpacker = isHead || status === 204 || status === 304 || headers.get("content-length") === "0" ? undefined : unpackerOf(headers);
  if (unpacker !== undefined) return unpackingReader(unpacker, maxBodyBytes, sink);
  if (!isHead && Number(headers.get("content-length")) > maxBodyBytes) throw tooLarge(maxBodyBytes);
  return { take: counted(maxBodyBytes, sink), end: () => Promise.resolve(), close: () => undefined };
}

/**
 * Reads a body for nobody: a short one to its end, so that its connection can be used again. `refusal` is why the caller does not want it,
 * if it has said so; it fails the request then.
 */
export function discardingReader(refusal?: unknown): BodyReader {
  const outcome = refusal === undefined ? ENOUGH : new CallerFailure("the answer was refused", { cause: refusal });
  let size = 0;
  return {
    take(bytes) {
      size += bytes.length;
      if (size > MOST_DISCARDED_BYTES) throw outcome;
    },
    end: () => (outcome === ENOUGH ? Promise.resolve() : Promise.reject(outcome)),
    close: () => undefined,
  };
}

/** Unpacks on another thread. What is packed waits in memory, but no more of it than the limit allows of what is unpacked. */
function unpackingReader(unpacker: Transform, maxBodyBytes: number, sink: BodySink): BodyReader {
  const handOn = counted(maxBodyBytes, sink);
  const count = counted(maxBodyBytes, () => undefined);
  const unpacked = (async () => {
    for await (const chunk of unpacker as AsyncIterable<Uint8Array>) handOn(chunk);
  })();
  // It is looked at by `end`; a failure that comes before must not count as one that nobody handles.
  unpacked.catch(() => undefined);
  return {
    take(bytes) {
      count(bytes);
      if (!unpacker.destroyed) unpacker.write(Uint8Array.from(bytes));
    },
    end() {
      unpacker.end();
      return unpacked;
    },
    close: () => unpacker.destroy(),
  };
}

/** A sink that throws when more comes than may come. */
function counted(maxBodyBytes: number, sink: BodySink): BodySink {
  let size = 0;
  return (bytes) => {
    size += bytes.length;
    if (size > maxBodyBytes) throw tooLarge(maxBodyBytes);
    try {
      sink(bytes);
    } catch (error) {
      throw new CallerFailure("the sink failed", { cause: error });
    }
  };
}

function tooLarge(maxBodyBytes: number): HttpClientError {
  return new HttpClientError("body-too-large", `body size limit exceeded: the answer is larger than ${maxBodyBytes} bytes`);
}

function unpackerOf(headers: ReadonlyMap<string, string>): Transform | undefined {
  switch (headers.get("content-encoding")?.trim().toLowerCase()) {
    case "gzip":
    case "x-gzip":
      return createGunzip({ chunkSize: UNPACKED_CHUNK_BYTES });
    case "deflate":
      return createInflate({ chunkSize: UNPACKED_CHUNK_BYTES });
    default:
      return undefined;
  }
}
