import { PromError } from "@ferula/model";
import express, { type NextFunction, type Request, type RequestHandler } from "express";

/** A query may be as long as a body of this size (net/http `maxFormSize`). */
const MAX_FORM_BYTES = 10 * 1024 * 1024;

/**
 * Reads the form that a POST or PUT sends, in either of its encodings, into `req.body` as `a=b&c=d`; see `readParams`. Files in a form are no
 * parameters. A form that can't be read is refused. What other requests send is not looked at (net/http `ParseForm`).
 */
export const readForm: readonly RequestHandler[] = [
  readPlainForm,
  express.text({ type: "application/x-www-form-urlencoded", limit: MAX_FORM_BYTES }),
  express.raw({ type: "multipart/form-data", limit: MAX_FORM_BYTES }),
  async (req: Request, _res: unknown, next: NextFunction): Promise<void> => {
    if (Buffer.isBuffer(req.body)) req.body = await asUrlEncoded(req.body, req.get("content-type") ?? "");
    next();
  },
].map(ofPosts);

/** The methods whose bodies are read. */
const HAVE_FORMS: ReadonlySet<string> = new Set(["POST", "PUT"]);

/** A form that was read is left alone. */
function ofPosts(handler: RequestHandler): RequestHandler {
  return (req, res, next) => (HAVE_FORMS.has(req.method) && typeof req.body !== "string" ? handler(req, res, next) : next());
}

const PLAIN_FORM = /^application\/x-www-form-urlencoded *(?:; *charset=utf-8 *)?$/i;

/** Fast path: the form of nearly every client is of a known length, and as it is; all else is for the parsers behind this one. */
function readPlainForm(req: Request, _res: unknown, next: NextFunction): void {
  const { "content-type": type = "", "content-length": length, "content-encoding": coding } = req.headers;
  if (coding !== undefined || !(Number(length) <= MAX_FORM_BYTES) || !PLAIN_FORM.test(type)) return next();
  const chunks: Buffer[] = [];
  const fail = (): void => next(new PromError("bad_data", "request aborted"));
  req.on("data", (chunk: Buffer) => chunks.push(chunk));
  req.once("error", fail);
  req.once("end", () => {
    req.off("error", fail);
    req.body = (chunks.length === 1 ? chunks[0] : Buffer.concat(chunks)).toString();
    next();
  });
}

async function asUrlEncoded(body: Buffer, contentType: string): Promise<string> {
  try {
    const form = await new Response(new Uint8Array(body), { headers: { "content-type": contentType } }).formData();
    return new URLSearchParams([...form].filter((entry): entry is [string, string] => typeof entry[1] === "string")).toString();
  } catch (error) {
    throw new PromError("bad_data", `error parsing form values: ${(error as Error).message}`, { cause: error });
  }
}
