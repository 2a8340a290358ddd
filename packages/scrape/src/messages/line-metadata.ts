import { type LineSink, lineNumber, ExpositionError, type SampleLine } from "@ferula/exposition";
import type { Syntax } from "../cache/syntax.ts";
import { type Told, toldSink } from "../cache/target-metadata.ts";
import type { EntryTable } from "./entry-table.ts";

/** Scans the lines of a body from `start` to `end`. Throws an ExpositionError with the line's number, as `scanText` and `scanOpenMetrics`. */
export function scanLines(bytes: Uint8Array, start: number, end: number, syntax: Syntax, line: SampleLine, sink: LineSink): void {
  const next = startLineScan(bytes, start, end, syntax, line, sink);
  while (next());
}

/** The same, line by line: what it returns scans the next one and says whether there are more. */
export function startLineScan(
  bytes: Uint8Array,
  start: number,
  end: number,
  syntax: Syntax,
  line: SampleLine,
  sink: LineSink,
): () => boolean {
  let at = start;
  let last = start;
  return () => {
    try {
      if (at < end) at = syntax.scanLine(bytes, (last = at), end, sink, line);
      if (at >= end && syntax.isOpenMetrics && !syntax.isEnd(bytes, last, end))
        throw new ExpositionError(0, "data does not end with # EOF");
      return at < end;
    } catch (error) {
      if (error instanceof ExpositionError && error.line === 0) throw error.atLine(lineNumber(bytes, start, at));
      throw error;
    }
  };
}

/** What comments say that were taken as texts of a body. */
export function lineMetadata(
  bytes: Uint8Array,
  { textCount, textStarts, textLengths }: EntryTable,
  syntax: Syntax,
  line: SampleLine,
): Told {
  const told: Told = new Map();
  const sink = toldSink(told, bytes, syntax);
  for (let i = 0; i < textCount; i++) syntax.scanLine(bytes, textStarts[i], textStarts[i] + textLengths[i], sink, line);
  return told;
}
