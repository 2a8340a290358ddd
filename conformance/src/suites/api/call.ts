import { request, type IncomingHttpHeaders } from "node:http";
import { gunzipSync, inflateSync } from "node:zlib";

/** A request as it goes over the wire. */
export interface Call {
  readonly method: string;
  /** With the query, escaped already. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
  /**
   * How much of a body must be the same: its text, its text but for the times of samples, the types of its values by their keys, or nothing.
   * Default: the text.
   */
  readonly compares?: "text" | "untimed" | "shape" | "status";
  /** The first version that knows it: an older peer is not asked. */
  readonly since?: 3;
}

/** What came back. */
export interface Reply {
  /** 0 where the connection was closed instead. */
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** Decoded. */
  readonly text: string;
}

/** No call takes as long on the busiest machine. */
const PATIENCE_MS = 60_000;

const DECODERS: Readonly<Record<string, (body: Buffer) => Buffer>> = { gzip: gunzipSync, deflate: inflateSync };

/** Sends a call to the server at `url`. */
export function send(url: string, { method, path, headers = {}, body }: Call): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(url);
    // A connection of its own for each: what a server does with one must not reach the next.
    const req = request({ hostname, port, method, path, headers, agent: false, timeout: PATIENCE_MS }, (res) => {
      const pieces: Buffer[] = [];
      res.on("data", (piece: Buffer) => pieces.push(piece));
      res.once("error", reject);
      res.once("end", () => {
        const decode = DECODERS[res.headers["content-encoding"] ?? ""];
        const bytes = Buffer.concat(pieces);
        const text = (decode === undefined || bytes.length === 0 ? bytes : decode(bytes)).toString();
        resolve({ status: res.statusCode ?? 0, headers: res.headers, text });
      });
    });
    req.once("timeout", () => req.destroy(new Error(`no answer in ${PATIENCE_MS / 1000} s`)));
    req.once("error", (error) => {
      const { code } = error as NodeJS.ErrnoException;
      if (code === "ECONNRESET" || code === "EPIPE" || code === "ECONNREFUSED") resolve({ status: 0, headers: {}, text: "" });
      else reject(error);
    });
    req.end(body);
  });
}

/** How the answer to a GET of `path` begins, whose body has no end. */
export function beginningOf(url: string, path: string): Promise<Pick<Reply, "status" | "headers">> {
  return new Promise((resolve, reject) => {
    const req = request(`${url}${path}`, { agent: false, timeout: PATIENCE_MS }, (res) => {
      resolve({ status: res.statusCode ?? 0, headers: res.headers });
      res.destroy();
    });
    req.once("timeout", () => req.destroy(new Error(`no answer in ${PATIENCE_MS / 1000} s`)));
    req.once("error", reject);
    req.end();
  });
}

/** Values of parameters: a list is a parameter that comes several times. */
export type Params = Readonly<Record<string, string | number | readonly string[]>>;

/** Parameters as they stand in a query or a form. */
export function encode(params: Params): string {
  const pairs = Object.entries(params).flatMap(([name, value]) =>
    (typeof value === "object" ? value : [String(value)]).map((one): [string, string] => [name, one]),
  );
  return new URLSearchParams(pairs).toString();
}

/** A GET of the API, or of another path where it begins with a slash. */
export function get(path: string, params: Params = {}, more: Partial<Call> = {}): Call {
  const query = encode(params);
  return { method: "GET", path: pathOf(path) + (query === "" ? "" : `?${query}`), ...more };
}

/** The same parameters in a form. */
export function post(path: string, params: Params = {}, more: Partial<Call> = {}): Call {
  const headers = { "content-type": "application/x-www-form-urlencoded", ...more.headers };
  return { method: "POST", path: pathOf(path), body: encode(params), ...more, headers };
}

/** By both ways. */
export function both(path: string, params: Params = {}, more: Partial<Call> = {}): readonly Call[] {
  return [get(path, params, more), post(path, params, more)];
}

function pathOf(path: string): string {
  return path.startsWith("/") ? path : `/api/v1/${path}`;
}
