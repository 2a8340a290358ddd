import type { IncomingMessage } from "node:http";
import type { Readable } from "node:stream";
import { createBrotliDecompress, createGunzip, createInflateRaw } from "node:zlib";
import type { HttpModule } from "../../config/http-module.ts";

/** The body of an answer as far as it came. */
export interface Body {
  /** Unpacked when the module says how it is packed. */
  readonly bytes: Buffer;
  /** Why there is no more; undefined when this is the whole body. */
  readonly problem: Error | undefined;
  /** Whether the problem is that the body does not even begin as gzip, as the module wants it. */
  readonly isMispacked: boolean;
}

/** What stands for the body of a redirect that is not followed: Go closes it unread. */
export const CLOSED_BODY: Body = { bytes: Buffer.alloc(0), problem: new Error("http: read on closed response body"), isMispacked: false };

/** Reads a body to its end, to the module's limit or to what breaks it, and never throws. An abort of `signal` breaks it. */
export async function readBody(
  response: IncomingMessage,
  { compression, body_size_limit: limit }: HttpModule,
  signal: AbortSignal,
): Promise<Body> {
  const parts: Buffer[] = [];
  let size = 0;
  let problem: Error | undefined;
  let isMispacked = false;
  const unpacked = unpack(response, compression);
  try {
    for await (const part of unpacked as AsyncIterable<Buffer>) {
      size += part.length;
      const excess = limit > 0 ? Math.max(0, size - limit) : 0;
      parts.push(part.subarray(0, part.length - excess));
      if (excess > 0) {
        problem = new Error("http: request body too large");
        break;
      }
    }
  } catch (error) {
    problem = signal.aborted ? (signal.reason as Error) : (error as Error);
    isMispacked = size === 0 && compression.toLowerCase() === "gzip" && isZlibError(error);
  }
  response.destroy();
  return { bytes: Buffer.concat(parts), problem, isMispacked };
}

/** Whatever the answer says of itself: one that is not packed as the module expects is a failure. */
function unpack(response: IncomingMessage, compression: string): Readable {
  const unpacker = unpackers.get(compression.toLowerCase())?.();
  if (unpacker === undefined) return response;
  // A pipe hands no errors on, and the reader would wait for ever.
  response.once("error", (error) => unpacker.destroy(error));
  return response.pipe(unpacker);
}

const unpackers: ReadonlyMap<string, () => ReturnType<typeof createGunzip>> = new Map([
  ["gzip", () => createGunzip()],
  ["br", () => createBrotliDecompress()],
  ["deflate", () => createInflateRaw()],
]);

function isZlibError(error: unknown): boolean {
  return String((error as { readonly code?: unknown }).code).startsWith("Z_");
}
