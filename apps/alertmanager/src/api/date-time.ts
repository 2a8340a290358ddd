import { goQuote } from "@ferula/durations";
import { parseMoment, utc, type Moment } from "@ferula/alerting";

/** The beginning of the year 1. */
const ZERO_MS = -62_135_596_800_000;

/** Whether a time is Go's zero time, which stands for no time at all. */
export function isZeroTime({ ms, nanos }: Moment): boolean {
  return ms === ZERO_MS && nanos === 0;
}

/** The forms, and how each becomes the first of them. */
const FORMS: readonly (readonly [pattern: RegExp, rfc3339: string])[] = [
  [/^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:[.,]\d+)?(?:Z|[+-]\d\d:\d\d))$/, "$1"],
  [/^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[.,](?:\d{3}|\d{6})[+-]\d\d)(\d\d)$/, "$1:$2"],
  [/^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d(?:[.,]\d+)?)$/, "$1T$2Z"],
  [/^(\d{4}-\d\d-\d\dT\d\d:\d\d)Z?$/, "$1:00Z"],
];

/**
 * A time as upstream's API reads it (strfmt `ParseDateTime`): RFC 3339, also with an offset that has no colon when there are three or six
 * decimals, or with no seconds, or with no offset, which is UTC. An empty text is the beginning of 1970. Throws
 * RangeError with Go's words.
 */
export function parseDateTime(text: string): Moment {
  if (text === "") return utc(0);
  const form = FORMS.find(([pattern]) => pattern.test(text));
  if (form === undefined) throw new RangeError(`parsing time ${goQuote(text)} as "2006-01-02 15:04:05": cannot parse ${goQuote(text)}`);
  try {
    return parseMoment(text.replace(...form));
  } catch (error) {
    throw new RangeError(`parsing time ${goQuote(text)}: ${(error as Error).message}`, { cause: error });
  }
}
