import { redactUrl } from "@ferula/go-url";
import type { HttpClient, HttpResponse } from "@ferula/http";
import type { ReadBody } from "./parse.ts";

/** A request for JSON. */
export interface JsonRequest {
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}

/** An answer in JSON. */
export interface JsonAnswer<T> {
  readonly value: T;
  /** Names in lower case. */
  readonly headers: ReadonlyMap<string, string>;
}

/** So much of a refusal stands in a message: whoever answers in place of the API may send a page of any length. */
const MOST_REFUSAL_CHARS = 1024;

/** Asks an API for JSON. Rejects, with the URL, when there is no answer, or another one than 200 with what `read` takes; what the API says stands in the message. */
export async function getJson<T>(http: HttpClient, { url, headers = {}, signal }: JsonRequest, read: ReadBody<T>): Promise<JsonAnswer<T>> {
  const response = await http.request({ url, headers, signal });
  if (response.status !== 200) throw new Error(`${placeOf(url)}: ${refusal(response)}`);
  return { value: await readAnswer(response, url, read, signal), headers: response.headers };
}

/** What `read` makes of the answer to a GET of `url`, which the message names when it fails. */
export async function readAnswer<T>({ body }: Pick<HttpResponse, "body">, url: string, read: ReadBody<T>, signal: AbortSignal): Promise<T> {
  try {
    return await read(bufferOf(body), signal);
  } catch (error) {
    throw new Error(`${placeOf(url)}: cannot read the answer: ${(error as Error).message}`, { cause: error });
  }
}

/** As Go words it, without the password that a URL may hold. */
function placeOf(url: string): string {
  return `Get ${JSON.stringify(redactUrl(url))}`;
}

function refusal({ status, body }: HttpResponse): string {
  return `Unexpected response code: ${status} (${bufferOf(body).toString("utf8").trim().slice(0, MOST_REFUSAL_CHARS)})`;
}

function bufferOf({ buffer, byteOffset, byteLength }: Uint8Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}
