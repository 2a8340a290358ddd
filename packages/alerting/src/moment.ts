import { formatRfc3339, formatRfc3339Ms, parseRfc3339 } from "@ferula/durations";

/** A point in time with the offset it was written with: the API gives times back as they were sent. */
export interface Moment {
  readonly ms: number;
  /** `Z` or `+02:00`. */
  readonly zone: string;
}

/** A moment in UTC. */
export function utc(ms: number): Moment {
  return { ms, zone: "Z" };
}

/** Reads an RFC 3339 time and keeps its offset. Throws RangeError. */
export function parseMoment(text: string): Moment {
  return { ms: parseRfc3339(text), zone: /[+-]\d\d:\d\d$/.exec(text)?.[0] ?? "Z" };
}

/** A moment with as many decimals as it has, as notifications show it. */
export function formatMoment({ ms, zone }: Moment): string {
  return formatRfc3339(ms + offsetMs(zone)).replace(/Z$/, zone);
}

/** A moment with three decimals, as the API shows it. */
export function formatMomentMs({ ms, zone }: Moment): string {
  return formatRfc3339Ms(ms + offsetMs(zone)).replace(/Z$/, zone);
}

/** Milliseconds east of UTC. */
export function offsetMs(zone: string): number {
  const match = /^([+-])(\d\d):(\d\d)$/.exec(zone);
  if (match === null) return 0;
  const minutes = Number(match[2]) * 60 + Number(match[3]);
  return (match[1] === "-" ? -minutes : minutes) * 60_000;
}
