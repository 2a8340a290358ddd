export { openDb, type Db } from "./db.ts";
export { defaultTsdbOptions, type TsdbOptions } from "./options.ts";
export { openSelection, type SelectionReaderOptions } from "./read/open-selection.ts";
export { createSymbolReader, type SymbolReader } from "./read/symbol-reader.ts";
export { type MetadataStore } from "./metadata-store.ts";
export { type HeadStats, type StatRow } from "./stats.ts";
export { type MetricSource } from "./metrics.ts";
export { type ReplayProgress, type ReplaySummary } from "./wal/replay.ts";
