import type { Registry } from "@ferula/client";
import { createTimeSlice } from "@ferula/lifecycle";
import type { Logger } from "@ferula/logging";
import type { Appender } from "@ferula/storage";
import { Router, type RequestHandler, type Response } from "express";
import { type MessageType, messageTypes, readContentType } from "./message-types.ts";
import { readBlock } from "./read-block.ts";
import { createReceiverMetrics } from "./receiver-metrics.ts";
import { SeriesCache } from "./series-cache.ts";
import type { ExemplarSink, SeriesMetadataSink } from "./sinks.ts";
import { type StoreAnswer, storeRequest } from "./store-request.ts";
import { createWorkspacePool } from "./workspace.ts";

/** What a receiver needs. */
export interface ReceiverDeps {
  readonly appender: Appender;
  /** Without it exemplars are left out. */
  readonly exemplars?: ExemplarSink;
  /** Without it metadata of series is left out. */
  readonly metadata?: SeriesMetadataSink;
  /** The messages that are taken. Default: all. */
  readonly accepted?: readonly MessageType[];
  readonly registry: Registry;
  readonly logger: Logger;
  readonly nowMs: () => number;
}

/** The longest that a request keeps others waiting. */
const SLICE_MS = 10;

/**
 * Answers `POST /write`, the receiver of remote write 1.0 and 2.0, to be mounted where API v1 is and before it (storage/remote/write_handler.go
 * and client_golang `exp/api/remote`). Other methods and paths are not its concern.
 *
 * Where upstream throws a whole request of 1.0 away for one sample that it can't take, the others are stored here, as both protocols want it.
 */
export function receiverRoutes(deps: ReceiverDeps): Router {
  const { appender, exemplars, metadata, logger, nowMs } = deps;
  const accepted = deps.accepted ?? messageTypes;
  const workspaces = createWorkspacePool();
  const storing = {
    appender,
    exemplars,
    metadata,
    logger,
    nowMs,
    cache: new SeriesCache(appender),
    metrics: createReceiverMetrics(deps.registry),
  };

  const write: RequestHandler = async (req, res) => {
    const message = await readBlock(req);
    if ("refusal" in message) return refuse(res, message.status, message.refusal);
    const type = readContentType(req.get("content-type"));
    if (typeof type !== "string") return refuse(res, 415, type.refusal);
    if (!accepted.includes(type)) {
      return refuse(res, 415, `${type} protobuf message is not accepted by this server; only accepts ${accepted.join(", ")}`);
    }
    const workspace = workspaces.take();
    try {
      send(res, type, await storeRequest(storing, type, message.bytes, workspace, createTimeSlice(SLICE_MS)));
    } finally {
      workspaces.giveBack(workspace);
    }
  };

  function refuse(res: Response, status: number, text: string): void {
    logger.error("Error decoding remote write request", { err: text });
    sendText(res, status, text);
  }

  const routes = Router({ strict: true, caseSensitive: true });
  routes.post("/write", write);
  return routes;
}

function send(res: Response, type: MessageType, { status, text, written }: StoreAnswer): void {
  if (type === "io.prometheus.write.v2.Request") {
    res.set({
      "X-Prometheus-Remote-Write-Samples-Written": String(written.samples),
      "X-Prometheus-Remote-Write-Histograms-Written": String(written.histograms),
      "X-Prometheus-Remote-Write-Exemplars-Written": String(written.exemplars),
    });
  }
  if (status === 204) res.status(204).end();
  else sendText(res, status, text);
}

/** As Go's http.Error. */
function sendText(res: Response, status: number, text: string): void {
  res.set("X-Content-Type-Options", "nosniff");
  res.status(status).type("text/plain").send(`${text}\n`);
}
