import { STATUS_CODES } from "node:http";
import { isHttpClientError, type HttpResponse } from "@ferula/http";

/** How the message of an engine that can't be reached is worded: the first that fits the reason. `host` is as configured. */
const UNREACHABLE: readonly (readonly [reason: RegExp, word: (host: string, reason: string) => string])[] = [
  [/permission denied$/, (host) => `permission denied while trying to connect to the docker API at ${host}`],
  [
    /no such file or directory$/,
    (host, reason) =>
      `failed to connect to the docker API at ${host}; check if the path is correct and if the daemon is running: ${reason}`,
  ],
  [/^dial tcp: lookup /, (host, reason) => `failed to connect to the docker API at ${host}: ${reason.replace("dial tcp: ", "")}`],
  [
    /connection refused$|^dial unix |i\/o timeout$/,
    (host) => `Cannot connect to the Docker daemon at ${host}. Is the docker daemon running?`,
  ],
];

/**
 * A request that got no whole answer, in the words of Docker's client, which people search for (moby/client `doRequest`). What is no error
 * of the HTTP client is a bug, and stays as it is.
 */
export function unreachableError(host: string, error: unknown): unknown {
  // Without an operation in its message, the answer had begun, and what failed is in it.
  if (!isHttpClientError(error) || error.operation === undefined || error.code === "timeout" || error.code === "canceled") return error;
  const { message, reason } = error;
  const worded = UNREACHABLE.find(([pattern]) => pattern.test(reason))?.[1](host, reason);
  return new Error(worded ?? `error during connect: ${message}${hintOf(host, message)}`);
}

function hintOf(host: string, message: string): string {
  const isTls = /^https:/i.test(host);
  if (!isTls && message.includes("malformed HTTP response")) return " (does the engine listen with TLS, and is it asked without?)";
  if (isTls && /bad certificate|handshake failure|certificate required/.test(message))
    return " (does the engine ask for a client certificate?)";
  return "";
}

/** Longer messages are not shown. */
const MAX_MESSAGE_BYTES = 1 << 20;

/** What an engine answers instead of a list: its own message, where it has one (moby/client `checkResponseErr`). */
export function refusal({ status, headers, body }: HttpResponse, url: string): Error {
  const statusText = `${status} ${STATUS_CODES[status] ?? ""}`.trimEnd();
  const advice = `for API route and version ${url}, check if the server supports the requested API version`;
  if (body.length === 0) return new Error(`request returned ${statusText} ${advice}`);
  if (body.length >= MAX_MESSAGE_BYTES)
    return new Error(`request returned ${statusText} with a message (> ${MAX_MESSAGE_BYTES} bytes) ${advice}`);
  const answer = Buffer.from(body).toString("utf8");
  const isJson = headers.get("content-type")?.split(";")[0].trim() === "application/json";
  const message = (isJson ? messageIn(answer) : answer).trim();
  return new Error(
    `Error response from daemon: ${message === "" ? `API returned a ${status} (${STATUS_CODES[status] ?? ""}) but provided no error-message` : message}`,
  );
}

/** The member `message` of an error's JSON; what is none is shown as it came. */
function messageIn(json: string): string {
  try {
    const { message } = (JSON.parse(json) ?? {}) as { readonly message?: unknown };
    return typeof message === "string" ? message : "";
  } catch {
    return json;
  }
}
