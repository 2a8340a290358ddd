import type { ChunkTally } from "../block/chunk-tally.ts";
import type { BlockCompaction, BlockMeta } from "../block/meta.ts";
import type { BlockRange } from "../block/write-block.ts";
import type { CompactOptions, CompactOutcome } from "../compact/compact-blocks.ts";
import type { DeletedBlocks, ObsoleteBlock } from "../compact/delete-blocks.ts";
import type { HeadPart } from "../head/chunk-picker.ts";
import type { PlainMatcher } from "../query/matchers.ts";
import type { WalCompression } from "../wal/compression.ts";
import type { RemovedLeftOvers } from "../wal/truncate-log.ts";

/** What became of the older part of a log, see `replaceSegments`. */
export interface TruncatedLog {
  readonly lastSegment: number;
  readonly damages: readonly { readonly path: string; readonly offset: number; readonly reason: string }[];
  readonly removed: RemovedLeftOvers;
}

/** What must not go when nothing is left of it. */
export type LastBlock = Pick<CompactOptions, "lastUlid">;

/** A block of the head. */
export interface WrittenBlock {
  readonly meta: BlockMeta;
  /** What its chunks are like; without methods where it comes from another thread. */
  readonly chunks: Pick<ChunkTally, "sizesBytes" | "sampleCounts" | "rangesMs">;
}

/**
 * The long work on a database's files, by name: what each is told and what it answers, as plain data, so that it may be done in another
 * thread. Each leaves all as it was when it fails.
 */
export interface Jobs {
  /** Writes a block of the head into the folder `parent`; undefined when there is nothing to write. */
  readonly writeHeadBlock: {
    readonly task: {
      readonly parent: string;
      readonly part: HeadPart;
      readonly range: BlockRange;
      /** The series; all of them by default. */
      readonly refs?: Uint32Array | undefined;
      readonly hints: BlockCompaction["hints"];
    };
    readonly result: WrittenBlock | undefined;
  };
  /** See `compactBlocks`. */
  readonly compactBlocks: { readonly task: { readonly ulids: readonly string[] } & LastBlock; readonly result: CompactOutcome };
  /** See `cleanTombstones`. */
  readonly cleanTombstones: { readonly task: { readonly ulid: string } & LastBlock; readonly result: CompactOutcome | undefined };
  /** See `deleteFromBlock`; undefined when the block has no part in that time. */
  readonly deleteFromBlock: {
    readonly task: {
      readonly ulid: string;
      readonly minTimeMs: number;
      readonly maxTimeMs: number;
      readonly matchers: readonly PlainMatcher[];
    };
    readonly result: BlockMeta | undefined;
  };
  /** See `deleteBlocks`. */
  readonly deleteBlocks: { readonly task: { readonly obsolete: readonly ObsoleteBlock[] }; readonly result: DeletedBlocks };
  /** See `replaceSegments`; undefined when there is too little to replace. */
  readonly truncateLog: {
    readonly task: {
      /** The log's folder. */
      readonly folder: string;
      readonly minTimeMs: number;
      readonly compression: WalCompression;
      readonly segmentBytes: number;
    };
    readonly result: TruncatedLog | undefined;
  };
  /** Makes a folder and those above it. */
  readonly makeFolder: { readonly task: { readonly path: string }; readonly result: undefined };
  /** Gives the files of a block second names in the folder `target`, see `linkBlock`. */
  readonly linkBlock: { readonly task: { readonly ulid: string; readonly target: string }; readonly result: undefined };
}

/** The name of a job. */
export type JobKind = keyof Jobs;

/** Does jobs, one after the other. */
export interface JobRunner {
  /** Fails as the job does: with PromError, or with the file system's error. A job that was canceled fails with PromError("canceled"). */
  readonly run: <K extends JobKind>(kind: K, task: Jobs[K]["task"]) => Promise<Jobs[K]["result"]>;
  /** Cancels the job that runs, and those to come. Resolves when nothing is being done any more. */
  readonly close: () => Promise<void>;
}
