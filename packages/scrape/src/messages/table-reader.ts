import { ExpositionError } from "@ferula/exposition";
import type { Region } from "@ferula/kernels";
import { type Labels, type SampleBatch } from "@ferula/model";
import type { BodyReader, Reading, ReadOutcome } from "../body-reader.ts";
import { RefList } from "../cache/ref-list.ts";
import { runThrough, type SeriesSource } from "../cache/renew-refs.ts";
import { ScrapeError, type ScrapeCounts } from "../cache/scrape-error.ts";
import type { SeriesRules } from "../cache/series-maker.ts";
import { createMetadataRecord, type Told } from "../cache/target-metadata.ts";
import type { Workspace, Workspaces } from "../cache/workspace.ts";
import type { MadeUpStarts } from "../starts/made-up-starts.ts";
import { type BodyWalk, hasNewTexts } from "./body-walk.ts";
import { type ContextRules, createKnownEntries } from "./entry-finder.ts";
import { clearEntries, createEntryTable, type EntryTable, NO_SERIES, slotLimit, STAMPED } from "./entry-table.ts";
import { clearRows, createMessageRows, ensureStarts, type MessageRows, pushStale, setStarts } from "./sample-rows.ts";

/** Clocks differ, but not by more than this (scrape/scrape.go `maxAheadTime`). */
const MAX_AHEAD_MS = 600_000;

/** How bodies of one format are read. */
export interface TableFormat {
  readonly contexts: ContextRules;
  /** Reads a body into `walk.next` and `walk.rows`, in slices. Throws a ScrapeError or an ExpositionError. */
  readonly walk: (walk: BodyWalk) => Generator<undefined, void>;
  /** The labels of a slot of an entry, or undefined where relabelling drops it. */
  readonly labels: (table: EntryTable, entry: number, slot: number) => Labels | undefined;
  /** What a body says of its metrics, the last word of each family. Throws nothing: the body has been read before. */
  readonly metadata: (bytes: Uint8Array, start: number, end: number) => Told;
  /** Whether a body is given the newline that it lacks at its end. */
  readonly isText?: boolean;
}

/** A body that was read. */
interface StoredBody {
  readonly region: Region;
  readonly sizeBytes: number;
}

const NEWLINE = 10;

/** As many entries are looked up again between two looks at the clock. */
const ENTRIES_AT_ONCE = 64;

/** What reading with a table needs. */
export interface TableReaderDeps {
  readonly workspaces: Workspaces;
  readonly rules: SeriesRules;
  readonly series: SeriesSource;
  /** How many samples a body may have now; 0 is no limit. */
  readonly sampleLimit: () => number;
  /** Whether somebody takes exemplars; else they are not read. */
  readonly takesExemplars: boolean;
  /** Whether timestamps in the body count; else all samples are of the scrape's time. */
  readonly honorTimestamps: boolean;
  /** Whether series with timestamps of their own get stale markers too. */
  readonly trackTimestampsStaleness: boolean;
  /** Makes up starts for counters that have none; nobody does, when it is left out. The rows then say which are counters. */
  readonly madeUp?: MadeUpStarts | undefined;
}

/** Those of the workspace, empty. */
function emptyRows(workspace: Workspace): MessageRows {
  const rows = (workspace.messageRows ??= createMessageRows());
  clearRows(rows);
  return rows;
}

/**
 * A reader of bodies in a format whose entries are found again by their bytes. It remembers the last good body and the series of each of its
 * entries; only entries never seen are given labels, relabelled and looked up.
 */
export function createTableReader(deps: TableReaderDeps, format: TableFormat): BodyReader {
  const { workspaces, series, honorTimestamps, trackTimestampsStaleness, sampleLimit, madeUp } = deps;
  const { shared, regions } = workspaces;
  let last = createEntryTable();
  let next = createEntryTable();
  let lastBody: StoredBody | undefined;
  const record = createMetadataRecord(({ region: { address }, sizeBytes }: StoredBody) =>
    format.metadata(shared.u8, address, address + sizeBytes),
  );
  /** Whether the series of `last` are live, or have got their stale markers. */
  let isLive = false;
  /** The epoch of the storage in which all series of `last` were there. */
  let epoch = series.epoch;

  function* read(region: Region, fetchedBytes: number, timestampMs: number, workspace: Workspace): Reading {
    if (fetchedBytes === 0) {
      regions.free(region);
      return { batch: markAllStale(timestampMs, workspace), scraped: 0, afterRelabelling: 0, added: 0, tooFarAhead: 0 };
    }
    const sizeBytes = format.isText === true ? endWithNewline(region, fetchedBytes) : fetchedBytes;
    let walk: BodyWalk | undefined;
    try {
      let read: ReadOutcome;
      let gone: RefList;
      do {
        walk = undefined;
        yield* renew(workspace);
        walk = startWalk(region.address, sizeBytes, timestampMs, workspace);
        yield* format.walk(walk);
        read = finish(walk);
        gone = goneRefs(walk);
        if (workspace.slice.isSpent()) yield;
        // Where the storage has dropped series between two slices, those of this body may be among them.
      } while (series.epoch !== epoch);
      const { rows } = walk;
      let outcome = read;
      if (madeUp !== undefined) {
        ensureStarts(rows);
        outcome = madeUp.apply(read, rows.batch.length, rows.counters);
      }
      pushMarkers(rows, gone, timestampMs);
      const body = { region, sizeBytes };
      record.bodyRead(lastBody, body, hasNewTexts(walk));
      if (lastBody !== undefined) regions.free(lastBody.region);
      lastBody = body;
      [last, next] = [next, last];
      isLive = true;
      return outcome;
    } catch (error) {
      regions.free(region);
      throw walk === undefined ? error : asScrapeError(error, walk);
    }
  }

  function endWithNewline({ address }: Region, sizeBytes: number): number {
    const { u8 } = shared;
    if (u8[address + sizeBytes - 1] === NEWLINE) return sizeBytes;
    u8[address + sizeBytes] = NEWLINE;
    return sizeBytes + 1;
  }

  function startWalk(start: number, sizeBytes: number, timestampMs: number, workspace: Workspace): BodyWalk {
    const rows = emptyRows(workspace);
    clearEntries(next, last);
    next.bodyEnd = start + sizeBytes;
    next.slotLimit = slotLimit(sizeBytes);
    workspace.added.clear();
    const entries = createKnownEntries(shared, last, format.contexts);
    const end = start + sizeBytes;
    const counts = { readIndex: 0, visited: undefined, scraped: 0, afterRelabelling: 0, overLimit: 0, tooFarAhead: 0 };
    const latestMs = timestampMs + MAX_AHEAD_MS;
    return {
      workspace,
      rows,
      last,
      entries,
      next,
      start,
      end,
      timestampMs,
      latestMs,
      exceedsBucketLimit: false,
      refused: NO_SERIES,
      hasNewTexts: false,
      ...counts,
    };
  }

  function finish(walk: BodyWalk): ReadOutcome {
    const counts = countsOf(walk);
    const limit = sampleLimit();
    if (limit > 0 && counts.afterRelabelling > limit) throw new ScrapeError("sample limit exceeded", "sample-limit");
    if (walk.exceedsBucketLimit) throw new ScrapeError("histogram bucket limit exceeded", "bucket-limit");
    const { rows, tooFarAhead } = walk;
    const { rows: exemplars, leftOut: exemplarsLeftOut } = rows.exemplars;
    return { batch: rows.batch, exemplars, exemplarsLeftOut, ...counts, tooFarAhead };
  }

  function countsOf({ workspace: { added }, scraped, afterRelabelling, overLimit, refused }: BodyWalk): ScrapeCounts {
    added.makeUnique();
    if (refused !== NO_SERIES) added.remove(Uint32Array.of(refused));
    // A metric that got a bucket is a new entry, and its other series are not new.
    if (added.length > 0) added.remove(last.refs.subarray(0, last.slotCount));
    return { scraped, afterRelabelling: afterRelabelling + overLimit, added: added.length + overLimit };
  }

  /** Series of the last body that nothing of this one is of, if they were live. */
  function goneRefs({ workspace: { ended }, visited, readIndex }: BodyWalk): RefList {
    ended.clear();
    if (!isLive) return ended;
    for (let i = visited === undefined ? readIndex : 0; i < last.entryCount; i++) {
      if (visited === undefined || visited[i] === 0) pushSlots(ended, i);
    }
    ended.makeUnique();
    // A series may have come back in another spelling, or two entries may be of one series.
    if (ended.length > 0) ended.remove(next.refs.subarray(0, next.slotCount));
    return ended;
  }

  function tracksStaleness(entry: number, ref: number): boolean {
    if (madeUp?.isUnstored(ref) === true) return false;
    if (madeUp?.hasStart(ref) === true) return true;
    return trackTimestampsStaleness || !honorTimestamps || (last.kinds[entry] & STAMPED) === 0;
  }

  function pushSlots(list: RefList, entry: number): void {
    for (let slot = last.firstSlots[entry]; slot < last.firstSlots[entry + 1]; slot++) {
      const ref = last.refs[slot];
      if (ref !== NO_SERIES && tracksStaleness(entry, ref)) list.push(ref);
    }
  }

  function pushMarkers(rows: MessageRows, ended: RefList, timestampMs: number): void {
    const from = rows.batch.length;
    pushStale(rows, ended.view(), timestampMs);
    setStarts(rows, from, 0);
  }

  function markAllStale(timestampMs: number, workspace: Workspace): SampleBatch {
    record.scrapeFailed();
    // Not in slices: series that a scrape before has added to are hardly ever dropped.
    runThrough(renew(workspace));
    const rows = emptyRows(workspace);
    const { ended } = workspace;
    ended.clear();
    if (isLive) for (let i = 0; i < last.entryCount; i++) pushSlots(ended, i);
    isLive = false;
    ended.makeUnique();
    pushMarkers(rows, ended, timestampMs);
    return rows.batch;
  }

  /** Looks up again the series that the storage dropped, even if the next body lacks them: then they get the stale marker that is due. */
  function* renew({ slice }: Workspace): Generator<undefined, void> {
    while (series.epoch !== epoch) {
      const { epoch: present } = series;
      if (!isLive) forget();
      for (let entry = 0; entry < last.entryCount; entry++) {
        if (entry % ENTRIES_AT_ONCE === 0 && slice.isSpent()) yield;
        renewEntry(entry);
      }
      epoch = present;
    }
  }

  function renewEntry(entry: number): void {
    for (let slot = last.firstSlots[entry]; slot < last.firstSlots[entry + 1]; slot++) {
      if (last.refs[slot] === NO_SERIES || series.isLive(last.refs[slot], epoch)) continue;
      const labels = format.labels(last, entry, slot - last.firstSlots[entry]);
      last.refs[slot] = labels === undefined ? NO_SERIES : series.seriesRef(labels);
    }
  }

  function forget(): void {
    last = createEntryTable();
    if (lastBody !== undefined) regions.free(lastBody.region);
    lastBody = undefined;
    record.clear();
    madeUp?.clear();
  }

  function asScrapeError(error: unknown, walk: BodyWalk): unknown {
    let failure = error;
    if (error instanceof ExpositionError) {
      const message = error.line === 0 ? error.reason : `line ${error.line}: ${error.reason}`;
      failure = new ScrapeError(message, "other", { cause: error });
    }
    if (failure instanceof ScrapeError) failure.counts = countsOf(walk);
    return failure;
  }

  function free(): void {
    forget();
    last = createEntryTable();
    next = createEntryTable();
  }

  return { read, markAllStale, free, metadata: record.metadata, lastSizeBytes: () => lastBody?.sizeBytes ?? 0 };
}
