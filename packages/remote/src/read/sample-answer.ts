import { ByteWriter } from "@ferula/bytes";
import { createHistogramColumns, createSampleColumns, type Labels, PromError } from "@ferula/model";
import type { ChunkSeriesSet, SeriesSelection, SeriesSet } from "@ferula/storage";
import { packSnappyPiece, snappyHead, writeTimeSeries } from "@ferula/wire";
import { type AnswerMaker, type AnswerSources, type AnswerStep, PIECE_BYTES, type SelectedQuery, SERIES_BETWEEN_LOOKS } from "./answer.ts";
import { withExternal } from "./external-labels.ts";
import { storedHistograms } from "./stored-histograms.ts";

/** What the answer is made of. */
export interface SampleAnswerOptions {
  readonly queries: readonly SelectedQuery[];
  readonly externalLabels: Labels;
  /** The most samples of one query; 0 is no limit. */
  readonly sampleLimit: number;
}

/** The tag of `ReadResponse.results`. */
const RESULTS_TAG = 0x0a;

/**
 * Makes an answer of samples: a `ReadResponse` as a block of snappy (storage/remote/codec.go `ToQueryResult`). The message tells its lengths
 * first, so that all of it is made before a byte goes out; it is packed piece by piece, and each piece let go.
 */
export class SampleAnswer implements AnswerMaker {
  private readonly options: SampleAnswerOptions;
  private readonly sources: AnswerSources;
  /** The message, in pieces. */
  private readonly pieces: Uint8Array[] = [];
  private messageBytes = 0;
  /** The piece that is written. */
  private readonly out = new ByteWriter(PIECE_BYTES);
  private readonly samples = createSampleColumns(256);
  private readonly histograms = createHistogramColumns(0);
  private query = 0;
  private opened: OpenedQuery | undefined;
  /** Where the pieces of the query begin, and how many bytes and samples it has. */
  private firstPiece = 0;
  private queryBytes = 0;
  private sampleCount = 0;
  private isRead = false;
  private packed = 0;

  constructor(options: SampleAnswerOptions, sources: AnswerSources) {
    this.options = options;
    this.sources = sources;
  }

  step(isSpent: () => boolean): AnswerStep {
    if (!this.isRead && !this.readOn(isSpent)) return { bytes: undefined, isLast: false };
    return this.packOn(isSpent);
  }

  /** Returns whether all is read. */
  private readOn(isSpent: () => boolean): boolean {
    const { queries } = this.options;
    for (; this.query < queries.length; this.query++) {
      const { selection, isOfSeries } = queries[this.query];
      if (selection !== undefined) {
        const opened = (this.opened ??= openQuery(this.sources, selection));
        while (opened.next < opened.set.seriesCount) {
          this.readSeries(opened, opened.next++, isOfSeries);
          if (opened.next % SERIES_BETWEEN_LOOKS === 0 && isSpent()) return false;
        }
      }
      this.endQuery();
    }
    this.out.bytes(snappyHead(this.messageBytes));
    this.isRead = true;
    return true;
  }

  private readSeries({ set, chunks }: OpenedQuery, index: number, isOfSeries: boolean): void {
    const { out, samples, histograms } = this;
    const labels = withExternal(set.labels(index), this.options.externalLabels);
    if (isOfSeries) {
      writeTimeSeries(out, { labels });
    } else {
      set.read(index, samples);
      set.readHistograms(index, histograms);
      this.count(samples.length + histograms.length);
      const stored = histograms.length === 0 ? [] : storedHistograms(chunks(), index, histograms);
      writeTimeSeries(out, { labels, samples, histograms: stored });
    }
    if (out.length >= PIECE_BYTES) this.endPiece();
  }

  private count(sampleCount: number): void {
    const { sampleLimit } = this.options;
    this.sampleCount += sampleCount;
    if (sampleLimit > 0 && this.sampleCount > sampleLimit) throw new PromError("bad_data", `exceeded sample limit (${sampleLimit})`);
  }

  private endPiece(): void {
    const { out, pieces } = this;
    pieces.push(out.view().slice());
    this.queryBytes += out.length;
    out.reset();
  }

  private endQuery(): void {
    const { out, pieces } = this;
    if (out.length > 0) this.endPiece();
    out.u8(RESULTS_TAG);
    out.uvarint(this.queryBytes);
    pieces.splice(this.firstPiece, 0, out.view().slice());
    this.messageBytes += out.length + this.queryBytes;
    out.reset();
    this.opened = undefined;
    this.firstPiece = pieces.length;
    this.queryBytes = 0;
    this.sampleCount = 0;
  }

  private packOn(isSpent: () => boolean): AnswerStep {
    const { out, pieces } = this;
    while (this.packed < pieces.length) {
      out.bytes(packSnappyPiece(pieces[this.packed]));
      pieces[this.packed++] = NOTHING;
      if (out.length >= PIECE_BYTES || isSpent()) break;
    }
    const bytes = out.length === 0 ? undefined : new Uint8Array(out.view());
    out.reset();
    return { bytes, isLast: this.packed === pieces.length };
  }
}

const NOTHING = new Uint8Array(0);

interface OpenedQuery {
  readonly set: SeriesSet;
  /** Opened where a series has histograms. */
  readonly chunks: () => ChunkSeriesSet;
  next: number;
}

function openQuery({ open, openChunks }: AnswerSources, selection: SeriesSelection): OpenedQuery {
  let chunks: ChunkSeriesSet | undefined;
  return { set: open(selection), chunks: () => (chunks ??= openChunks(selection)), next: 0 };
}
