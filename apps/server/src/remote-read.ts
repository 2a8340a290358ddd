import type { Registry } from "@ferula/client";
import type { SharedMemory } from "@ferula/kernels";
import type { ClosingStack } from "@ferula/lifecycle";
import type { Logger } from "@ferula/logging";
import type { Labels } from "@ferula/model";
import { readRoutes, storedAnswers } from "@ferula/remote";
import type { Db } from "@ferula/tsdb";
import type { Router } from "express";
import type { Values } from "./flags/flags.ts";

/** What others read samples with. */
export interface RemoteReadDeps {
  readonly values: Values;
  readonly db: Db;
  readonly shared: SharedMemory;
  /** Those of the configuration in force. */
  readonly externalLabels: () => Labels;
  readonly registry: Registry;
  readonly logger: Logger;
  /** Is given the thread that makes the answers. */
  readonly opened: ClosingStack;
}

/** The server's side of remote read. */
export function remoteReadRoutes({ values, db, shared, externalLabels, registry, logger, opened }: RemoteReadDeps): Router {
  const answers = storedAnswers({ shared, dir: values["storage.tsdb.path"], reserveDecodeScratch: db.reserveDecodeScratch });
  opened.add(answers.close);
  return readRoutes({
    source: db,
    answers,
    externalLabels,
    sampleLimit: values["storage.remote.read-sample-limit"],
    concurrentLimit: values["storage.remote.read-concurrent-limit"],
    maxBytesInFrame: values["storage.remote.read-max-bytes-in-frame"],
    registry,
    logger: logger.with({ component: "remote" }),
  });
}
