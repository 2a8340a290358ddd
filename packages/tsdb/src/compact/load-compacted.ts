import type { Files } from "@ferula/files";
import { PromError } from "@ferula/model";
import { runSteps, type Steps } from "../steps.ts";
import { deleteBlocks } from "./delete-blocks.ts";
import { loadBlocksInSteps, type LoadBlocksOptions, type LoadedBlocks } from "./load-blocks.ts";

/** A folder that was loaded after a compaction. */
export interface LoadedCompacted extends LoadedBlocks {
  /** Why the new block was taken back, if it was. To go on compacting is of no use then; later it may be. */
  readonly takenBack: PromError | undefined;
}

/**
 * Loads the folder after a block was written of others, see `loadBlocks`. When just this one can't be opened it is removed again: those it
 * was made of are served on and would become a second one, and with the first readable again all samples would be there twice.
 */
export function loadCompacted(files: Files, dir: string, ulid: string, options?: LoadBlocksOptions): LoadedCompacted {
  return runSteps(loadCompactedInSteps(files, dir, ulid, options));
}

/** As `loadCompacted`. */
export function* loadCompactedInSteps(files: Files, dir: string, ulid: string, options?: LoadBlocksOptions): Steps<LoadedCompacted> {
  const loaded = yield* loadBlocksInSteps(files, dir, options);
  const fault = loaded.broken.find(({ name }) => name === ulid);
  if (fault === undefined) return { ...loaded, takenBack: undefined };
  const { faults } = deleteBlocks(files, dir, [{ ulid, parents: [] }]);
  const remains = faults.map(({ reason }) => `; nor could it be removed: ${reason}`).join("");
  const takenBack = new PromError("internal", `cannot open the block ${ulid} that was just written: ${fault.reason}${remains}`);
  return { ...loaded, broken: faults.length === 0 ? loaded.broken.filter((one) => one !== fault) : loaded.broken, takenBack };
}
