import { createFaultyFiles } from "@ferula/files";
import { createSharedMemory } from "@ferula/kernels";
import { noLogger } from "@ferula/logging";
import { openDb, type Db } from "@ferula/tsdb";

const DAY_MS = 24 * 3_600_000;

/**
 * An empty database on a disk in memory that keeps start timestamps. Its blocks are a day long, so that one `load` may reach half a day
 * behind another.
 */
export function openTestDatabase(): Promise<Db> {
  return openDb({
    dir: "/data",
    files: createFaultyFiles(),
    shared: createSharedMemory(),
    logger: noLogger,
    noLockfile: true,
    maintainsItself: false,
    chunkRangeMs: DAY_MS,
    maxBlockMs: DAY_MS,
    floatEncoding: "xor2",
    keepsHistogramStarts: true,
    logsStarts: true,
  });
}
