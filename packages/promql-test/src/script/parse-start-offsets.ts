import { parseDuration } from "@ferula/durations";
import { ScriptError } from "./script-error.ts";

/** `_`, `_xN`, or an offset with a repetition and a growth: `-1m`, `0sx4`, `-1m+10sx4`. */
const item = /^(?:_(?:x(?<gaps>\d+))?|(?<first>[+-]?\d+[a-wyzA-Z]*)(?:(?<growth>[+-][+-]?\d+[a-wyzA-Z]*)x(?<grown>\d+)|x(?<times>\d+))?)$/;

/** More is a slip, and would take the memory of the process. */
const MAX_COUNT = 10_000_000;

/**
 * Reads when the counters of a series' values began: offsets in milliseconds to each value's time, undefined where that is not said.
 * Repetitions count as in the values: `0sx4` is five. Throws ScriptError.
 */
export function parseStartOffsets(text: string, line: number): readonly (number | undefined)[] {
  const offsetsMs: (number | undefined)[] = [];
  for (const word of text.split(/\s+/)) {
    const groups = item.exec(word)?.groups;
    if (groups === undefined) throw new ScriptError(line, `invalid @st item ${JSON.stringify(word)}`);
    const { gaps, first, growth, grown, times } = groups as Record<string, string | undefined>;
    const more = Number(grown ?? times ?? 0);
    const count = first === undefined ? Number(gaps ?? 1) : more + 1;
    if (count === 0 || count + offsetsMs.length > MAX_COUNT)
      throw new ScriptError(line, `invalid repetition in @st item ${JSON.stringify(word)}`);
    let offsetMs = first === undefined ? undefined : signedMs(first, line);
    // The first sign of the growth parts it from the offset.
    const stepMs = growth === undefined ? 0 : signedMs(growth.slice(1), line) * (growth.startsWith("-") ? -1 : 1);
    for (let i = 0; i < count; i++) {
      offsetsMs.push(offsetMs);
      if (offsetMs !== undefined) offsetMs += stepMs;
    }
  }
  return offsetsMs;
}

function signedMs(text: string, line: number): number {
  try {
    const ms = parseDuration(text.replace(/^[+-]/, ""));
    return text.startsWith("-") && ms !== 0 ? -ms : ms;
  } catch (error) {
    throw new ScriptError(line, `invalid duration in @st line: ${(error as RangeError).message}`, { cause: error });
  }
}
