import { ByteReader, ByteWriter } from "@ferula/bytes";
import { compareLabels, type ExemplarRow, type Labels, type Matcher } from "@ferula/model";
import type { Head } from "../head/head.ts";
import { writeLabelBlock } from "../wal/encode-series.ts";
import { encodeExemplars } from "../wal/records/exemplars.ts";
import { readLabels, writeLabels } from "../wal/records/series.ts";
import type { RecordLog } from "../wal/segment-log.ts";
import { fitsExemplar, withoutEmptyValues } from "./exemplar-labels.ts";
import { ExemplarRing, type ExemplarVerdict, type RingExemplar } from "./exemplar-ring.ts";
import { allMatch } from "./match-label-bytes.ts";

/** An exemplar to be appended. */
export interface NewExemplar extends ExemplarRow {
  /**
   * Whether the time is the exemplar's own, not that of the scrape which found it: one without a time of its own is the same as that of the
   * scrape before when labels and value are. Default: true.
   */
  readonly hasTimestamp?: boolean;
}

/** What became of exemplars. The numbers add up to how many there were. */
export interface ExemplarOutcome {
  readonly stored: number;
  /** The same as one that there is, and left out. */
  readonly duplicate: number;
  /** Older than the newest of the series by more than may be. */
  readonly outOfOrder: number;
  /** With labels of more than `MOST_LABEL_CHARACTERS`. */
  readonly tooLong: number;
  /** Of a reference that is no series. */
  readonly unknownSeries: number;
  /** Left out because none are kept. */
  readonly disabled: number;
}

/** An exemplar that was found. */
export interface Exemplar {
  readonly labels: Labels;
  readonly value: number;
  readonly timestampMs: number;
}

/** The exemplars of a series, by ascending time. */
export interface SeriesExemplars {
  readonly seriesLabels: Labels;
  readonly exemplars: readonly Exemplar[];
}

/** What may change, see `TsdbSettings`. */
export interface ExemplarSettings {
  readonly exemplarLimit: number;
  readonly outOfOrderWindowMs: number;
}

/** A larger batch becomes several records. */
const MOST_ROWS_A_RECORD = 10_000;

/** The exemplars of a head: checked, logged, kept in a ring and found by the labels of their series. */
export class ExemplarStore {
  readonly ring: ExemplarRing = new ExemplarRing();
  /** Those that were taken, and those that came too late, since the database was opened. */
  readonly counters = { appended: 0, outOfOrder: 0 };
  /** Where those that are taken are logged; nowhere while the log is replayed. */
  log: RecordLog | undefined;
  private readonly head: Head;
  private windowMs = 0;
  private readonly seriesLabels: ByteWriter = new ByteWriter();
  private readonly record: ByteWriter = new ByteWriter();

  constructor(head: Head) {
    this.head = head;
  }

  /** Keeps as many as the limit says, the newest. */
  configure({ exemplarLimit, outOfOrderWindowMs }: ExemplarSettings): void {
    this.windowMs = outOfOrderWindowMs;
    this.ring.resize(Math.max(0, exemplarLimit));
  }

  /**
   * Takes exemplars of series that the head has, in one write to the log. Throws PromError("internal") when the log can't be written; then
   * none is taken.
   */
  append(rows: readonly NewExemplar[]): ExemplarOutcome {
    const tally = { stored: 0, duplicate: 0, outOfOrder: 0, tooLong: 0, unknownSeries: 0, disabled: 0 };
    if (this.ring.limit === 0) return { ...tally, disabled: rows.length };
    const taken: NewExemplar[] = [];
    for (const row of rows) {
      const verdict = this.check(row);
      if (verdict === "stored") taken.push(row);
      else tally[verdict]++;
    }
    if (taken.length > 0) this.logAll(taken);
    // What was taken is judged once more: exemplars of one batch may be of one series.
    for (const row of taken) tally[this.add(row, row.hasTimestamp ?? true)]++;
    this.counters.appended += tally.stored;
    this.counters.outOfOrder += tally.outOfOrder;
    return tally;
  }

  /**
   * Takes an exemplar that the log or a snapshot tells of, of a series that the head has. Beside those that come later its time counts as
   * that of a scrape; beside those before as its own, as what was a repetition is not in the log (upstream forgets at a start all but the
   * first of those that differ in time alone).
   */
  replay(row: ExemplarRow): void {
    if (this.ring.limit === 0) return;
    const labels = this.labelsOfSeries(row.ref);
    const exemplar = ringExemplar(row, true);
    if (this.ring.judge(labels, exemplar, this.windowMs) === "stored") this.ring.put(labels, { ...exemplar, hasTimestamp: false });
  }

  /**
   * The exemplars in the range (both ends inclusive) of the series that match all matchers of one of the sets; without a set none. Series are
   * sorted by their labels.
   */
  select(minTimeMs: number, maxTimeMs: number, matcherSets: readonly (readonly Matcher[])[]): SeriesExemplars[] {
    const { ring } = this;
    const sets = matcherSets.map(allMatch);
    const found: SeriesExemplars[] = [];
    for (let series = 1; series <= ring.series.highest; series++) {
      if (!ring.overlaps(series, minTimeMs, maxTimeMs)) continue;
      const labels = ring.series.labelsOf(series);
      if (!sets.some((matches) => matches(labels))) continue;
      const exemplars = this.exemplarsOf(series, minTimeMs, maxTimeMs);
      if (exemplars.length > 0) found.push({ seriesLabels: textOf(labels), exemplars });
    }
    return found.sort((a, b) => compareLabels(a.seriesLabels, b.seriesLabels));
  }

  private exemplarsOf(series: number, minTimeMs: number, maxTimeMs: number): Exemplar[] {
    const exemplars: Exemplar[] = [];
    this.ring.visitSeries(series, ({ timestampMs, value, labels }) => {
      if (timestampMs >= minTimeMs && timestampMs <= maxTimeMs) exemplars.push({ labels: textOf(labels), value, timestampMs });
      return timestampMs <= maxTimeMs;
    });
    return exemplars;
  }

  private check(row: NewExemplar): ExemplarVerdict | "tooLong" | "unknownSeries" {
    if (!this.head.isLive(row.ref)) return "unknownSeries";
    if (!fitsExemplar(row.labels)) return "tooLong";
    return this.ring.judge(this.labelsOfSeries(row.ref), ringExemplar(row, row.hasTimestamp ?? true), this.windowMs);
  }

  private add(row: ExemplarRow, hasTimestamp: boolean): ExemplarVerdict {
    return this.ring.add(this.labelsOfSeries(row.ref), ringExemplar(row, hasTimestamp), this.windowMs);
  }

  /** Good until the next call. */
  private labelsOfSeries(ref: number): Uint8Array {
    this.seriesLabels.reset();
    writeLabelBlock(this.seriesLabels, this.head.shared, this.head.labelSets.address(ref));
    return this.seriesLabels.view();
  }

  private logAll(rows: readonly NewExemplar[]): void {
    const { walRefs } = this.head.series;
    // The log must name a series before it tells of its exemplars.
    this.head.flushNewSeries();
    this.log?.append((sink) => {
      for (let start = 0; start < rows.length; start += MOST_ROWS_A_RECORD) {
        this.record.reset();
        encodeExemplars(
          this.record,
          rows.slice(start, start + MOST_ROWS_A_RECORD).map((row) => ({ ...withoutEmpty(row), ref: walRefs[row.ref] })),
        );
        sink(this.record.view());
      }
    });
  }
}

const labelWriter = new ByteWriter();

/** Its labels are good until the next call. */
function ringExemplar({ timestampMs, value, labels }: ExemplarRow, hasTimestamp: boolean): RingExemplar {
  labelWriter.reset();
  writeLabels(labelWriter, withoutEmptyValues(labels));
  return { timestampMs, value, hasTimestamp, labels: labelWriter.view() };
}

function withoutEmpty(row: ExemplarRow): ExemplarRow {
  return { ...row, labels: withoutEmptyValues(row.labels) };
}

function textOf(labels: Uint8Array): Labels {
  return readLabels(new ByteReader(labels));
}
