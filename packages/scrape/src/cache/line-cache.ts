import { ExpositionError, lineNumber } from "@ferula/exposition";
import { HAS_TIMESTAMP, type Region } from "@ferula/kernels";
import { setStaleAt, type SampleBatch } from "@ferula/model";
import type { BodyReader, ReadOutcome } from "../body-reader.ts";
import type { Layout, ReadBody } from "./layout.ts";
import { hasDropped, renewRefs } from "./renew-refs.ts";
import { ScrapeError, type ScrapeCounts } from "./scrape-error.ts";
import { sampleLineCount, startWalk, walkBody, type Walk, type WalkDeps } from "./walk.ts";
import type { SampleRows } from "./workspace.ts";

/** How a target's bodies are read. */
export interface LineCacheDeps extends WalkDeps {
  /** Whether timestamps in the body count; else all samples are of the scrape's time. */
  readonly honorTimestamps: boolean;
  /** Whether series with timestamps of their own get stale markers too. */
  readonly trackTimestampsStaleness: boolean;
}

const NEWLINE = 10;

/** Clocks differ, but not by more than this (scrape/scrape.go `maxAheadTime`). */
const MAX_AHEAD_MS = 600_000;

/**
 * A reader of text that knows no body yet. It remembers each line of its target's last good body and the series that it is of. The next body
 * is walked by the kernel: lines that are the same are not even parsed; only lines never seen are parsed, relabelled and looked up.
 */
export function createLineCache(deps: LineCacheDeps): BodyReader {
  const { workspace, series, honorTimestamps, trackTimestampsStaleness, sampleLimit } = deps;
  const { shared, regions } = workspace;
  let last: ReadBody | undefined;
  /** Whether the series of `last` are live, or have got their stale markers. */
  let isLive = false;
  /** The epoch of the storage in which all series of `last` were there. */
  let epoch = series.epoch;

  function read(region: Region, sizeBytes: number, timestampMs: number): ReadOutcome {
    if (sizeBytes === 0) {
      regions.free(region);
      return { batch: markAllStale(timestampMs), scraped: 0, afterRelabelling: 0, added: 0, tooFarAhead: 0 };
    }
    let walk: Walk | undefined;
    try {
      renew();
      const size = endWithNewline(region, sizeBytes);
      walk = startWalk(workspace, last, region.address, size, timestampMs);
      walkBody(walk, deps);
      const outcome = finish(walk);
      free();
      last = { region, sizeBytes: size, layout: walk.layout, lineCount: walk.writeIndex };
      isLive = true;
      return outcome;
    } catch (error) {
      const scrapeError = walk === undefined ? error : asScrapeError(error, walk);
      if (walk !== undefined) regions.free(walk.layout.region);
      regions.free(region);
      throw scrapeError;
    }
  }

  /** Fails as `seriesRef` does. */
  function renew(): void {
    if (series.epoch === epoch) return;
    if (last !== undefined && hasDropped(last, epoch, deps)) {
      // Series that are over are only made again if a body has them again.
      if (isLive) renewRefs(last, epoch, deps);
      else free();
    }
    epoch = series.epoch;
  }

  function endWithNewline(region: Region, sizeBytes: number): number {
    const { u8 } = shared;
    if (u8[region.address + sizeBytes - 1] === NEWLINE) return sizeBytes;
    u8[region.address + sizeBytes] = NEWLINE;
    return sizeBytes + 1;
  }

  function finish(walk: Walk): ReadOutcome {
    const counts = countsOf(walk);
    if (sampleLimit > 0 && counts.afterRelabelling > sampleLimit) throw new ScrapeError("sample limit exceeded", "sample-limit");
    const { timestampMs, sampleCount } = walk;
    const gone = goneRefs(walk);
    walk.rows = workspace.rows(sampleCount + gone.length);
    const batch = batchOf(walk.rows, sampleCount + gone.length);
    if (!honorTimestamps) batch.timestampsMs.fill(timestampMs, 0, sampleCount);
    batch.length = withoutFuture(batch, sampleCount, timestampMs + MAX_AHEAD_MS);
    const tooFarAhead = sampleCount - batch.length;
    pushStale(batch, gone, timestampMs);
    return { batch, ...counts, tooFarAhead };
  }

  function countsOf(walk: Walk): ScrapeCounts {
    const afterRelabelling = walk.sampleCount + walk.overLimit;
    // Only relabelling makes sample lines without a series.
    const scraped = deps.rules.metricRelabel.length === 0 ? afterRelabelling : sampleLineCount(walk, workspace);
    workspace.added.makeUnique();
    return { scraped, afterRelabelling, added: workspace.added.length + walk.overLimit };
  }

  /** Series of the last body that no line of this one is of, if they were live. A view of `workspace.ended`. */
  function goneRefs(walk: Walk): Uint32Array {
    const { ended } = workspace;
    ended.clear();
    if (last !== undefined && isLive) {
      const { visited, layout, writeIndex } = walk;
      const { u32 } = shared;
      for (let i = visited === undefined ? walk.readIndex : 0; i < last.lineCount; i++) {
        if (visited !== undefined && visited[i] === 1) continue;
        const ref = u32[(last.layout.refs >>> 2) + i];
        if (ref !== 0 && tracksStaleness(last.layout, i)) ended.push(ref);
      }
      ended.makeUnique();
      // A series may have come back under another spelling, or two lines may be of one series.
      if (ended.length > 0) ended.remove(u32.subarray(layout.refs >>> 2, (layout.refs >>> 2) + writeIndex));
    }
    return ended.view();
  }

  function tracksStaleness(layout: Layout, i: number): boolean {
    if (trackTimestampsStaleness || !honorTimestamps) return true;
    return (shared.u32[(layout.keyLengths >>> 2) + i] & HAS_TIMESTAMP) === 0;
  }

  function markAllStale(timestampMs: number): SampleBatch {
    renew();
    const { ended } = workspace;
    ended.clear();
    if (last !== undefined && isLive) {
      for (let i = 0; i < last.lineCount; i++) {
        const ref = shared.u32[(last.layout.refs >>> 2) + i];
        if (ref !== 0 && tracksStaleness(last.layout, i)) ended.push(ref);
      }
    }
    isLive = false;
    ended.makeUnique();
    const batch = batchOf(workspace.rows(ended.length), ended.length);
    batch.length = 0;
    pushStale(batch, ended.view(), timestampMs);
    return batch;
  }

  function batchOf(rows: SampleRows, capacity: number): SampleBatch {
    const { buffer } = shared.u8;
    return {
      length: capacity,
      refs: new Uint32Array(buffer, rows.refs, capacity),
      timestampsMs: new Float64Array(buffer, rows.timestamps, capacity),
      values: new Float64Array(buffer, rows.values, capacity),
      valueBits: new Uint32Array(buffer, rows.values, 2 * capacity),
    };
  }

  function asScrapeError(error: unknown, walk: Walk): unknown {
    let failure = error;
    if (error instanceof ExpositionError) {
      const number = lineNumber(shared.u8, walk.body, walk.body + walk.offset);
      failure = new ScrapeError(`line ${number}: ${error.reason}`, "other", { cause: error });
    }
    if (failure instanceof ScrapeError) failure.counts = countsOf(walk);
    return failure;
  }

  function free(): void {
    if (last === undefined) return;
    regions.free(last.region);
    regions.free(last.layout.region);
    last = undefined;
  }

  return { read, markAllStale, free, lastSizeBytes: () => last?.sizeBytes ?? 0 };
}

/** Moves the samples up to `latestMs` together, and returns how many they are. */
function withoutFuture({ refs, timestampsMs, valueBits }: SampleBatch, sampleCount: number, latestMs: number): number {
  let kept = 0;
  for (let i = 0; i < sampleCount; i++) {
    if (timestampsMs[i] > latestMs) continue;
    if (kept < i) {
      refs[kept] = refs[i];
      timestampsMs[kept] = timestampsMs[i];
      valueBits[2 * kept] = valueBits[2 * i];
      valueBits[2 * kept + 1] = valueBits[2 * i + 1];
    }
    kept++;
  }
  return kept;
}

function pushStale(batch: SampleBatch, refs: Uint32Array, timestampMs: number): void {
  for (let k = 0; k < refs.length; k++) {
    const i = batch.length++;
    batch.refs[i] = refs[k];
    batch.timestampsMs[i] = timestampMs;
    setStaleAt(batch, i);
  }
}
