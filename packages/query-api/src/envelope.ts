import { isPromError, type ApiErrorType } from "@ferula/model";
import type { Logger } from "@ferula/logging";
import type { ErrorRequestHandler, Response } from "express";

/** Status by error type (web/api/v1/api.go `getDefaultErrorCode`). */
const STATUS: Readonly<Record<ApiErrorType, number>> = {
  bad_data: 400,
  execution: 422,
  canceled: 499,
  timeout: 503,
  internal: 500,
  // Upstream has no code of its own for it, and clients know it by this one.
  unavailable: 500,
  not_found: 404,
  not_acceptable: 406,
};

const CHARACTERS = /[<>&\u2028\u2029]/g;

/** JSON as Go's encoder writes it: what could be markup in a page is escaped. */
export function goJson(value: unknown): string {
  return JSON.stringify(value).replace(CHARACTERS, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/** What an answer tells besides its data. */
export interface Notes {
  readonly warnings?: readonly string[];
  readonly infos?: readonly string[];
}

/** Answers with data. */
export function sendData(res: Response, data: unknown, notes: Notes = {}): void {
  res.type("application/json").send(`{"status":"success","data":${goJson(data)}${notesJson(notes)}}`);
}

/** The end of an envelope: what is empty is left out. */
export function notesJson({ warnings = [], infos = [] }: Notes): string {
  return (warnings.length > 0 ? `,"warnings":${goJson(warnings)}` : "") + (infos.length > 0 ? `,"infos":${goJson(infos)}` : "");
}

/** Answers errors of the API's handlers in its envelope. */
export function answerApiError(logger: Logger): ErrorRequestHandler {
  return (error: unknown, req, res, _next) => {
    if (res.headersSent) {
      // Half an answer is out: only closing the connection tells that it isn't whole.
      res.destroy();
      return;
    }
    const { status, errorType, message } = describe(error);
    if (errorType === "internal") logger.error("An API request failed", { path: req.path, err: error });
    res.status(status).type("application/json").send(`{"status":"error","errorType":"${errorType}","error":${goJson(message)}}`);
  };
}

function describe(error: unknown): { readonly status: number; readonly errorType: ApiErrorType; readonly message: string } {
  if (isPromError(error)) return { status: STATUS[error.errorType], errorType: error.errorType, message: error.message };
  const status = (error as { status?: unknown } | null)?.status;
  const message = error instanceof Error ? error.message : String(error);
  // Express' own refusals, such as a body that is too large.
  if (typeof status === "number" && status >= 400 && status < 500) return { status, errorType: "bad_data", message };
  return { status: STATUS.internal, errorType: "internal", message };
}
