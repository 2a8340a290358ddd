import { compareLabels, formatSeries, labelsKey } from "@ferula/model";
import type { LoadCommand, LoadedSeries, Parsed } from "./commands.ts";
import { parseDurationAt, parseSeriesLine } from "./parse-line.ts";
import { parseStartOffsets } from "./parse-start-offsets.ts";
import { ScriptError } from "./script-error.ts";

/** A line with the times at which counters began, which waits for the line with the series' values. */
interface StartsLine extends LoadedSeries {
  readonly line: number;
}

/** Reads a `load` and the series below it, up to an empty line. Throws ScriptError. */
export function parseLoad(lines: readonly string[], first: number): Parsed<LoadCommand> {
  const match = /^load(?:_(with_nhcb))?\s+(.+?)$/.exec(lines[first]);
  if (match === null) throw new ScriptError(first + 1, "invalid load command. (load[_with_nhcb] <step:duration>)");
  const stepMs = parseDurationAt(match[2], "step", first + 1);
  // A series that stands twice is what its last line says.
  const series = new Map<string, LoadedSeries>();
  let starts: StartsLine | undefined;
  let next = first + 1;
  for (; next < lines.length && lines[next] !== ""; next++) {
    if (/^\S*@st\s/.test(lines[next])) {
      if (starts !== undefined) throw unpaired(starts);
      starts = parseStarts(lines[next], next + 1);
      continue;
    }
    const { labels, values } = parseSeriesLine(lines[next], next + 1);
    if (starts !== undefined) checkPair(starts, labels, values.length);
    series.set(labelsKey(labels), { labels, values, startOffsetsMs: starts?.startOffsetsMs });
    starts = undefined;
  }
  if (starts !== undefined) throw unpaired(starts);
  const command: LoadCommand = {
    kind: "load",
    line: first + 1,
    stepMs,
    withCustomBuckets: match[1] !== undefined,
    series: [...series.values()],
  };
  return { command, next };
}

function parseStarts(text: string, line: number): StartsLine {
  const space = text.search(/\s/);
  const { labels } = parseSeriesLine(`${text.slice(0, space - "@st".length)} _`, line);
  return { line, labels, values: [], startOffsetsMs: parseStartOffsets(text.slice(space).trim(), line) };
}

function checkPair({ line, labels, startOffsetsMs }: StartsLine, of: LoadedSeries["labels"], count: number): void {
  if (compareLabels(labels, of) !== 0) {
    throw new ScriptError(line, `the @st line of ${formatSeries(labels)} stands above the samples of ${formatSeries(of)}`);
  }
  if (startOffsetsMs?.length !== count) {
    throw new ScriptError(line, `the @st line has ${startOffsetsMs?.length} values, but the line of samples has ${count}`);
  }
}

function unpaired({ line }: StartsLine): ScriptError {
  return new ScriptError(line, "the @st line has no line of samples below it");
}
