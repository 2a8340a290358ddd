import { boolFlag, bytesFlag, durationFlag, enumFlag, intFlag, stringFlag } from "@ferula/flags";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const COMPRESSIONS = ["snappy", "zstd"] as const;

/** Of the head's range (tsdb/db.go `DefaultCompactionDelayMaxPercent`). */
export const DEFAULT_DELAY_PERCENT = 10;

/** What `--storage.tsdb.min-block-duration` and `--storage.tsdb.samples-per-chunk` are where they are 0, too (tsdb/db.go `validateOpts`). */
export const DEFAULT_BLOCK_MS: number = 2 * HOUR;
export const DEFAULT_CHUNK_SAMPLES = 120;

/** The database: `--storage.tsdb.…`. */
const tsdbFlagRows = {
  "storage.tsdb.path": stringFlag({ help: "Base path for metrics storage.", default: "data/" }),
  "storage.tsdb.min-block-duration": durationFlag({
    help: "The range after which a chunk is ended.",
    default: DEFAULT_BLOCK_MS,
    hidden: true,
  }),
  "storage.tsdb.max-block-duration": durationFlag({
    help: "Maximum duration compacted blocks may span.",
    placeholder: "<duration>",
    hidden: true,
  }),
  "storage.tsdb.max-block-chunk-segment-size": bytesFlag({
    help: "The maximum size for a single chunk segment in a block.",
    placeholder: "<bytes>",
    hidden: true,
  }),
  "storage.tsdb.wal-segment-size": bytesFlag({
    help: "Size at which to split the write-ahead log into files: between 10MB and 256MB.",
    placeholder: "<bytes>",
    hidden: true,
  }),
  "storage.tsdb.retention.time": durationFlag({ help: "How long to retain samples in storage." }),
  "storage.tsdb.retention.size": bytesFlag({
    help: "Maximum number of bytes that can be stored for blocks.",
  }),
  "storage.tsdb.no-lockfile": boolFlag({ help: "Do not create lockfile in data directory." }),
  "storage.tsdb.allow-overlapping-compaction": boolFlag({
    help: "Allow compaction of overlapping blocks.",
    default: true,
    hidden: true,
  }),
  // Both have upstream's defaults, but what is not on the command line does not compress, see `walCompression`.
  "storage.tsdb.wal-compression": boolFlag({
    help: "Compress the write-ahead log. It is not compressed unless this or the type is given.",
    default: true,
    hidden: true,
  }),
  "storage.tsdb.wal-compression-type": enumFlag(COMPRESSIONS, {
    help: "Compression algorithm for the write-ahead log.",
    default: "snappy",
    hidden: true,
  }),
  "storage.tsdb.wal-fsync": enumFlag(["segment", "commit"], {
    help: "When the write-ahead log is brought to the disk: segment (when one is full) or commit (before a scrape counts).",
    default: "segment",
  }),
  "storage.tsdb.head-chunks-write-queue-size": intFlag({
    help: "Size of the queue through which head chunks are written to the disk.",
    default: 0,
    support: "without-effect",
  }),
  "storage.tsdb.samples-per-chunk": intFlag({ help: "Target number of samples per chunk.", default: DEFAULT_CHUNK_SAMPLES, hidden: true }),
  "storage.tsdb.delayed-compaction.max-percent": intFlag({
    help: "Upper limit for the random compaction delay, as a percentage of the head's range; for the feature delayed-compaction.",
    default: DEFAULT_DELAY_PERCENT,
    hidden: true,
  }),
  "storage.tsdb.delay-compact-file.path": stringFlag({
    help: "Path to a JSON file that names uploaded blocks: others are not compacted.",
    default: "",
    support: "without-effect",
  }),
  "storage.tsdb.block-reload-interval": durationFlag({
    help: "Interval at which to check for new or removed blocks in storage.",
    default: MINUTE,
    hidden: true,
  }),
} as const;

/** Remote storage: `--storage.remote.…`. */
const remoteFlagRows = {
  "storage.remote.flush-deadline": durationFlag({
    help: "How long to wait flushing sample on shutdown or config reload.",
    default: MINUTE,
    placeholder: "<duration>",
    support: "without-effect",
  }),
  "storage.remote.read-sample-limit": intFlag({
    help: "Maximum number of samples to return via the remote read interface, in a single query. 0 means no limit.",
    default: 50_000_000,
  }),
  "storage.remote.read-concurrent-limit": intFlag({
    help: "Maximum number of concurrent remote read calls. 0 means no limit.",
    default: 10,
  }),
  "storage.remote.read-max-bytes-in-frame": intFlag({
    help: "Maximum number of bytes in a single frame for streaming remote read.",
    default: 1_048_576,
  }),
} as const;

/** The storage of an agent, `--storage.agent.…`: each of them is refused, see `readSettings`. */
const agentFlagRows = {
  "storage.agent.path": stringFlag({ help: "Agent mode: base path for metrics storage.", default: "data-agent/", hidden: true }),
  "storage.agent.wal-segment-size": bytesFlag({ help: "Agent mode: size of the log's files.", placeholder: "<bytes>", hidden: true }),
  "storage.agent.wal-compression": boolFlag({ help: "Agent mode: compress the log.", default: true, hidden: true }),
  "storage.agent.wal-compression-type": enumFlag(COMPRESSIONS, {
    help: "Agent mode: compression algorithm of the log.",
    default: "snappy",
    hidden: true,
  }),
  "storage.agent.wal-truncate-frequency": durationFlag({
    help: "Agent mode: how often the log is truncated.",
    placeholder: "<duration>",
    hidden: true,
  }),
  "storage.agent.retention.min-time": durationFlag({
    help: "Agent mode: the youngest samples to delete.",
    default: 5 * MINUTE,
    hidden: true,
  }),
  "storage.agent.retention.max-time": durationFlag({ help: "Agent mode: the oldest samples to keep.", default: 4 * HOUR, hidden: true }),
  "storage.agent.checkpoint-from-in-memory-series": boolFlag({ help: "Agent mode: checkpoint from memory.", hidden: true }),
  "storage.agent.checkpoint-batch-size": intFlag({ help: "Agent mode: size of a checkpoint's entries.", default: 1000, hidden: true }),
  "storage.agent.no-lockfile": boolFlag({ help: "Agent mode: do not create lockfile in data directory.", hidden: true }),
} as const;

/** Where samples are kept: `--storage.…`. */
export const storageFlagRows = { ...tsdbFlagRows, ...agentFlagRows, ...remoteFlagRows } as const;
