import { ByteWriter } from "@ferula/bytes";
import { CHUNK_ENCODING_BYTES } from "@ferula/chunks";
import type { Labels } from "@ferula/model";
import type { ChunkSeriesSet, SeriesSelection } from "@ferula/storage";
import { ChunkFrameWriter } from "@ferula/wire";
import { type AnswerMaker, type AnswerSources, type AnswerStep, PIECE_BYTES, type SelectedQuery, SERIES_BETWEEN_LOOKS } from "./answer.ts";
import { withExternal } from "./external-labels.ts";
import { type ChunkVisitor, visitPlain } from "./plain-chunks.ts";

/** A chunk of no floats: what a client is told that asks for series only. */
const NO_FLOATS = new Uint8Array(2);

/** What the answer is made of. */
export interface ChunkAnswerOptions {
  readonly queries: readonly SelectedQuery[];
  readonly externalLabels: Labels;
  readonly maxBytesInFrame: number;
}

/** Makes an answer of chunks, as frames of one series each, see `ChunkFrameWriter`. Never more than a piece of it is in memory. */
export class ChunkAnswer implements AnswerMaker {
  private readonly options: ChunkAnswerOptions;
  private readonly sources: AnswerSources;
  private readonly out = new ByteWriter(PIECE_BYTES);
  private query = 0;
  private opened: OpenedQuery | undefined;

  constructor(options: ChunkAnswerOptions, sources: AnswerSources) {
    this.options = options;
    this.sources = sources;
  }

  step(isSpent: () => boolean): AnswerStep {
    const { queries } = this.options;
    const { out } = this;
    out.reset();
    for (; this.query < queries.length; this.query++) {
      const { selection, isOfSeries } = queries[this.query];
      if (selection === undefined) continue;
      const opened = (this.opened ??= this.open(selection));
      while (opened.next < opened.set.seriesCount) {
        this.writeSeries(opened, opened.next++, isOfSeries);
        if (out.length >= PIECE_BYTES || (opened.next % SERIES_BETWEEN_LOOKS === 0 && isSpent())) return this.taken(false);
      }
      this.opened = undefined;
    }
    return this.taken(true);
  }

  private open(selection: SeriesSelection): OpenedQuery {
    const frames = new ChunkFrameWriter(this.out, this.options.maxBytesInFrame, this.query);
    return {
      set: this.sources.openChunks(selection),
      frames,
      visit: (minTimeMs, maxTimeMs, encoding, bytes) => frames.add(minTimeMs, maxTimeMs, encoding, bytes),
      next: 0,
    };
  }

  private writeSeries({ set, frames, visit }: OpenedQuery, index: number, isOfSeries: boolean): void {
    frames.begin(withExternal(set.labels(index), this.options.externalLabels));
    set.forEachChunk(index, (chunk) => {
      if (isOfSeries) visit(chunk.minTimeMs, chunk.maxTimeMs, CHUNK_ENCODING_BYTES.xor, NO_FLOATS);
      else visitPlain(chunk, visit);
    });
    frames.end();
  }

  private taken(isLast: boolean): AnswerStep {
    const { out } = this;
    return { bytes: out.length === 0 ? undefined : new Uint8Array(out.view()), isLast };
  }
}

/** A query that is being answered. */
interface OpenedQuery {
  readonly set: ChunkSeriesSet;
  readonly frames: ChunkFrameWriter;
  /** Puts a chunk into them. */
  readonly visit: ChunkVisitor;
  /** The series that comes next. */
  next: number;
}
