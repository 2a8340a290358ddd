import { formatTime, GoDuration, GoTime } from "@ferula/go-template";
import { formatFloat, fourDigits } from "@ferula/model";

const NS_PER_SECOND = 1e9;
const NS_PER_MS = 1_000_000n;

/**
 * The time of seconds since 1970, cut to milliseconds towards 1970 (FloatToTime of prometheus/common). Throws for what is no number of
 * nanoseconds that 64 bits hold.
 */
export function timeOfSeconds(seconds: number): GoTime {
  if (!Number.isFinite(seconds)) throw new RangeError("value is NaN or Inf");
  const nanoseconds = seconds * NS_PER_SECOND;
  if (Math.abs(nanoseconds) > 2 ** 63) {
    throw new RangeError(`${formatFloat(seconds)} cannot be represented as a nanoseconds timestamp since it overflows int64`);
  }
  return new GoTime(Number(asInt64(nanoseconds) / NS_PER_MS));
}

/** The duration of seconds, cut to nanoseconds. What 64 bits can't hold is the shortest there is, as processors convert it. */
export function durationOfSeconds(seconds: number): GoDuration {
  return new GoDuration(asInt64(seconds * NS_PER_SECOND));
}

/** A time as Go prints it; four digits of what is no time. */
export function humanizeTimestamp(seconds: number): string {
  if (!Number.isFinite(seconds)) return fourDigits(seconds);
  return formatTime(timeOfSeconds(seconds), "2006-01-02 15:04:05.999999999 -0700 MST");
}

function asInt64(value: number): bigint {
  return Math.abs(value) < 2 ** 63 ? BigInt(Math.trunc(value)) : -(2n ** 63n);
}
