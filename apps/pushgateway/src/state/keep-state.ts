import { runEvery } from "@ferula/lifecycle";
import type { Logger } from "@ferula/logging";
import type { Change } from "../store/changes.ts";
import type { Groups } from "../store/group.ts";
import type { StateFile } from "./state-file.ts";

/** What keeps the groups, or, without a file, keeps nothing. */
export type GroupState = Pick<StateFile, "loaded" | "append" | "needsCompaction" | "isUrgent" | "compact" | "close">;

/** The state of a gateway without `--persistence.file`: it starts empty, and what is pushed lives as long as the process. */
export function memoryState(): GroupState {
  return {
    loaded: new Map(),
    append: (_change: Change) => Promise.resolve(),
    needsCompaction: () => false,
    isUrgent: () => false,
    compact: () => Promise.resolve(),
    close: () => undefined,
  };
}

/** How often is looked whether it is time for a snapshot. */
const LOOK_EVERY_MS = 1000;

/** Writes snapshots, at most one an interval while all is well, until `signal` aborts; and then a last one. */
export async function keepState(
  state: GroupState,
  groups: () => Groups,
  { intervalMs, logger, signal }: { readonly intervalMs: number; readonly logger: Logger; readonly signal: AbortSignal },
): Promise<void> {
  let writtenMs = Date.now();
  await runEvery(LOOK_EVERY_MS, signal, async (nowMs) => {
    const isTime = nowMs - writtenMs >= intervalMs && state.needsCompaction();
    if (!isTime && !state.isUrgent()) return;
    await writeSnapshot();
    writtenMs = nowMs;
  });
  if (state.needsCompaction()) await writeSnapshot();

  async function writeSnapshot(): Promise<void> {
    try {
      await state.compact(groups());
    } catch (error) {
      // What was acknowledged is in the journal; the next round tries again.
      logger.error("error persisting metrics", { err: error });
    }
  }
}
