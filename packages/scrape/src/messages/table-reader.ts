import { ExpositionError } from "@ferula/exposition";
import type { Region } from "@ferula/kernels";
import { type Labels, type SampleBatch } from "@ferula/model";
import type { BodyReader, Reading, ReadOutcome, Settlement } from "../body-reader.ts";
import { RefList } from "../cache/ref-list.ts";
import { runThrough, type SeriesSource } from "../cache/renew-refs.ts";
import { ScrapeError, type ScrapeCounts } from "../cache/scrape-error.ts";
import type { SeriesRules } from "../cache/series-maker.ts";
import { endWithNewline, MAX_AHEAD_MS } from "../cache/body-limits.ts";
import { isStrictlyAscending } from "../cache/distinct.ts";
import { createRefusals, markersOf, SETTLED } from "../cache/refusals.ts";
import { createMetadataRecord, type MetadataRecord, type Told } from "../cache/target-metadata.ts";
import type { Workspace, Workspaces } from "../cache/workspace.ts";
import type { MadeUpStarts } from "../starts/made-up-starts.ts";
import { type BodyWalk, hasNewTexts } from "./body-walk.ts";
import { type ContextRules, createKnownEntries, differentSlots } from "./entry-finder.ts";
import { clearEntries, createEntryTable, entryOf, type EntryTable, FORGOTTEN, NO_SERIES, slotLimit, STAMPED } from "./entry-table.ts";
import { clearRows, createMessageRows, ensureStarts, type MessageRows, pushStale, setStarts } from "./sample-rows.ts";

/** How bodies of one format are read. */
export interface TableFormat {
  readonly contexts: ContextRules;
  /** Reads a body into `walk.next` and `walk.rows`, in slices. Throws a ScrapeError or an ExpositionError. */
  readonly walk: (walk: BodyWalk) => Generator<undefined, void>;
  /** The labels of a slot of an entry, or undefined where relabelling drops it. */
  readonly labels: (table: EntryTable, entry: number, slot: number) => Labels | undefined;
  /** What a body says of its metrics, as far as it was read: the last word of each family. */
  readonly metadata: (table: EntryTable) => Told;
  /** Whether a body is given the newline that it lacks at its end. */
  readonly isText?: boolean;
}

/** A body that was read. */
interface StoredBody {
  readonly region: Region;
  readonly sizeBytes: number;
}

/** As many entries are looked up again between two looks at the clock. */
const ENTRIES_AT_ONCE = 64;

/** What reading with a table needs. */
export interface TableReaderDeps {
  readonly workspaces: Workspaces;
  /** The metadata of the target, whichever format its bodies come in; a record of its own, when it is left out. */
  readonly record?: MetadataRecord;
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
  const { workspaces, series, sampleLimit, madeUp } = deps;
  const tracksAll = deps.trackTimestampsStaleness || !deps.honorTimestamps;
  const { shared, regions } = workspaces;
  let last = createEntryTable();
  let next = createEntryTable();
  let lastBody: StoredBody | undefined;
  const record = deps.record ?? createMetadataRecord();
  const refusals = createRefusals();
  const tooFarAhead = new RefList();
  /** Whether the series of `last` are live, or have got their stale markers. */
  let isLive = false;
  /** The epoch of the storage in which all series of `last` were there. */
  let epoch = series.epoch;

  function* read(region: Region, fetchedBytes: number, timestampMs: number, workspace: Workspace): Reading {
    if (fetchedBytes === 0) {
      regions.free(region);
      return { batch: markAllStale(timestampMs, workspace), scraped: 0, afterRelabelling: 0, added: 0, tooFarAhead: 0 };
    }
    const sizeBytes = format.isText === true ? endWithNewline(shared.u8, region.address, fetchedBytes) : fetchedBytes;
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
      const rowCount = rows.batch.length;
      pushMarkers(rows, gone, timestampMs);
      const body = { region, sizeBytes };
      const now = next;
      record.bodyRead(() => format.metadata(now), lastBody === undefined || hasNewTexts(walk));
      outcome = settled(walk, outcome, rowCount);
      if (lastBody !== undefined) regions.free(lastBody.region);
      lastBody = body;
      [last, next] = [next, last];
      isLive = true;
      return outcome;
    } catch (error) {
      const scrapeError = walk === undefined ? error : asScrapeError(error, walk);
      if (walk !== undefined && scrapeError instanceof ScrapeError) record.bodyFailed(format.metadata(next));
      regions.free(region);
      throw scrapeError;
    }
  }

  function startWalk(start: number, sizeBytes: number, timestampMs: number, workspace: Workspace): BodyWalk {
    const rows = emptyRows(workspace);
    clearEntries(next, last);
    next.bodyEnd = start + sizeBytes;
    next.slotLimit = slotLimit(sizeBytes);
    workspace.added.clear();
    tooFarAhead.clear();
    const entries = createKnownEntries(shared, last, format.contexts);
    const end = start + sizeBytes;
    const counts = { readIndex: 0, visited: undefined, scraped: 0, afterRelabelling: 0, overLimit: 0, tooFarAhead };
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
      addedWithin: undefined,
      refused: NO_SERIES,
      hasNewTexts: false,
      ...counts,
    };
  }

  function finish(walk: BodyWalk): ReadOutcome {
    const counts = countsOf(walk);
    const limit = sampleLimit();
    if (limit > 0 && counts.afterRelabelling > limit) throw new ScrapeError("sample limit exceeded", "sample-limit");
    if (walk.addedWithin !== undefined) throw new ScrapeError("histogram bucket limit exceeded", "bucket-limit");
    const { rows } = walk;
    const { rows: exemplars, leftOut: exemplarsLeftOut } = rows.exemplars;
    return { batch: rows.batch, exemplars, exemplarsLeftOut, ...counts, tooFarAhead: tooFarAhead.length };
  }

  function countsOf(walk: BodyWalk): ScrapeCounts {
    const { workspace, scraped, afterRelabelling, overLimit, addedWithin } = walk;
    const added = addedCount(walk, last, workspace.added.view().subarray(0, addedWithin));
    return { scraped, afterRelabelling: afterRelabelling + overLimit, added: added + overLimit };
  }

  /** How many of the new slots of a body count as series that were added to those of `before`. */
  function addedCount({ next: table, refused }: BodyWalk, before: EntryTable, slots: Uint32Array): number {
    if (slots.length === 0) return 0;
    const known = new RefList();
    for (let k = 0; k < slots.length; k++) known.push(table.refs[slots[k]]);
    known.makeUnique();
    const isKnown = new Uint8Array(known.length);
    known.meet(before.refs.subarray(0, before.slotCount), isKnown);
    // A metric that got a bucket is a new entry, and its other series are not new.
    known.removeMet(isKnown.map((met) => 1 - met));
    const added = slots.filter((slot) => table.refs[slot] !== refused && !known.has(table.refs[slot]));
    const refs = added.map((slot) => table.refs[slot]);
    return isStrictlyAscending(refs) ? refs.length : differentSlots(shared, table, added, format.contexts);
  }

  /** The outcome, whose first `rowCount` floats are the body's; refusals of the body before do not count any more. */
  function settled(walk: BodyWalk, outcome: ReadOutcome, rowCount: number): ReadOutcome {
    const { batch } = walk.rows;
    const wasLive = isLive;
    const before = last;
    const wasRefused = refusals.refs().slice();
    refusals.clear();
    for (const ref of tooFarAhead.view()) refusals.leaveOut(ref);
    return {
      ...outcome,
      onRejected: refusals.listener(batch, rowCount, outcome.onRejected),
      settle: () => (refusals.settle(batch, rowCount) ? settle(walk, outcome, before, wasLive ? wasRefused : undefined) : SETTLED),
    };
  }

  /**
   * What nothing was taken of is not remembered where it is new, and has ended where it was live; `wasRefused` are series that were not,
   * all where it is undefined.
   */
  function settle(walk: BodyWalk, counts: ScrapeCounts, before: EntryTable, wasRefused: Uint32Array | undefined): Settlement {
    const { next: now, workspace, timestampMs } = walk;
    const stored = workspace.added.view().filter((slot) => {
      if (!refusals.has(now.refs[slot])) return true;
      now.refs[slot] = NO_SERIES;
      now.kinds[entryOf(now, slot)] |= FORGOTTEN;
      return false;
    });
    const notAdded = counts.added - walk.overLimit - addedCount(walk, before, stored);
    if (wasRefused === undefined) return { notAdded };
    const ended = new RefList();
    for (let entry = 0; entry < now.entryCount; entry++) {
      for (let slot = now.firstSlots[entry]; slot < now.firstSlots[entry + 1]; slot++) {
        const ref = now.refs[slot];
        if (ref !== NO_SERIES && refusals.has(ref) && tracksStaleness(now, entry, ref)) ended.push(ref);
      }
    }
    ended.makeUnique();
    ended.remove(wasRefused);
    return { notAdded, stale: markersOf(ended, timestampMs) };
  }

  /** Series of the last body that nothing of this one is of, if they were live. */
  function goneRefs({ workspace: { ended }, visited, readIndex }: BodyWalk): RefList {
    ended.clear();
    if (!isLive) return ended;
    const isMixed = !tracksAll && next.kinds.subarray(0, next.entryCount).some((kind) => (kind & STAMPED) !== 0);
    for (let i = visited === undefined && !isMixed ? readIndex : 0; i < last.entryCount; i++) {
      if (isMixed || visited === undefined || visited[i] === 0) pushSlots(ended, i);
    }
    ended.makeUnique();
    ended.remove(refusals.refs());
    if (ended.length === 0) return ended;
    // A series may have come back in another spelling, or two entries may be of one series.
    if (isMixed) ended.remove(trackedRefs());
    else ended.remove(next.refs.subarray(0, next.slotCount));
    return ended;
  }

  /** The series of a body of which some have timestamps, and are not tracked. */
  function trackedRefs(): Uint32Array {
    const tracked = new RefList();
    for (let entry = 0; entry < next.entryCount; entry++) {
      for (let slot = next.firstSlots[entry]; slot < next.firstSlots[entry + 1]; slot++) {
        if (tracksStaleness(next, entry, next.refs[slot])) tracked.push(next.refs[slot]);
      }
    }
    return tracked.view();
  }

  function tracksStaleness(table: EntryTable, entry: number, ref: number): boolean {
    if (madeUp?.isUnstored(ref) === true) return false;
    if (madeUp?.hasStart(ref) === true) return true;
    return tracksAll || (table.kinds[entry] & STAMPED) === 0;
  }

  function pushSlots(list: RefList, entry: number): void {
    for (let slot = last.firstSlots[entry]; slot < last.firstSlots[entry + 1]; slot++) {
      const ref = last.refs[slot];
      if (ref !== NO_SERIES && tracksStaleness(last, entry, ref)) list.push(ref);
    }
  }

  function pushMarkers(rows: MessageRows, ended: RefList, timestampMs: number): void {
    const from = rows.batch.length;
    pushStale(rows, ended.view(), timestampMs);
    setStarts(rows, from, 0);
  }

  function markAllStale(timestampMs: number, workspace: Workspace): SampleBatch {
    record.scrapeFailed();
    return endAll(timestampMs, workspace);
  }

  function endAll(timestampMs: number, workspace: Workspace): SampleBatch {
    // Not in slices: series that a scrape before has added to are hardly ever dropped.
    runThrough(renew(workspace));
    const rows = emptyRows(workspace);
    const { ended } = workspace;
    ended.clear();
    if (isLive) for (let i = 0; i < last.entryCount; i++) pushSlots(ended, i);
    isLive = false;
    ended.makeUnique();
    ended.remove(refusals.refs());
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
      refusals.forgetDropped(series, epoch);
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
    if (lastBody !== undefined) record.bodyGone();
    release();
  }

  function release(): void {
    last = createEntryTable();
    if (lastBody !== undefined) regions.free(lastBody.region);
    lastBody = undefined;
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
    if (deps.record === undefined) record.clear();
    release();
    next = createEntryTable();
  }

  return { read, markAllStale, endAll, free, metadata: record.metadata, lastSizeBytes: () => lastBody?.sizeBytes ?? 0 };
}
