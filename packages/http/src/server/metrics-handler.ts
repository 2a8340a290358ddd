import type { RequestHandler } from "express";

/** An exposition: bytes or text, and its content type. */
export interface Rendered {
  readonly contentType: string;
  readonly body: string | Uint8Array;
}

/** Serves `/metrics`. `render` gets the Accept header; what it throws is answered with 500, as half an exposition would look like a whole one. */
export function metricsHandler(render: (accept: string) => Rendered | Promise<Rendered>): RequestHandler {
  return async (req, res) => {
    try {
      const { contentType, body } = await render(req.get("accept") ?? "");
      res.set("Content-Type", contentType);
      res.send(typeof body === "string" ? body : Buffer.from(body.buffer, body.byteOffset, body.byteLength));
    } catch (error) {
      res
        .status(500)
        .type("text/plain")
        .send(`An error has occurred while serving metrics:\n\n${(error as Error).message}\n`);
    }
  };
}
