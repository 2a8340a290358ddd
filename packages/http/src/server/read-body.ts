import { createGunzip, createInflate } from "node:zlib";
import type { Readable } from "node:stream";
import type { Request } from "express";
import { HttpError } from "./http-error.ts";

/** Reads a request's body, unpacked; more than `maxBytes` of it, counted while they come, are refused with 413. */
export async function readBody(req: Request, { maxBytes }: { readonly maxBytes: number }): Promise<Buffer> {
  const stream = unpacked(req, req.get("content-encoding")?.trim().toLowerCase() ?? "");
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > maxBytes) throw new HttpError(413, `the body is larger than the limit of ${maxBytes} bytes`);
      chunks.push(chunk);
    }
  } catch (error) {
    if ((error as Error).name === "HttpError") throw error;
    throw new HttpError(400, (error as Error).message, { cause: error });
  }
  return Buffer.concat(chunks, size);
}

function unpacked(req: Request, encoding: string): Readable {
  switch (encoding) {
    case "gzip":
    case "x-gzip":
      return piped(req, createGunzip());
    case "deflate":
      return piped(req, createInflate());
    default:
      return req;
  }
}

function piped<Stream extends NodeJS.ReadWriteStream & Readable>(req: Request, stream: Stream): Stream {
  // Errors of the socket must reach who reads the unpacked side.
  req.on("error", (error) => stream.destroy(error));
  return req.pipe(stream);
}
