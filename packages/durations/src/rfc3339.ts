import { goQuote } from "./go-quote.ts";

/** The hour may have one digit and a comma may stand for the point, because Go's parser lets them pass. */
const format = /^(\d{4})-(\d\d)-(\d\d)T(\d\d?):(\d\d):(\d\d)(?:[.,](\d+))?(?:Z|([+-])(\d\d):(\d\d))$/;

/**
 * Reads an RFC 3339 time (`2026-01-02T03:04:05.678Z`, `2026-01-02T03:04:05+01:00`; any number of decimals) and returns milliseconds
 * since 1970. Decimals past the third become a fraction, past the ninth they are ignored, as in Go. Throws RangeError
 * `cannot parse "x" as a time: …` for everything else, days that the month does not have and leap seconds included.
 * Source: RFC 3339 as Go's time.Parse(time.RFC3339Nano) reads it.
 */
export function parseRfc3339(text: string): number {
  const match = format.exec(text);
  if (match === null) throw invalidTime(text, "want RFC 3339, such as 2026-01-02T03:04:05Z");
  const [, year, month, day, hour, minute, second, fraction = "", sign, offsetHour = "0", offsetMinute = "0"] = match;
  if (+hour > 23 || +minute > 59 || +second > 59) throw invalidTime(text, "the time of day is out of range");
  // Go lets these two reach their limits, and so do we, or its output could not be read back.
  if (+offsetHour > 24 || +offsetMinute > 60) throw invalidTime(text, "the time zone offset is out of range");
  const date = new Date(0);
  date.setUTCFullYear(+year, +month - 1, +day);
  if (date.getUTCMonth() !== +month - 1 || date.getUTCDate() !== +day) throw invalidTime(text, "there is no such day");
  const offsetMs = (sign === "-" ? -1 : 1) * (+offsetHour * 60 + +offsetMinute) * 60_000;
  const secondsMs = date.getTime() + ((+hour * 60 + +minute) * 60 + +second) * 1000 - offsetMs;
  // Whole milliseconds must come out exact, so they are added apart from what follows them.
  const nanos = fraction.padEnd(9, "0").slice(0, 9);
  return secondsMs + +nanos.slice(0, 3) + +nanos.slice(3) / 1e6;
}

/**
 * Prints a time in UTC with exactly three decimals, `2026-01-02T03:04:05.678Z`; what is below a millisecond is cut off. Throws RangeError
 * outside the years 0 to 9999, for which RFC 3339 has no form.
 */
export function formatRfc3339Ms(timeMs: number): string {
  const date = new Date(Math.floor(timeMs));
  const text = Number.isNaN(date.getTime()) ? "" : date.toISOString();
  if (text.length !== 24) throw new RangeError(`cannot print ${timeMs} ms as an RFC 3339 time: the year is outside 0 to 9999`);
  return text;
}

/** As formatRfc3339Ms, with as many decimals as needed, the way Go's RFC3339Nano does: `2026-01-02T03:04:05.6Z`, `…:05Z`. */
export function formatRfc3339(timeMs: number): string {
  return formatRfc3339Ms(timeMs).replace(/\.?0*Z$/, "Z");
}

function invalidTime(text: string, reason: string): RangeError {
  return new RangeError(`cannot parse ${goQuote(text)} as a time: ${reason}`);
}
