export { createBlocks, importRangeMs, type CreateBlocksOptions } from "./backfill/create-blocks.ts";
export { type ImportedSample, type SamplePasses } from "./backfill/imported-sample.ts";
export { type ChunkSegments, type StoredChunk } from "./block/chunk-reader.ts";
export { deleteFromBlock } from "./block/delete-from-block.ts";
export { type IndexReader } from "./block/index-reader.ts";
export { type Interval } from "./block/intervals.ts";
export { type BlockCompaction, type BlockDescription, type BlockMeta, type BlockStats } from "./block/meta.ts";
export { openBlock, type BlockReader, type OpenBlockOptions } from "./block/open-block.ts";
export { PageCache } from "./block/page-cache.ts";
export { type VisitValue } from "./block/postings-table.ts";
export { createSeriesEntry, entryLabels, type SeriesEntry } from "./block/series-entry.ts";
export { type Symbols } from "./block/symbols.ts";
export { type Tombstones } from "./block/tombstones.ts";
export { createUlid, isUlid, ulidTimeMs } from "./block/ulid.ts";
export {
  symbolsOf,
  writeBlock,
  type BlockChunk,
  type BlockRange,
  type BlockSeries,
  type BlockSource,
  type WriteBlockOptions,
} from "./block/write-block.ts";
export { blockRangesMs } from "./compact/block-ranges.ts";
export { type BlockFault } from "./compact/block-fault.ts";
export { cleanTombstones, compactBlocks, type CompactOptions, type CompactOutcome } from "./compact/compact-blocks.ts";
export { deleteBlocks, type DeletedBlocks, type ObsoleteBlock } from "./compact/delete-blocks.ts";
export { COMPACTION_HINTS } from "./compact/hints.ts";
export { loadBlocks, type LoadBlocksOptions, type LoadedBlocks } from "./compact/load-blocks.ts";
export { loadCompacted, type LoadedCompacted } from "./compact/load-compacted.ts";
export { planCompaction, type PlanOptions } from "./compact/plan-compaction.ts";
export { expiredBlocks, type DiskUse, type Expired, type RetainedBlock, type RetentionLimits } from "./compact/retention.ts";
export { tidyBlockFolder, type TidiedFolder } from "./compact/tidy-folder.ts";
export { openDb, type Db } from "./db.ts";
export { type Exemplar, type ExemplarOutcome, type NewExemplar, type SeriesExemplars } from "./exemplars/exemplar-store.ts";
export { type MetadataOutcome } from "./metadata/series-metadata.ts";
export { defaultTsdbOptions, type TsdbOptions, type TsdbSettings } from "./options.ts";
export { type DbSelection } from "./query/db-selection.ts";
export { createSelectionReader, type SelectionReader, type SelectionReaderOptions } from "./query/selection-reader.ts";
export { type MetadataStore } from "./metadata-store.ts";
export { type HeadStats, type StatRow } from "./stats.ts";
export { type MetadataRow } from "./wal/records/metadata.ts";
export { type Distribution, type DistributionSource, type MetricSource, type NumberSource } from "./metric-source.ts";
export { type ReplayProgress, type ReplaySummary } from "./wal/replay.ts";
