import { PromError } from "@ferula/model";
import express, { type RequestHandler } from "express";

/** A query may be as long as a body of this size (net/http `maxFormSize`). */
const MAX_FORM_BYTES = 10 * 1024 * 1024;

/**
 * Reads a form in the body, in either of its encodings, into `req.body` as `a=b&c=d`; see `readParams`. Files in a form are no parameters. A
 * form that can't be read is refused.
 */
export const readForm: readonly RequestHandler[] = [
  express.text({ type: "application/x-www-form-urlencoded", limit: MAX_FORM_BYTES }),
  express.raw({ type: "multipart/form-data", limit: MAX_FORM_BYTES }),
  async (req, _res, next) => {
    if (Buffer.isBuffer(req.body)) req.body = await asUrlEncoded(req.body, req.get("content-type") ?? "");
    next();
  },
];

async function asUrlEncoded(body: Buffer, contentType: string): Promise<string> {
  try {
    const form = await new Response(new Uint8Array(body), { headers: { "content-type": contentType } }).formData();
    return new URLSearchParams([...form].filter((entry): entry is [string, string] => typeof entry[1] === "string")).toString();
  } catch (error) {
    throw new PromError("bad_data", `error parsing form values: ${(error as Error).message}`, { cause: error });
  }
}
