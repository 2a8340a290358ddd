import { dirname } from "node:path";
import { hasErrorCode, type Files } from "@ferula/files";
import type { Logger } from "@ferula/logging";
import type { StorageFeatures } from "./enabled-features.ts";
import type { Values } from "./flags/flags.ts";
import { DEFAULT_DELAY_PERCENT } from "./flags/storage-flags.ts";
import { isDelayPercent, LEAST_RELOAD_MS, type RetentionSettings } from "./storage-options.ts";

/** Tells of flags that are not taken as they are (cmd/prometheus/main.go). */
export function warnOfStorageFlags(values: Values, { delayedCompaction }: StorageFeatures, logger: Logger): void {
  if (values["storage.tsdb.block-reload-interval"] < LEAST_RELOAD_MS) {
    logger.warn("The option --storage.tsdb.block-reload-interval is set to a value less than 1s. Setting it to 1s to avoid overload.");
  }
  if (delayedCompaction && !isDelayPercent(values["storage.tsdb.delayed-compaction.max-percent"])) {
    logger.warn("The --storage.tsdb.delayed-compaction.max-percent should have a value between 1 and 100. Using default", {
      default: DEFAULT_DELAY_PERCENT,
    });
  }
}

/** Why a limit can't be kept: a percentage of a file system that does not tell its size. Undefined where it can. */
export function retentionProblem(files: Files, dir: string, { percentage }: RetentionSettings): string | undefined {
  if (percentage === 0 || diskBytes(files, dir) > 0) return undefined;
  return `unable to detect total capacity of metric storage at ${dir}, please disable retention percentage (${percentage}%)`;
}

/** Of the file system on which the folder is, or will be; 0 when it is not known. */
function diskBytes(files: Files, dir: string): number {
  for (let folder = dir; ; folder = dirname(folder)) {
    try {
      return files.diskBytes(folder);
    } catch (error) {
      if (!hasErrorCode(error, "ENOENT") || dirname(folder) === folder) return 0;
    }
  }
}
