import type { TimeSlice } from "@ferula/lifecycle";
import type { SeriesRef } from "@ferula/storage";
import { SeriesAliases } from "./series-aliases.ts";
import type { SeriesTable } from "./series-table.ts";
import { WalRefIndex } from "./wal-ref-index.ts";
import { WalRefSet } from "./wal-ref-set.ts";

/** References of the log that no live series has, and how long the log may tell of them. */
interface Expiring {
  readonly walRefs: WalRefSet;
  /** No later segment does. Infinity when that is not known yet. */
  lastSegment: number;
  /** None of their samples is newer. */
  newestMs: number;
}

/** So many are indexed before the clock is read. */
const STEP = 1024;

/**
 * Which references of the log mean something still: those of the series that are live, and those of which the log may tell. A replay that
 * met samples without the labels of their series could not use them, so that checkpoints keep the records of both.
 */
export class LoggedSeries {
  readonly aliases: SeriesAliases = new SeriesAliases();
  private readonly series: SeriesTable;
  /**
   * The series that were live after the last collection. Those that were made since have their records in the segment that was written to
   * then, or later; so they need not be in here, which would cost each time that one is made.
   */
  private live: WalRefIndex | undefined;
  private indexedAtSegment = -1;
  private expiring: Expiring[] = [];
  /** Those of the aliases; undefined before the first and after the replay. */
  private expiringAliases: WalRefSet | undefined;
  /** The last segment that a checkpoint has been asked about. */
  private checkpointedTo = -1;
  private truncatedToMs = -Infinity;

  constructor(series: SeriesTable) {
    this.series = series;
  }

  /** Takes note of an older reference that the log has for a series. */
  addAlias(walRef: number, ref: SeriesRef): void {
    this.expiringAliases ??= this.expire(16, Infinity, Infinity);
    this.expiringAliases.add(walRef);
    this.aliases.add(walRef, ref);
  }

  /** A set for the references of `count` series that have ended, whose samples go up to `newestMs`, while the log is at `segment`. */
  expire(count: number, segment: number, newestMs: number): WalRefSet {
    const walRefs = new WalRefSet(count);
    this.expiring.push({ walRefs, lastSegment: segment, newestMs });
    return walRefs;
  }

  /** Takes in which series are live while the log is at `segment`; those that ended meanwhile expire already. */
  async index(segment: number, slice: TimeSlice): Promise<void> {
    const refs = this.series.liveRefs();
    const live = new WalRefIndex(this.series, refs.length);
    for (let i = 0; i < refs.length; i++) {
      live.add(refs[i]);
      if (i % STEP === 0 && slice.isSpent()) await slice.yield();
    }
    this.live = live;
    this.indexedAtSegment = segment;
  }

  /** Whether a checkpoint up to `segment` must keep the record of the series (tsdb/head.go `keepSeriesInWALCheckpointFn`). */
  keeps(walRef: number, segment: number): boolean {
    if (segment > this.checkpointedTo) this.checkpointedTo = segment;
    // Where it is not known, records are kept.
    if (this.live === undefined || segment >= this.indexedAtSegment || this.live.has(walRef)) return true;
    // Samples out of order outlive those in order.
    if (this.aliases.has(walRef)) return true;
    const { expiring, truncatedToMs } = this;
    for (let i = 0; i < expiring.length; i++) {
      const { walRefs, lastSegment, newestMs } = expiring[i];
      if ((lastSegment > segment || newestMs >= truncatedToMs) && walRefs.has(walRef)) return true;
    }
    return false;
  }

  /** Forgets what later checkpoints need not keep. The log is at `segment`, has samples up to `newestMs`, and needs none before `timeMs`. */
  truncateBefore(timeMs: number, segment: number, newestMs: number): void {
    this.truncatedToMs = Math.max(this.truncatedToMs, timeMs);
    this.expiringAliases = undefined;
    this.aliases.newestMs = Math.min(this.aliases.newestMs, newestMs);
    for (const one of this.expiring) {
      one.lastSegment = Math.min(one.lastSegment, segment);
      one.newestMs = Math.min(one.newestMs, newestMs);
    }
    this.expiring = this.expiring.filter((one) => one.lastSegment > this.checkpointedTo || one.newestMs >= this.truncatedToMs);
  }
}
