import type { Registry } from "@ferula/client";
import { systemClock } from "@ferula/durations";
import { requireSameSite } from "@ferula/http";
import type { Logger } from "@ferula/logging";
import { receiverRoutes } from "@ferula/remote";
import type { Db } from "@ferula/tsdb";
import { Router } from "express";
import { readStorageFeatures } from "./enabled-features.ts";
import type { Values } from "./flags/flags.ts";

/** What samples that others send are taken with. */
export interface RemoteWriteDeps {
  readonly values: Values;
  readonly externalUrl: string;
  readonly db: Db;
  readonly registry: Registry;
  readonly logger: Logger;
}

/**
 * The receiver of remote write where it is switched on; else nothing, and API v1 says so. What says no type is taken, so that any page could
 * have a browser write samples.
 */
export function remoteWriteRoutes({ values, externalUrl, db, registry, logger }: RemoteWriteDeps): Router {
  if (!values["web.enable-remote-write-receiver"]) return Router();
  const { metadataRecords } = readStorageFeatures(values["enable-feature"]);
  const receiver = receiverRoutes({
    appender: db,
    exemplars: db.appendExemplars,
    ...(metadataRecords ? { metadata: db.appendMetadata } : {}),
    accepted: values["web.remote-write-receiver.accepted-protobuf-messages"],
    registry,
    logger: logger.with({ component: "remote" }),
    nowMs: systemClock.nowMs,
  });
  return Router().post("/write", requireSameSite({ externalUrl })).use(receiver);
}
