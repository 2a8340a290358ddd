import { ByteReader } from "@ferula/bytes";
import { hashLabels } from "@ferula/model";
import { readLabels } from "../wal/records/series.ts";
import { ByteRows } from "./byte-rows.ts";
import { equalBytes, ExemplarSeries } from "./exemplar-series.ts";

/** An exemplar without its series, its labels as `writeLabels` writes them. */
export interface RingExemplar {
  readonly timestampMs: number;
  /** Whether the time is its own, not that of the scrape which found it. */
  readonly hasTimestamp: boolean;
  readonly value: number;
  readonly labels: Uint8Array;
}

/** What becomes of an exemplar. A duplicate is left out without harm. */
export type ExemplarVerdict = "stored" | "duplicate" | "outOfOrder";

/**
 * The newest exemplars of all series together, up to a limit: a new one takes the place of the one that came first. Those of one series are
 * chained by their times. Places run from 1; 0 is none.
 *
 * Who is taken, and in which order they go, is as in tsdb/exemplar.go `CircularExemplarStorage`.
 */
export class ExemplarRing {
  readonly series: ExemplarSeries = new ExemplarSeries();
  /** How many there are. */
  count = 0;
  private rows: RingRows = new RingRows(0);
  /** The place that is written next. While the ring is not full, the first exemplar is at 1. */
  private next = 1;

  /** How many there may be. */
  get limit(): number {
    return this.rows.limit;
  }

  /** The time of the exemplar that came first; NaN when there is none. */
  get firstTimestampMs(): number {
    return this.count === 0 ? NaN : this.rows.timestampsMs[this.first()];
  }

  /** What would become of an exemplar of the series with these labels. It may be older than the series' newest by less than `windowMs`. */
  judge(seriesLabels: Uint8Array, exemplar: RingExemplar, windowMs: number): ExemplarVerdict {
    const series = this.series.find(seriesLabels);
    return series === 0 ? "stored" : this.judgeBehind(series, exemplar, windowMs);
  }

  /** Takes an exemplar, whose bytes are copied, if it is to be taken. The limit is not 0. */
  add(seriesLabels: Uint8Array, exemplar: RingExemplar, windowMs: number): ExemplarVerdict {
    const verdict = this.judge(seriesLabels, exemplar, windowMs);
    if (verdict === "stored") this.put(seriesLabels, exemplar);
    return verdict;
  }

  /** Takes an exemplar that was judged already, see `add`. */
  put(seriesLabels: Uint8Array, exemplar: RingExemplar): void {
    if (this.count === this.limit) this.dropFirst();
    const found = this.series.find(seriesLabels);
    const series = found === 0 ? this.series.add(seriesLabels) : found;
    const place = this.next;
    this.rows.set(place, series, exemplar);
    this.chain(series, place);
    this.next = (place % this.limit) + 1;
    this.count++;
  }

  /** Changes how many there may be. What is too much goes, the first that came first. */
  resize(limit: number): void {
    if (limit === this.limit) return;
    while (this.count > limit) this.dropFirst();
    const from = this.rows;
    const start = this.count === 0 ? 0 : this.first() - 1;
    const moved = (place: number): number => (place === 0 ? 0 : ((place - 1 - start + from.limit) % from.limit) + 1);
    const to = new RingRows(limit);
    for (let place = 1; place <= this.count; place++) to.copy(place, from, ((start + place - 1) % from.limit) + 1, moved);
    const { oldest, newest, highest } = this.series;
    for (let series = 1; series <= highest; series++) {
      if (newest[series] === 0) continue;
      oldest[series] = moved(oldest[series]);
      newest[series] = moved(newest[series]);
    }
    this.rows = to;
    this.next = limit === 0 ? 1 : (this.count % limit) + 1;
  }

  /** Whether the times of a series' exemplars, from the oldest to the newest, have a part in the range; both ends are inclusive. */
  overlaps(series: number, minTimeMs: number, maxTimeMs: number): boolean {
    const { oldest, newest } = this.series;
    const { timestampsMs } = this.rows;
    return newest[series] !== 0 && timestampsMs[oldest[series]] <= maxTimeMs && timestampsMs[newest[series]] >= minTimeMs;
  }

  /** Visits the exemplars of a series by ascending time, until `visit` says false. Labels are views, good until the next `add`. */
  visitSeries(series: number, visit: (exemplar: RingExemplar) => boolean): void {
    for (let place = this.series.oldest[series]; place !== 0; place = this.rows.newer[place]) if (!visit(this.rows.at(place))) return;
  }

  /** Visits all exemplars in the order in which they came. Labels are views, good until the next `add`. */
  visitAll(visit: (series: number, exemplar: RingExemplar) => void): void {
    if (this.count === 0) return;
    const start = this.first() - 1;
    for (let i = 0; i < this.count; i++) {
      const place = ((start + i) % this.limit) + 1;
      visit(this.rows.series[place], this.rows.at(place));
    }
  }

  private first(): number {
    return ((this.next - 1 - this.count + this.limit) % this.limit) + 1;
  }

  private judgeBehind(series: number, exemplar: RingExemplar, windowMs: number): ExemplarVerdict {
    const { timestampMs, value, hasTimestamp, labels } = exemplar;
    const { timestampsMs, values, haveTimestamps } = this.rows;
    const newest = this.series.newest[series];
    const newestMs = timestampsMs[newest];
    const isSameTime = timestampMs === newestMs;
    const isTimeless = !hasTimestamp && haveTimestamps[newest] === 0;
    const newestLabels = this.rows.labels.view(newest);
    if ((isSameTime || isTimeless) && value === values[newest] && equalBytes(labels, newestLabels)) return "duplicate";
    if (isSameTime) return comesBefore(value, labels, values[newest], newestLabels) ? "outOfOrder" : "stored";
    if (timestampMs > newestMs) return "stored";
    if (timestampMs <= newestMs - windowMs) return "outOfOrder";
    const before = this.newestNotAfter(series, timestampMs);
    return before !== 0 && timestampsMs[before] === timestampMs ? "duplicate" : "stored";
  }

  /** The last exemplar of a series at or before a time, or 0. What comes out of order is mostly near the end. */
  private newestNotAfter(series: number, timestampMs: number): number {
    let place = this.series.newest[series];
    while (place !== 0 && this.rows.timestampsMs[place] > timestampMs) place = this.rows.older[place];
    return place;
  }

  private chain(series: number, place: number): void {
    const { older, newer, timestampsMs } = this.rows;
    const { oldest, newest } = this.series;
    const before = this.newestNotAfter(series, timestampsMs[place]);
    const after = before === 0 ? oldest[series] : newer[before];
    older[place] = before;
    newer[place] = after;
    if (before === 0) oldest[series] = place;
    else newer[before] = place;
    if (after === 0) newest[series] = place;
    else older[after] = place;
  }

  private dropFirst(): void {
    const place = this.first();
    const { older, newer, series: owners, labels } = this.rows;
    const series = owners[place];
    const { oldest, newest } = this.series;
    const before = older[place];
    const after = newer[place];
    if (before === 0) oldest[series] = after;
    else newer[before] = after;
    if (after === 0) newest[series] = before;
    else older[after] = before;
    if (newest[series] === 0) this.series.remove(series);
    labels.clear(place);
    this.count--;
  }
}

/** Of two exemplars of one time that of the lesser value comes first; where these are the same, that of the lesser hash. */
function comesBefore(value: number, labels: Uint8Array, otherValue: number, otherLabels: Uint8Array): boolean {
  return value < otherValue || (value === otherValue && hashOf(labels) < hashOf(otherLabels));
}

function hashOf(labels: Uint8Array): bigint {
  return hashLabels(readLabels(new ByteReader(labels)));
}

/** The exemplars as struct-of-arrays, indexed by their places. */
class RingRows {
  readonly limit: number;
  readonly timestampsMs: Float64Array;
  readonly haveTimestamps: Uint8Array;
  readonly values: Float64Array;
  readonly labels: ByteRows;
  readonly series: Uint32Array;
  /** The neighbours in the series; 0 is none. */
  readonly older: Uint32Array;
  readonly newer: Uint32Array;

  constructor(limit: number) {
    this.limit = limit;
    this.timestampsMs = new Float64Array(limit + 1);
    this.haveTimestamps = new Uint8Array(limit + 1);
    this.values = new Float64Array(limit + 1);
    this.labels = new ByteRows(limit);
    this.series = new Uint32Array(limit + 1);
    this.older = new Uint32Array(limit + 1);
    this.newer = new Uint32Array(limit + 1);
  }

  set(place: number, series: number, { timestampMs, hasTimestamp, value, labels }: RingExemplar): void {
    this.timestampsMs[place] = timestampMs;
    this.haveTimestamps[place] = hasTimestamp ? 1 : 0;
    this.values[place] = value;
    this.labels.set(place, labels);
    this.series[place] = series;
  }

  at(place: number): RingExemplar {
    return {
      timestampMs: this.timestampsMs[place],
      hasTimestamp: this.haveTimestamps[place] === 1,
      value: this.values[place],
      labels: this.labels.view(place),
    };
  }

  /** `moved` gives the place here of a neighbour there. */
  copy(place: number, from: RingRows, fromPlace: number, moved: (place: number) => number): void {
    this.set(place, from.series[fromPlace], from.at(fromPlace));
    this.older[place] = moved(from.older[fromPlace]);
    this.newer[place] = moved(from.newer[fromPlace]);
  }
}
