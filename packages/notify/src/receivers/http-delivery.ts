import { DeliveryError, type FailureReason } from "../pipeline/delivery.ts";

/** JSON as Go's encoder writes it: what could be markup in a page is escaped. */
export function goJson(value: unknown): string {
  return JSON.stringify(value).replace(/[<>&\u2028\u2029]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/** How much of an answer stands in an error. */
const SHOWN_BYTES = 256;

/** The failure that an answer tells of, or undefined when it is a success. Only what a server may get over is tried again. */
export function failureOf({ status, body }: { readonly status: number; readonly body: Uint8Array }): DeliveryError | undefined {
  if (status >= 200 && status < 300) return undefined;
  const text = new TextDecoder().decode(body.subarray(0, SHOWN_BYTES)).trim();
  return new DeliveryError(`unexpected status code ${status}${text === "" ? "" : `: ${text}`}`, {
    retry: status >= 500,
    reason: reasonOf(status),
  });
}

function reasonOf(status: number): FailureReason {
  if (status === 401 || status === 403) return "authError";
  if (status === 429) return "rateLimited";
  if (status >= 400 && status < 500) return "clientError";
  return status >= 500 ? "serverError" : "other";
}
