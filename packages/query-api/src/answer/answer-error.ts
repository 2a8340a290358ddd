import { isPromError, type ApiErrorType } from "@ferula/model";
import type { Logger } from "@ferula/logging";
import type { ErrorRequestHandler } from "express";
import { sendJson } from "./envelope.ts";
import { goJsonString } from "./go-json.ts";

/** Status by error type (web/api/v1/api.go `getDefaultErrorCode`). */
const STATUS: Readonly<Record<ApiErrorType, number>> = {
  bad_data: 400,
  execution: 422,
  canceled: 499,
  timeout: 503,
  internal: 500,
  // Upstream's table does not have it, and clients know it by this status.
  unavailable: 500,
  not_found: 404,
  not_acceptable: 406,
};

/** Answers errors of the API's handlers in its envelope, and logs those that no client caused. */
export function answerApiError(logger: Logger): ErrorRequestHandler {
  return (error: unknown, req, res, _next) => {
    const { status } = describe(error);
    const { json, isInternal } = errorJson(error);
    if (isInternal) logger.error("An API request failed", { path: req.path, err: error });
    if (res.headersSent) {
      // Half an answer is out: only closing the connection tells that it isn't whole.
      res.destroy();
      return;
    }
    sendJson(res, status, json);
  };
}

/** An error in the API's envelope; `isInternal`: no client caused it. */
export function errorJson(error: unknown): { readonly json: string; readonly isInternal: boolean } {
  const { errorType, message } = describe(error);
  return { json: `{"status":"error","errorType":"${errorType}","error":${goJsonString(message)}}`, isInternal: errorType === "internal" };
}

interface Described {
  readonly status: number;
  readonly errorType: ApiErrorType;
  readonly message: string;
}

function describe(error: unknown): Described {
  if (isPromError(error)) return { status: STATUS[error.errorType], errorType: error.errorType, message: error.message };
  const status = (error as { status?: unknown } | null)?.status;
  const message = (error as { message?: unknown } | null)?.message;
  const text = typeof message === "string" ? message : String(error);
  // The refusals of express and of its body parser, such as a body that is too large.
  if (typeof status === "number" && status >= 400 && status < 500) return { status, errorType: "bad_data", message: text };
  return { status: STATUS.internal, errorType: "internal", message: text };
}
