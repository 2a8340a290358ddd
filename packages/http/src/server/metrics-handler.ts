import { promisify } from "node:util";
import * as zlib from "node:zlib";
import type { Request, RequestHandler } from "express";
import { COMPRESSION_LEVEL, preferredCoding } from "./compress.ts";
import { sendText } from "./create-app.ts";

/** An exposition: bytes or text, and its content type. */
export interface Rendered {
  readonly contentType: string;
  readonly body: string | Uint8Array;
}

type Pack = (bytes: Uint8Array) => Promise<Buffer>;

const gzip = promisify<Uint8Array, zlib.ZlibOptions, Buffer>(zlib.gzip);

/** Node has it from 22.15 on. */
const { zstdCompress } = zlib as {
  readonly zstdCompress?: (bytes: Uint8Array, done: (error: Error | null, packed: Buffer) => void) => void;
};

/** By the name of the coding, in upstream's order. */
const PACKERS: ReadonlyMap<string, Pack> = new Map<string, Pack>([
  ["gzip", (bytes) => gzip(bytes, { level: COMPRESSION_LEVEL })],
  ...(zstdCompress === undefined ? [] : [["zstd", promisify(zstdCompress)] as const]),
]);

/** Smaller expositions are sent as they are. */
const MIN_BYTES = 1024;

/** What a scrape asks for. */
export interface ScrapeRequest {
  /** The Accept header, "" without one. */
  readonly accept: string;
  /** The names of families that are wanted (`?name[]=up`), none for all. */
  readonly names: readonly string[];
}

/**
 * Serves `/metrics`. `render` gets what the scrape asks for; what it throws is answered with 500, as half an exposition would look like a
 * whole one. Compresses by itself, off the main thread, with or without `compress` before it.
 */
export function metricsHandler(render: (request: ScrapeRequest) => Rendered | Promise<Rendered>): RequestHandler {
  return async (req, res) => {
    let rendered: Rendered;
    try {
      rendered = await render({ accept: req.get("accept") ?? "", names: namesOf(req) });
    } catch (error) {
      sendText(res, 500, `An error has occurred while serving metrics:\n\n${error instanceof Error ? error.message : String(error)}\n`);
      return;
    }
    const { contentType, body } = rendered;
    const bytes = typeof body === "string" ? Buffer.from(body) : Buffer.from(body.buffer, body.byteOffset, body.byteLength);
    res.set("Content-Type", contentType);
    res.vary("Accept-Encoding");
    const coding = bytes.length < MIN_BYTES ? undefined : preferredCoding(req.get("accept-encoding") ?? "", [...PACKERS.keys()]);
    const pack = coding === undefined ? undefined : PACKERS.get(coding);
    if (coding === undefined || pack === undefined) return void res.send(bytes);
    res.set("Content-Encoding", coding);
    res.send(await pack(bytes));
  };
}

function namesOf(req: Request): readonly string[] {
  const question = req.originalUrl.indexOf("?");
  return question < 0 ? [] : new URLSearchParams(req.originalUrl.slice(question)).getAll("name[]");
}
