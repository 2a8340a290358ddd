import type { FloatEncoding } from "@ferula/chunks";
import type { Files } from "@ferula/files";
import type { SharedMemory } from "@ferula/kernels";
import type { Logger } from "@ferula/logging";
import { createMatcher } from "@ferula/model";
import { ChunkTally } from "../block/chunk-tally.ts";
import { deleteFromBlock } from "../block/delete-from-block.ts";
import { readMeta } from "../block/meta.ts";
import { openBlock } from "../block/open-block.ts";
import { PageCache } from "../block/page-cache.ts";
import { writeBlock } from "../block/write-block.ts";
import { cleanTombstones, compactBlocks, type CompactOptions } from "../compact/compact-blocks.ts";
import { deleteBlocks } from "../compact/delete-blocks.ts";
import { mergedEncoding } from "../compact/encode-samples.ts";
import type { HeadSelection } from "../read/head-selection.ts";
import type { SymbolReader } from "../read/symbol-reader.ts";
import { replaceSegments } from "../wal/truncate-log.ts";
import { headBlockSource, type SelectedChunks } from "./head-block.ts";
import type { HeadSource } from "./head-source.ts";
import type { JobKind, Jobs } from "./jobs.ts";
import { keepWalRef, keptSeries } from "./kept-series.ts";
import { linkBlock } from "./link-block.ts";

/** What jobs are done with, on the thread that does them. */
export interface JobEnvironment {
  readonly files: Files;
  readonly logger: Logger;
  /** The folder of the database. */
  readonly dir: string;
  readonly shared: SharedMemory;
  readonly head: HeadSource;
  readonly symbolReader: SymbolReader;
  readonly openSelection: (selection: HeadSelection) => SelectedChunks;
  readonly floatEncoding: FloatEncoding;
  /** The most of one chunk file of a block. */
  readonly blockSegmentBytes: number;
  readonly nowMs: () => number;
  readonly isCanceled: () => boolean;
}

type DoJob<K extends JobKind> = (environment: JobEnvironment, task: Jobs[K]["task"]) => Jobs[K]["result"] | Promise<Jobs[K]["result"]>;

const DO_JOB: { readonly [K in JobKind]: DoJob<K> } = {
  writeHeadBlock(environment, { parent, part, range, refs, hints }) {
    const { files, floatEncoding } = environment;
    const source = headBlockSource({ ...environment, encoding: mergedEncoding(floatEncoding) }, { part, range, refs });
    const { nowMs, blockSegmentBytes: segmentBytes } = environment;
    const chunks = new ChunkTally();
    const meta = writeBlock(files, parent, range, source, { nowMs: nowMs(), segmentBytes, compaction: { hints }, tally: chunks });
    return meta === undefined ? undefined : { meta, chunks };
  },
  compactBlocks: (environment, { ulids, ...last }) =>
    compactBlocks(environment.files, environment.dir, ulids, { ...compactOptions(environment), ...last }),
  cleanTombstones: (environment, { ulid, ...last }) =>
    cleanTombstones(environment.files, environment.dir, ulid, { ...compactOptions(environment), ...last }),
  deleteFromBlock({ files, dir }, { ulid, minTimeMs, maxTimeMs, matchers }) {
    const path = `${dir}/${ulid}`;
    const { minTime, maxTime } = readMeta(files, path).meta;
    if (minTime > maxTimeMs || maxTime <= minTimeMs) return undefined;
    const block = openBlock(files, path, { pageCache: new PageCache() });
    try {
      const compiled = matchers.map(({ type, name, value }) => createMatcher(type, name, value));
      return deleteFromBlock(files, block, minTimeMs, maxTimeMs, compiled);
    } finally {
      block.close();
    }
  },
  deleteBlocks: ({ files, dir }, { obsolete }) => deleteBlocks(files, dir, obsolete),
  async truncateLog({ files, head, logger, symbolReader, isCanceled }, task) {
    const replaced = await replaceSegments({
      ...task,
      files,
      logger,
      isCanceled,
      keepSeries: keepWalRef(head),
      keptSeries: keptSeries(head, symbolReader),
    });
    if (replaced === undefined) return undefined;
    const { lastSegment, checkpoint, removed } = replaced;
    return { lastSegment, damages: checkpoint.damages, removed };
  },
  makeFolder({ files }, { path }) {
    files.makeFolder(path);
  },
  linkBlock({ files, dir }, { ulid, target }) {
    linkBlock(files, `${dir}/${ulid}`, `${target}/${ulid}`);
  },
};

/** Does a job to its end. */
export async function doJob<K extends JobKind>(environment: JobEnvironment, kind: K, task: Jobs[K]["task"]): Promise<Jobs[K]["result"]> {
  const doIt: DoJob<K> = DO_JOB[kind];
  return await doIt(environment, task);
}

function compactOptions({ floatEncoding, blockSegmentBytes, nowMs, isCanceled }: JobEnvironment): CompactOptions {
  return { floatEncoding, segmentBytes: blockSegmentBytes, nowMs: nowMs(), isCanceled };
}
