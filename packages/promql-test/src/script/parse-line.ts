import { parseDuration } from "@ferula/durations";
import { ParseError, parseSeriesDescription, type SeriesDescription } from "@ferula/promql-syntax";
import { ScriptError } from "./script-error.ts";

/** A series with its values; `line` counts from 1. Throws ScriptError. */
export function parseSeriesLine(text: string, line: number): SeriesDescription {
  try {
    return parseSeriesDescription(text);
  } catch (error) {
    if (error instanceof ParseError) throw new ScriptError(line, error.message, { cause: error });
    throw error;
  }
}

/** The milliseconds of a duration, called `what` when it is none. Throws ScriptError. */
export function parseDurationAt(text: string, what: string, line: number): number {
  try {
    return parseDuration(text);
  } catch (error) {
    throw new ScriptError(line, `invalid ${what} definition ${JSON.stringify(text)}: ${(error as RangeError).message}`, { cause: error });
  }
}

/** The times of a range, in milliseconds; of a line the values stand at these. */
export interface Times {
  readonly startMs: number;
  readonly endMs: number;
  readonly stepMs: number;
}

/** The times of a range. Throws ScriptError. */
export function parseTimes(from: string, to: string, step: string, line: number): Times {
  const startMs = parseDurationAt(from, "start timestamp", line);
  const endMs = parseDurationAt(to, "end timestamp", line);
  if (endMs < startMs) throw new ScriptError(line, `invalid test definition, end timestamp (${to}) is before start timestamp (${from})`);
  return { startMs, endMs, stepMs: parseDurationAt(step, "step", line) };
}
