import type { Region } from "@ferula/kernels";
import type { ExemplarRow, SampleBatch } from "@ferula/model";
import type { RejectionListener } from "@ferula/storage";
import type { ScrapeCounts } from "./cache/scrape-error.ts";
import type { TargetMetadata } from "./cache/target-metadata.ts";
import type { Workspace } from "./cache/workspace.ts";

/** An exemplar that a body shows, and shows again until there is another one: the storage knows what it has. */
export interface ScrapedExemplar extends ExemplarRow {
  /** Whether the time is the exemplar's own and not its sample's, which is another one at every scrape; its own, when it is left out. */
  readonly hasTimestamp?: boolean;
}

/** What comes of the samples of a body that the storage did not take. */
export interface Settlement {
  /** As many of the series that were counted as added have nothing in the storage: they are looked up again, and then count. */
  readonly notAdded: number;
  /** Markers for series that were live, and have no new sample; to be appended where they are in order. */
  readonly stale?: SampleBatch;
}

/** What reading a body gave. */
export interface ReadOutcome extends ScrapeCounts {
  /**
   * The samples, and behind them a stale marker for each series that went. Views that the workspace's next body overwrites; they may have
   * room for more rows.
   */
  readonly batch: SampleBatch;
  /** Samples left out because their timestamps lie too far ahead. */
  readonly tooFarAhead: number;
  /** Of series of the batch; none where a format has none. */
  readonly exemplars?: readonly ScrapedExemplar[];
  /** How many more exemplars the body has than are read of one; none, when it is left out. */
  readonly exemplarsLeftOut?: number;
  /** Asks to be told of the samples of the batch that the storage does not take. */
  readonly onRejected?: RejectionListener;
  /** Asked once, behind the append and in its turn; nothing comes of it, when it is left out. */
  readonly settle?: () => Settlement;
}

/**
 * A body on its way: each step reads for a slice of time, the last one returns the outcome. A small body is read in one step. What is thrown
 * into it ends it, as a mistake in the body does. Its samples are to be stored in the turn of the last step: later the storage may have
 * dropped series of theirs.
 */
export type Reading = Generator<undefined, ReadOutcome, undefined>;

/** Reads the bodies of one target, one after the other, in formats that have a grammar in common. */
export interface BodyReader {
  /**
   * Reads the `sizeBytes` bytes at the start of `region`, which has room for one more, and takes the region over with the first step. Throws
   * a ScrapeError; then the last good body stays remembered. An empty body ends all series, and what is remembered stays, too. Until the
   * reading has ended nothing else is asked of the reader but `lastSizeBytes` and `metadata`.
   */
  readonly read: (region: Region, sizeBytes: number, timestampMs: number, workspace: Workspace) => Reading;
  /**
   * Stale markers for everything that is live; afterwards nothing is. For a failed scrape, or a target that went. Fails as the storage does
   * where series that it dropped can't be made again.
   */
  readonly markAllStale: (timestampMs: number, workspace: Workspace) => SampleBatch;
  /** The same where no scrape has failed: another reader goes on with the target. */
  readonly endAll: (timestampMs: number, workspace: Workspace) => SampleBatch;
  /** Bytes of the last good body: about what the next one needs. */
  readonly lastSizeBytes: () => number;
  /** What the target says of its metrics, and said in the ten scrapes before; absent where a reader keeps no account of it. */
  readonly metadata?: TargetMetadata;
  /** Gives all memory back; nothing is remembered. */
  readonly free: () => void;
}
