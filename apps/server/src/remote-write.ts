import type { Registry } from "@ferula/client";
import { systemClock } from "@ferula/durations";
import type { Logger } from "@ferula/logging";
import { receiverRoutes } from "@ferula/remote";
import type { Db } from "@ferula/tsdb";
import { Router } from "express";
import { readStorageFeatures } from "./enabled-features.ts";
import type { Values } from "./flags/flags.ts";

/** What samples that others send are taken with. */
export interface RemoteWriteDeps {
  readonly values: Values;
  readonly db: Db;
  readonly registry: Registry;
  readonly logger: Logger;
}

/** The receiver of remote write where it is switched on; else nothing, and API v1 says so. */
export function remoteWriteRoutes({ values, db, registry, logger }: RemoteWriteDeps): Router {
  if (!values["web.enable-remote-write-receiver"]) return Router();
  const { metadataRecords } = readStorageFeatures(values["enable-feature"]);
  return receiverRoutes({
    appender: db,
    exemplars: db.appendExemplars,
    ...(metadataRecords ? { metadata: db.appendMetadata } : {}),
    accepted: values["web.remote-write-receiver.accepted-protobuf-messages"],
    registry,
    logger: logger.with({ component: "remote" }),
    nowMs: systemClock.nowMs,
  });
}
