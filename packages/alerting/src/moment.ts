import { formatRfc3339Ms, parseRfc3339 } from "@ferula/durations";

/** A point in time with the offset it was written with: the API gives times back as they were sent. */
export interface Moment {
  /** Whole milliseconds since 1970. */
  readonly ms: number;
  /** What a number of milliseconds can't hold: nanoseconds above `ms`, 0 to 999 999. */
  readonly nanos: number;
  /** `Z` or `+02:00`. */
  readonly zone: string;
}

/** A moment in UTC. */
export function utc(ms: number): Moment {
  return { ms: Math.floor(ms), nanos: 0, zone: "Z" };
}

/** Reads an RFC 3339 time and keeps its offset and its nanoseconds. Throws RangeError. */
export function parseMoment(text: string): Moment {
  // Without the decimals past the third, which could round it up.
  const ms = parseRfc3339(text.replace(/([.,]\d{3})\d+/, "$1"));
  const decimals = /[.,](\d+)/.exec(text)?.[1] ?? "";
  const zone = /[+-]\d\d:\d\d$/.exec(text)?.[0] ?? "Z";
  // An offset of nothing is UTC to Go, and is shown as such.
  return { ms, nanos: Number(decimals.padEnd(9, "0").slice(3, 9)), zone: offsetMs(zone) === 0 ? "Z" : zone };
}

/** A moment with as many decimals as it has, as notifications show it. */
export function formatMoment({ ms, nanos, zone }: Moment): string {
  const below = nanos === 0 ? "" : String(nanos).padStart(6, "0");
  const decimals = `${formatRfc3339Ms(ms + offsetMs(zone)).slice(20, 23)}${below}`.replace(/0+$/, "");
  return `${formatRfc3339Ms(ms + offsetMs(zone)).slice(0, 19)}${decimals === "" ? "" : `.${decimals}`}${zone}`;
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
