import { createGunzip, createInflate } from "node:zlib";
import type { Readable, Transform } from "node:stream";
import type { Dispatcher } from "undici";
import { HttpClientError } from "./http-client-error.ts";
import { networkErrorCode, networkErrorText } from "./network-error.ts";

/** Takes the parts of a body as they come. A part is only valid during the call. What it throws ends the request and is thrown on. */
export type BodySink = (bytes: Uint8Array) => void;

/** How an answer is read. */
export interface ReadOptions {
  readonly maxBodyBytes: number;
  readonly signal: AbortSignal;
  /** An answer to HEAD has the headers of a body, but none. */
  readonly isHead: boolean;
}

/** Hands the body to `sink`, unpacked and counted. On any error the connection is given up. */
export async function readResponse(
  response: Dispatcher.ResponseData,
  { maxBodyBytes, signal, isHead }: ReadOptions,
  sink: BodySink,
): Promise<void> {
  let size = 0;
  let sinkError: unknown;
  const unpack = isHead ? undefined : unpackerOf(response);
  try {
    if (!isHead && unpack === undefined && Number(response.headers["content-length"]) > maxBodyBytes) throw tooLarge(maxBodyBytes);
    for await (const chunk of piped(response.body, unpack) as AsyncIterable<Uint8Array>) {
      size += chunk.length;
      if (size > maxBodyBytes) throw tooLarge(maxBodyBytes);
      try {
        sink(chunk);
      } catch (error) {
        sinkError = error;
        throw error;
      }
    }
  } catch (error) {
    // Destroying makes the body fail once more; that is no news.
    response.body.on("error", () => undefined).destroy();
    if (error === sinkError || error instanceof HttpClientError) throw error;
    throw new HttpClientError(networkErrorCode(signal), networkErrorText(error, signal), { cause: error });
  }
}

function tooLarge(maxBodyBytes: number): HttpClientError {
  return new HttpClientError("body-too-large", `body size limit exceeded: the answer is larger than ${maxBodyBytes} bytes`);
}

function unpackerOf({ headers, statusCode }: Dispatcher.ResponseData): Transform | undefined {
  if (headers["content-length"] === "0" || statusCode === 204 || statusCode === 304) return undefined;
  const encoding = headers["content-encoding"];
  switch (typeof encoding === "string" ? encoding.trim().toLowerCase() : "") {
    case "gzip":
    case "x-gzip":
      return createGunzip({ chunkSize: CHUNK_BYTES });
    case "deflate":
      return createInflate({ chunkSize: CHUNK_BYTES });
    default:
      return undefined;
  }
}

const CHUNK_BYTES = 64 * 1024;

/** The body without its encoding, as a stream that makes no more than it is asked for: a bomb is noticed while it goes off. */
function piped(body: Readable, unpack: Transform | undefined): Readable {
  if (unpack === undefined) return body;
  body.on("error", (error) => unpack.destroy(error));
  unpack.on("close", () => body.destroy());
  return body.pipe(unpack);
}
