import { promisify } from "node:util";
import { gzip } from "node:zlib";
import type { RequestHandler } from "express";
import { acceptsGzip, COMPRESSION_LEVEL } from "./compress.ts";
import { sendText } from "./create-app.ts";

/** An exposition: bytes or text, and its content type. */
export interface Rendered {
  readonly contentType: string;
  readonly body: string | Uint8Array;
}

const pack = promisify(gzip);

/** Smaller expositions are sent as they are. */
const MIN_BYTES = 1024;

/**
 * Serves `/metrics`. `render` gets the Accept header; what it throws is answered with 500, as half an exposition would look like a
 * whole one. Compresses by itself, off the main thread, with or without `compress` before it.
 */
export function metricsHandler(render: (accept: string) => Rendered | Promise<Rendered>): RequestHandler {
  return async (req, res) => {
    let rendered: Rendered;
    try {
      rendered = await render(req.get("accept") ?? "");
    } catch (error) {
      sendText(res, 500, `An error has occurred while serving metrics:\n\n${error instanceof Error ? error.message : String(error)}\n`);
      return;
    }
    const { contentType, body } = rendered;
    const bytes = typeof body === "string" ? Buffer.from(body) : Buffer.from(body.buffer, body.byteOffset, body.byteLength);
    res.set("Content-Type", contentType);
    res.vary("Accept-Encoding");
    if (bytes.length < MIN_BYTES || !acceptsGzip(req.get("accept-encoding") ?? "")) return void res.send(bytes);
    res.set("Content-Encoding", "gzip");
    res.send(await pack(bytes, { level: COMPRESSION_LEVEL }));
  };
}
