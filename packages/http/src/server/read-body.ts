import { createGunzip, createInflate } from "node:zlib";
import type { Transform } from "node:stream";
import type { Request } from "express";
import { HttpError } from "./http-error.ts";

/** How much of a body is taken. */
export interface BodyLimits {
  /** Of the body unpacked, and also of the body as it comes. */
  readonly maxBytes: number;
}

/**
 * Reads a request's body, unpacked when it says that it is gzip or deflate; other encodings are the caller's. The bytes are counted
 * while they come. Throws HttpError: 413 above the limit, 400 when the body ends early or is not what it says.
 */
export function readBody(req: Request, { maxBytes }: BodyLimits): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const unpack = unpackerOf(req.get("content-encoding") ?? "");
    const chunks: Buffer[] = [];
    let packedBytes = 0;
    let bytes = 0;

    function fail(status: number, message: string, cause?: unknown): void {
      req.off("data", onPacked);
      unpack?.destroy();
      // The rest is read and dropped: a client gets an answer only once it has sent everything. A connection that it was on is not used again.
      if (!req.destroyed) req.resume();
      if (req.httpVersionMajor < 2 && req.res?.headersSent === false) req.res.set("Connection", "close");
      reject(new HttpError(status, message, cause === undefined ? undefined : { cause }));
    }
    function isTooMuch(count: number): boolean {
      if (count > maxBytes) fail(413, `the body is larger than the limit of ${maxBytes} bytes`);
      return count > maxBytes;
    }
    function onChunk(chunk: Buffer): void {
      bytes += chunk.length;
      if (!isTooMuch(bytes)) chunks.push(chunk);
    }
    function onPacked(chunk: Buffer): void {
      packedBytes += chunk.length;
      if (isTooMuch(packedBytes)) return;
      if (unpack === undefined) onChunk(chunk);
      else if (!unpack.write(chunk)) {
        req.pause();
        unpack.once("drain", () => req.resume());
      }
    }
    const finish = (): void => resolve(Buffer.concat(chunks, bytes));

    if (Number(req.get("content-length")) > maxBytes) return fail(413, `the body is larger than the limit of ${maxBytes} bytes`);
    unpack?.on("data", onChunk).on("end", finish);
    unpack?.on("error", (error: NodeJS.ErrnoException) => fail(400, unpackErrorText(error), error));
    req.on("data", onPacked);
    req.on("error", (error) => fail(400, error.message, error));
    req.on("close", () => {
      if (!req.complete) fail(400, "unexpected EOF");
    });
    req.on("end", () => {
      if (unpack === undefined) finish();
      else unpack.end();
    });
  });
}

function unpackerOf(encoding: string): Transform | undefined {
  switch (encoding.trim().toLowerCase()) {
    case "gzip":
    case "x-gzip":
      return createGunzip();
    case "deflate":
      return createInflate();
    default:
      return undefined;
  }
}

/** In Go's words, which upstream's clients know. */
function unpackErrorText({ code, message }: NodeJS.ErrnoException): string {
  if (code === "Z_BUF_ERROR") return "unexpected EOF";
  return code === "Z_DATA_ERROR" && message === "incorrect header check" ? "gzip: invalid header" : message;
}
