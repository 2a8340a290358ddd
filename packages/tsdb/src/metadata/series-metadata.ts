import { ByteWriter } from "@ferula/bytes";
import type { MetricMetadata } from "@ferula/model";
import type { Head } from "../head/head.ts";
import { encodeMetadata, type MetadataRow } from "../wal/records/metadata.ts";
import type { RecordLog } from "../wal/segment-log.ts";
import { MetadataKinds } from "./metadata-kinds.ts";

/** What became of metadata. The numbers add up to how many rows there were. */
export interface MetadataOutcome {
  /** New, or other than what was known. */
  readonly changed: number;
  readonly unchanged: number;
  /** Of a reference that is no series. */
  readonly unknownSeries: number;
}

/** A larger batch becomes several records. */
const MOST_ROWS_A_RECORD = 2000;

/** Type, unit and help of each series of a head, as told last. */
export class SeriesMetadata {
  /** Where changes are logged; nowhere while the log is replayed, or when metadata is not to be logged. */
  log: RecordLog | undefined;
  private readonly head: Head;
  private readonly kinds: MetadataKinds = new MetadataKinds();
  /** The kind of each series, by its reference; 0 is none. Empty until the first is told of. */
  private kindOf: Uint32Array = new Uint32Array(0);
  private readonly record: ByteWriter = new ByteWriter();

  constructor(head: Head) {
    this.head = head;
  }

  /** Whether nothing is known of any series. */
  get isEmpty(): boolean {
    return this.kinds.count === 0;
  }

  /** What is known of a series, if anything. */
  get(ref: number): MetricMetadata | undefined {
    return ref < this.kindOf.length ? this.kinds.at(this.kindOf[ref]) : undefined;
  }

  /**
   * Takes what is known of series of the head and logs what changed, in one write. Throws PromError("internal") when the log can't be
   * written; then nothing of it is taken.
   */
  append(rows: readonly MetadataRow[]): MetadataOutcome {
    const changed: MetadataRow[] = [];
    let unknownSeries = 0;
    for (const row of rows) {
      if (!this.head.isLive(row.ref)) unknownSeries++;
      else if (!isSame(this.get(row.ref), row)) changed.push(row);
    }
    if (changed.length > 0) {
      this.logAll(changed);
      for (const row of changed) this.set(row.ref, row);
    }
    return { changed: changed.length, unchanged: rows.length - changed.length - unknownSeries, unknownSeries };
  }

  /** Takes what the log tells of a series that the head has. */
  replay(row: MetadataRow): void {
    this.set(row.ref, row);
  }

  /** Forgets what is known of a series that the head drops. */
  drop(ref: number): void {
    if (ref >= this.kindOf.length) return;
    this.kinds.release(this.kindOf[ref]);
    this.kindOf[ref] = 0;
  }

  /** Logs all that is known, for who replays the log from here on. Throws PromError("internal") when the log can't be written. */
  logKnown(log: RecordLog): void {
    const { walRefs } = this.head.series;
    log.append((sink) => {
      let rows: MetadataRow[] = [];
      const flush = (): void => {
        if (rows.length === 0) return;
        this.record.reset();
        encodeMetadata(this.record, rows);
        sink(this.record.view());
        rows = [];
      };
      for (let ref = 1; ref < this.kindOf.length; ref++) {
        const known = this.kinds.at(this.kindOf[ref]);
        if (known !== undefined && rows.push({ ...known, ref: walRefs[ref] }) === MOST_ROWS_A_RECORD) flush();
      }
      flush();
    });
  }

  private set(ref: number, metadata: MetricMetadata): void {
    if (ref >= this.kindOf.length) this.grow(ref);
    const kind = this.kinds.acquire(metadata);
    this.kinds.release(this.kindOf[ref]);
    this.kindOf[ref] = kind;
  }

  private grow(ref: number): void {
    const kindOf = new Uint32Array(Math.max(1024, ref + 1, this.kindOf.length * 2));
    kindOf.set(this.kindOf);
    this.kindOf = kindOf;
  }

  private logAll(rows: readonly MetadataRow[]): void {
    if (this.log === undefined) return;
    const { walRefs } = this.head.series;
    // The log must name a series before it tells of its metadata.
    this.head.flushNewSeries();
    this.log.append((sink) => {
      for (let start = 0; start < rows.length; start += MOST_ROWS_A_RECORD) {
        this.record.reset();
        encodeMetadata(
          this.record,
          rows.slice(start, start + MOST_ROWS_A_RECORD).map((row) => ({ ...row, ref: walRefs[row.ref] })),
        );
        sink(this.record.view());
      }
    });
  }
}

function isSame(known: MetricMetadata | undefined, { type, unit, help }: MetricMetadata): boolean {
  return known !== undefined && known.type === type && known.unit === unit && known.help === help;
}
