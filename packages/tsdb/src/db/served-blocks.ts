import type { Files } from "@ferula/files";
import type { Logger } from "@ferula/logging";
import type { BlockReader } from "../block/open-block.ts";
import type { LoadedBlocks } from "../compact/load-blocks.ts";
import { loadCompactedInSteps } from "../compact/load-compacted.ts";
import { type DiskUse, expiredBlocks, type RetentionLimits } from "../compact/retention.ts";
import type { BlockSet } from "./block-set.ts";
import type { JobRunner } from "./jobs.ts";
import type { MaintenanceCounters } from "./maintenance-counters.ts";

/** What serving blocks needs. */
export interface ServedBlocksDeps {
  readonly files: Files;
  /** The folder of the blocks. */
  readonly dir: string;
  readonly set: BlockSet;
  readonly runner: JobRunner;
  readonly counters: MaintenanceCounters;
  readonly logger: Logger;
  readonly retention: () => RetentionLimits;
  /** Bytes of the logs and of the head's chunk files. */
  readonly headBytes: () => number;
}

/** Keeps what is served of the folder as it is on the disk and as retention has it. */
export class ServedBlocks {
  private readonly deps: ServedBlocksDeps;

  constructor(deps: ServedBlocksDeps) {
    this.deps = deps;
  }

  /** By ascending beginning. */
  get all(): readonly BlockReader[] {
    return this.deps.set.all;
  }

  /** Looks at the folder, serves what is there, and removes what is obsolete and not read. Throws where the folder can't be listed. */
  async reload(): Promise<void> {
    await this.counted(() => this.deps.set.load(this.expired));
    await this.removeObsolete();
  }

  /** As `reload`, for a block that was just written. When it can't be opened it is taken back, and this fails with the reason. */
  async adopt(ulid: string): Promise<void> {
    const { files, dir, set } = this.deps;
    const { takenBack } = await this.counted(async () => {
      const loaded = await set.load(this.expired, (options) => loadCompactedInSteps(files, dir, ulid, options));
      if (loaded.takenBack !== undefined) this.deps.counters.reloadsFailed++;
      return loaded;
    });
    if (takenBack !== undefined) throw takenBack;
    await this.removeObsolete();
  }

  /** Removes the folders of blocks that are obsolete and that nobody reads. What can't be removed is logged, and tried again by `reload`. */
  async removeObsolete(): Promise<void> {
    const { set, runner, logger } = this.deps;
    const obsolete = set.removable();
    if (obsolete.length === 0) return;
    const { deleted, faults } = await runner.run("deleteBlocks", { obsolete });
    set.forget(deleted);
    for (const ulid of deleted) logger.info("Deleting obsolete block", { block: ulid });
    for (const { name, reason } of faults) logger.error("cannot remove an obsolete block; it is tried again", { block: name, err: reason });
  }

  private async counted<L extends LoadedBlocks>(load: () => Promise<L>): Promise<L> {
    const { counters } = this.deps;
    counters.reloads++;
    try {
      return await load();
    } catch (error) {
      counters.reloadsFailed++;
      throw error;
    }
  }

  private readonly expired = (blocks: readonly BlockReader[]): Iterable<string> => {
    const { retention, counters } = this.deps;
    const limits = retention();
    const retained = blocks.map(({ meta, sizeBytes }) => ({ ulid: meta.ulid, maxTimeMs: meta.maxTime, sizeBytes }));
    const { byTime, bySize } = expiredBlocks(retained, limits, this.diskUse(limits));
    if (byTime.length > 0) counters.timeRetentions++;
    if (bySize.length > 0) counters.sizeRetentions++;
    return [...byTime, ...bySize];
  };

  private diskUse({ percentage = 0, sizeBytes = 0 }: RetentionLimits): DiskUse {
    if (percentage === 0 && sizeBytes === 0) return { headBytes: 0, diskBytes: 0 };
    return { headBytes: this.deps.headBytes(), diskBytes: percentage === 0 ? 0 : this.diskBytes() };
  }

  private diskBytes(): number {
    const { files, dir, logger } = this.deps;
    try {
      return files.diskBytes(dir);
    } catch (error) {
      logger.warn("cannot tell the size of the file system; the limit of a percentage is passed over", { dir, err: error });
      return 0;
    }
  }
}
