import { HttpError, readBody } from "@ferula/http";
import type { Logger } from "@ferula/logging";
import type { Labels, NameValidation } from "@ferula/model";
import type { Request, RequestHandler, Response } from "express";
import { MAX_PUSH_BYTES, PushBodyError, readPush } from "../push/read-push.ts";
import { PushRefused, type MetricStore } from "../store/metric-store.ts";
import { GroupingKeyError, readGroupingKey } from "../url/grouping-key.ts";
import { routedPath, sendEmpty } from "./route-table.ts";

/** What the push API works on. */
export interface PushHandlerDeps {
  readonly store: Pick<MetricStore, "push" | "delete">;
  readonly validation: NameValidation;
  /** Whether pushes are checked before they are acknowledged: then the answer is 200, else 202. */
  readonly isChecked: boolean;
  readonly logger: Logger;
}

/** PUT and POST of a group. */
export function pushHandler({ store, validation, isChecked, logger }: PushHandlerDeps): RequestHandler {
  return async (req, res) => {
    const labels = groupOf(res, validation);
    const body = await readBody(req, { maxBytes: MAX_PUSH_BYTES });
    try {
      const families = readPush(
        { bytes: body, contentType: req.get("content-type") ?? "", contentEncoding: req.get("content-encoding") ?? "" },
        validation,
      );
      await store.push(labels, req.method === "PUT", families);
    } catch (error) {
      logger.debug("A push was refused", { labels, err: error });
      throw refusal(error);
    }
    sendEmpty(res, isChecked ? 200 : 202);
  };
}

/** DELETE of a group. */
export function deleteHandler({ store, validation }: PushHandlerDeps): RequestHandler {
  return async (req: Request, res) => {
    const labels = groupOf(res, validation);
    req.resume();
    await store.delete(labels).catch((error: unknown) => {
      throw refusal(error);
    });
    sendEmpty(res, 202);
  };
}

function groupOf(res: Response, validation: NameValidation): Labels {
  try {
    return readGroupingKey(routedPath(res), validation);
  } catch (error) {
    if (error instanceof GroupingKeyError) throw new HttpError(400, error.message, { cause: error });
    throw error;
  }
}

/** What the client is told: what is wrong with the push, or why it can't be kept. */
function refusal(error: unknown): HttpError {
  const { message } = error as Error;
  if (error instanceof PushBodyError) return new HttpError(error.status, message, { cause: error });
  if (error instanceof PushRefused) return new HttpError(400, message, { cause: error });
  return new HttpError(500, message, { cause: error });
}
