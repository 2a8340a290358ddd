import { createBackoff } from "@ferula/lifecycle";
import { isPromError } from "@ferula/model";
import { compactAll } from "./compaction.ts";
import { compactStaleSeries, isStaleCompactionDue, type StaleCompactionDeps } from "./stale-compaction.ts";

/** What the maintenance is made of. */
export interface MaintenanceDeps extends StaleCompactionDeps {
  readonly reloadIntervalMs: number;
}

/** After a round that failed the next one waits, longer each time. */
const FIRST_WAIT_MS = 1000;
const LONGEST_WAIT_MS = 60_000;

/**
 * What a database does by itself beside appending and reading: it looks for blocks that came or went, writes those of the head, shortens the
 * log, merges blocks and removes old ones. A step that fails leaves all as it was, is logged and counted, and is tried again; appends and
 * reads go on meanwhile.
 */
export class Maintenance {
  private readonly deps: MaintenanceDeps;
  private readonly ending = new AbortController();
  private last: Promise<unknown> = Promise.resolve();
  private running: Promise<void> | undefined;
  private wakeUp: (() => void) | undefined;
  private isAwake = false;

  constructor(deps: MaintenanceDeps) {
    this.deps = deps;
  }

  /** Runs `task` when nothing else is at work on the blocks, and keeps all else from it meanwhile. */
  exclusive<T>(task: () => Promise<T>): Promise<T> {
    const done = this.last.then(task);
    this.last = done.catch(() => undefined);
    return done;
  }

  /** One round of all that is due. Fails with the first step's error; the steps after it are left to the next round. */
  round(): Promise<void> {
    return this.exclusive(() => this.runRound());
  }

  /** Rounds by themselves: at every interval, and soon after `wake`. */
  start(): void {
    this.running ??= this.runLoop();
  }

  /** Asks for a round soon. Costs next to nothing when one was asked for already. */
  wake(): void {
    if (this.isAwake) return;
    this.isAwake = true;
    this.wakeUp?.();
  }

  /** Lets no further round begin, and takes the failure of the one that runs for granted: the job that it waits for is canceled now. */
  abort(): void {
    this.ending.abort();
    this.wakeUp?.();
  }

  /** Ends the loop, once what runs has ended. */
  async stop(): Promise<void> {
    this.abort();
    await this.running;
    await this.last;
  }

  private async runRound(): Promise<void> {
    const { blocks, counters } = this.deps;
    await blocks.reload();
    if (isStaleCompactionDue(this.deps)) await this.attemptStale();
    counters.compactionsTriggered++;
    try {
      await compactAll(this.deps);
    } catch (error) {
      if (!isCanceled(error)) counters.compactionsFailed++;
      throw error;
    }
  }

  /** What it can't do keeps nobody from compacting. */
  private async attemptStale(): Promise<void> {
    const { counters, logger } = this.deps;
    try {
      await compactStaleSeries(this.deps);
    } catch (error) {
      if (isCanceled(error)) throw error;
      counters.staleCompactionsFailed++;
      logger.error("immediate stale series compaction failed", { err: error });
    }
  }

  private async runLoop(): Promise<void> {
    const { signal } = this.ending;
    const backoff = createBackoff({ minMs: FIRST_WAIT_MS, maxMs: LONGEST_WAIT_MS });
    while (await this.nextRound(signal)) {
      try {
        await this.round();
        backoff.reset();
      } catch (error) {
        if (signal.aborted) return;
        this.deps.logger.error("compaction failed", { err: error });
        // A head that waits to be written asks for a round with each append: that must not cut the wait short.
        this.isAwake = true;
        await this.rest(backoff.nextMs());
      }
    }
  }

  /** Waits for the interval to pass or for a wake; false when there is to be no further round. */
  private async nextRound(signal: AbortSignal): Promise<boolean> {
    if (!this.isAwake && !signal.aborted) await this.rest(this.deps.reloadIntervalMs);
    this.isAwake = false;
    return !signal.aborted;
  }

  /** Ends after `ms`, or with a wake. It keeps no process alive: an open database has nothing to do that its files don't hold. */
  private async rest(ms: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      timer.unref();
      this.wakeUp = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.wakeUp = undefined;
  }
}

function isCanceled(error: unknown): boolean {
  return isPromError(error) && error.errorType === "canceled";
}
