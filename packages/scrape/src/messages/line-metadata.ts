import { type LineSink, lineNumber, ExpositionError, type SampleLine, unescaped } from "@ferula/exposition";
import type { MetricMetadata, MetricType } from "@ferula/model";
import { IGNORE_LINES, utf8 } from "../cache/comments.ts";
import type { Syntax } from "../cache/syntax.ts";

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

/** What the comments of a body, which has been read before, say of its metrics; of what is said twice the last word counts. */
export function lineMetadata(bytes: Uint8Array, start: number, end: number, syntax: Syntax, line: SampleLine): Map<string, MetricMetadata> {
  const told = new Map<string, { type: MetricType; help: string; unit: string }>();
  const partsOf = (nameStart: number, nameEnd: number): { type: MetricType; help: string; unit: string } => {
    const name = unescaped(bytes, nameStart, nameEnd);
    const parts = told.get(name) ?? { type: "unknown", help: "", unit: "" };
    told.set(name, parts);
    return parts;
  };
  scanLines(bytes, start, end, syntax, line, {
    ...IGNORE_LINES,
    type: (_start, _end, nameStart, nameEnd, type) => void (partsOf(nameStart, nameEnd).type = type),
    help: (_start, _end, nameStart, nameEnd, from, to) => void (partsOf(nameStart, nameEnd).help = syntax.unescapedHelp(bytes, from, to)),
    unit: (_start, _end, nameStart, nameEnd, from, to) => void (partsOf(nameStart, nameEnd).unit = utf8(bytes, from, to)),
  });
  return told;
}
