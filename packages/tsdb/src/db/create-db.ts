import { reserveDecodeScratch } from "@ferula/chunks";
import { createClosingStack } from "@ferula/lifecycle";
import type { Matcher } from "@ferula/model";
import type { AppendOutcome } from "@ferula/storage";
import { blockRangesMs } from "../compact/block-ranges.ts";
import type { Db } from "../db.ts";
import type { FolderLock } from "../lock.ts";
import { metricSources } from "../metrics.ts";
import type { FilledOptions, TsdbSettings } from "../options.ts";
import { DbQueries } from "../query/db-queries.ts";
import type { DbLabelSelection, DbSelection } from "../query/db-selection.ts";
import { endOfLog } from "../snapshot/end-of-log.ts";
import { writeSnapshot } from "../snapshot/write-snapshot.ts";
import { headStats } from "../stats.ts";
import { type AdminDeps, cleanTombstones, deleteSeries, snapshotBlocks } from "./admin.ts";
import { isHeadDue } from "./compaction.ts";
import { createCompactionDelay } from "./compaction-delay.ts";
import { createRunner } from "./create-runner.ts";
import { headBytes } from "./disk-use.ts";
import { WAL_FOLDER } from "./folders.ts";
import { createLogTruncation } from "./log-truncation.ts";
import { Maintenance } from "./maintenance.ts";
import { MaintenanceCounters } from "./maintenance-counters.ts";
import { blocksEndMs, openBlocks } from "./open-blocks.ts";
import { openHead, type OpenHead } from "./open-head.ts";
import { ServedBlocks } from "./served-blocks.ts";
import type { BlockSet } from "./block-set.ts";
import type { JobRunner } from "./jobs.ts";

/** What one database is made of. */
interface Parts extends OpenHead {
  readonly options: FilledOptions;
  readonly set: BlockSet;
  readonly queries: DbQueries;
  readonly runner: JobRunner;
  readonly admin: AdminDeps;
  readonly maintenance: Maintenance;
  readonly counters: MaintenanceCounters;
  readonly settings: Settings;
}

type Settings = Required<TsdbSettings>;

/** The longest that a block becomes where nothing else is said (cmd/prometheus/main.go). */
const MOST_BLOCK_MS = 31 * 24 * 3_600_000;

/** Opens what is in the folder, which `lock` holds, and puts a database together. */
export async function createDb(options: FilledOptions, lock: FolderLock | undefined): Promise<Db> {
  const { files, dir, logger } = options;
  const opening = createClosingStack();
  try {
    const set = await openBlocks(files, dir, logger);
    opening.add(() => set.close());
    const parts = createParts(options, set, await openHead(options, blocksEndMs(set), opening));
    const db = dbOf(parts, lock);
    if (options.maintainsItself) parts.maintenance.start();
    return db;
  } catch (error) {
    await opening.close().catch((reason: unknown) => logger.error("cannot close what was opened", { err: reason }));
    throw error;
  }
}

function createParts(options: FilledOptions, set: BlockSet, opened: OpenHead): Parts {
  const { files, dir, logger, shared, chunkRangeMs, mergesOverlaps, nowMs, reloadIntervalMs } = options;
  const { head, wal } = opened;
  const settings: Settings = settingsOf(options);
  const counters = new MaintenanceCounters();
  const decodeScratch = reserveDecodeScratch(shared);
  const runner = createRunner(options, head, reserveDecodeScratch(shared));
  const blocks = new ServedBlocks({
    files,
    dir,
    set,
    runner,
    counters,
    logger,
    retention: () => settings.retention,
    headBytes: () => headBytes(files, dir),
  });
  const { walCompression: compression, walSegmentBytes: segmentBytes } = options;
  const folder = `${dir}/${WAL_FOLDER}`;
  const admin: AdminDeps = {
    head,
    blocks,
    set,
    log: wal.segments,
    runner,
    counters,
    logger,
    dir,
    chunkRangeMs,
    rangesMs: blockRangesMs(chunkRangeMs, longestBlockMs(options)),
    mergesOverlaps,
    nowMs,
    delay: createCompactionDelay(options.compactionDelayMs, nowMs),
    logTruncation: createLogTruncation({ log: wal.segments, runner, counters, logger, folder, compression, segmentBytes }),
  };
  const maintenance = new Maintenance({ ...admin, reloadIntervalMs, staleSeriesThreshold: () => settings.staleSeriesThreshold });
  const queries = new DbQueries({ head, blocks: set, decodeScratch, headChunks: opened.chunks.reader });
  return { ...opened, options, set, queries, runner, admin, maintenance, counters, settings };
}

function settingsOf({ retention, outOfOrderWindowMs, exemplarLimit, staleSeriesThreshold }: Settings): Settings {
  return { retention, outOfOrderWindowMs, exemplarLimit, staleSeriesThreshold };
}

/** As upstream's server has it: a tenth of the retention. */
function longestBlockMs({ maxBlockMs, retention, chunkRangeMs }: FilledOptions): number {
  if (maxBlockMs !== undefined) return Math.max(maxBlockMs, chunkRangeMs);
  const { durationMs = 0 } = retention;
  return Math.max(chunkRangeMs, durationMs === 0 ? MOST_BLOCK_MS : Math.min(durationMs / 10, MOST_BLOCK_MS));
}

function dbOf(parts: Parts, lock: FolderLock | undefined): Db {
  const { options, head, chunks, set, queries, admin, maintenance, settings, lateLog, replayed } = parts;
  const { files, dir, shared, maintainsItself } = options;
  return {
    seriesRef: (labels) => head.seriesRef(labels),
    append(batch, onRejected) {
      const outcome = head.append(batch, onRejected);
      if (maintainsItself && isHeadDue(admin)) maintenance.wake();
      return publicOutcome(outcome);
    },
    get epoch() {
      return head.epoch;
    },
    isLive: (ref, sinceEpoch) => head.isLive(ref, sinceEpoch),
    querier: (minTimeMs, maxTimeMs) => queries.querier(minTimeMs, maxTimeMs),
    chunkQuerier: (minTimeMs, maxTimeMs) => queries.chunkQuerier(minTimeMs, maxTimeMs),
    select: (minTimeMs, maxTimeMs, matchers, hints) => queries.select(minTimeMs, maxTimeMs, matchers, hints),
    selectAll: (wanted) => queries.selectAll(wanted),
    selectAllLabels: (wanted) => queries.selectAllLabels(wanted),
    selectChunks: (minTimeMs, maxTimeMs, matchers) => queries.selectChunks(minTimeMs, maxTimeMs, matchers),
    selectLabels: (minTimeMs, maxTimeMs, matchers, ofLabel) => queries.selectLabels(minTimeMs, maxTimeMs, matchers, ofLabel),
    openLight: (selection, mostSamples) => queries.openLight(selection as DbSelection, mostSamples),
    listLight: (selection, limit) => queries.listLight(selection as DbLabelSelection, limit),
    release: (pin) => queries.release(pin),
    appendExemplars: (rows) => head.exemplars.append(rows),
    exemplars: (minTimeMs, maxTimeMs, matcherSets) => head.exemplars.select(minTimeMs, maxTimeMs, matcherSets),
    appendMetadata: (rows) => head.metadata.append(rows),
    seriesMetadata: (ref) => head.metadata.get(ref),
    blocks: () => set.all.map(({ meta }) => meta),
    maintain: () => maintenance.round(),
    deleteSeries: (minTimeMs: number, maxTimeMs: number, matchers: readonly Matcher[]) =>
      maintenance.exclusive(() => deleteSeries(admin, minTimeMs, maxTimeMs, matchers)),
    cleanTombstones: () => maintenance.exclusive(() => cleanTombstones(admin)),
    snapshot: (target, withHead) => maintenance.exclusive(() => snapshotBlocks(admin, target, withHead)),
    configure(changed) {
      const next = { ...settings, ...changed };
      lateLog.configure(next.outOfOrderWindowMs);
      head.exemplars.configure(next);
      Object.assign(settings, next);
    },
    stats: (limit = 10) => headStats(head, limit),
    metrics: metricSources({ ...parts, files, dir, compression: options.walCompression, lock, headChunks: chunks.summary }),
    replayed,
    reserveDecodeScratch: () => reserveDecodeScratch(shared),
    close: closeOnce(() => closeParts(parts, lock)),
  };
}

function publicOutcome({ appended, outOfOrder, duplicate, outOfBounds, tooOld, invalid }: AppendOutcome): AppendOutcome {
  return { appended, outOfOrder, duplicate, outOfBounds, tooOld, invalid };
}

function closeOnce(close: () => Promise<void>): () => Promise<void> {
  let closed: Promise<void> | undefined;
  return () => (closed ??= close());
}

/** Whatever fails, the folder is let go of; the first failure is told. */
async function closeParts(parts: Parts, lock: FolderLock | undefined): Promise<void> {
  const { runner, maintenance, head, chunks, wal, lateLog, set } = parts;
  const failures: unknown[] = [];
  const steps: readonly (() => void | Promise<unknown>)[] = [
    () => maintenance.abort(),
    () => runner.close(),
    () => maintenance.stop(),
    () => head.flushNewSeries(),
    () => head.outOfOrder.flushMarkers(),
    () => lateLog.close(),
    () => chunks.close(),
    // Without its finished chunks in their files a snapshot would hide what the log has of them.
    () => (failures.length === 0 ? snapshotHead(parts) : undefined),
    () => wal.close(),
    () => set.close(),
    () => lock?.release(),
  ];
  for (const step of steps) {
    try {
      await step();
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0) throw failures[0];
}

async function snapshotHead({ options, head, wal }: Parts): Promise<void> {
  const { files, dir, logger, snapshotOnClose, walCompression: compression } = options;
  if (!snapshotOnClose) return;
  const written = await writeSnapshot({ files, dir, head, compression }, endOfLog(head, wal.segments));
  if (written !== undefined) logger.info("wrote a snapshot of the head", { ...written });
}
