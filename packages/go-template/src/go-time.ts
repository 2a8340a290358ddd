import { GoDuration } from "./go-duration.ts";
import { type CalendarFields, formatLayout, monthNames, weekdayNames } from "./time-layout.ts";
import type { Meter } from "./meter.ts";
import { defineType, goFunction, type TypeSpec, Typed } from "./values.ts";
import { fixedZone, ianaZone, localZone, utcZone, type Zone } from "./zones.ts";

const NS_PER_MS = 1_000_000n;
const NS_PER_SECOND = 1_000_000_000n;
/** Steps that a look at the calendar and clock of a zone is worth. */
export const STEPS_OF_CALENDAR = 32;

const RFC3339_NANO = "2006-01-02T15:04:05.999999999Z07:00";

/** Milliseconds of 0001-01-01T00:00:00Z, Go's zero time. */
const ZERO_TIME_MS = -62_135_596_800_000;

/** A `time.Time`: an instant and the zone in which it is shown. */
export class GoTime extends Typed {
  /** Milliseconds since 1970-01-01T00:00:00Z, rounded down. */
  readonly epochMs: number;
  /** Nanoseconds above `epochMs`, 0 to 999 999. */
  readonly nanos: number;
  readonly zone: Zone;
  constructor(epochMs: number, nanos = 0, zone: Zone = utcZone) {
    super();
    this.epochMs = epochMs;
    this.nanos = nanos;
    this.zone = zone;
  }
  goType(): TypeSpec<never> {
    return timeSpec as TypeSpec<never>;
  }
}

/** An instant in UTC; a fraction of a millisecond is kept to the nanosecond. */
export function timeOfMs(epochMs: number): GoTime {
  const whole = Math.floor(epochMs);
  return new GoTime(whole, Math.min(999_999, Math.round((epochMs - whole) * 1e6)));
}

/** An instant in UTC by its nanoseconds since 1970. */
export function timeOfNs(epochNs: bigint, zone: Zone = utcZone): GoTime {
  const ms = epochNs / NS_PER_MS - (epochNs % NS_PER_MS < 0n ? 1n : 0n);
  return new GoTime(Number(ms), Number(epochNs - ms * NS_PER_MS), zone);
}

/** Go's zero time, for which `IsZero` holds. */
export const zeroTime: GoTime = new GoTime(ZERO_TIME_MS);

/**
 * The same instant shown in another zone: an IANA name, "UTC", "Local", or an offset in seconds east.
 * Throws RangeError for an unknown name.
 */
export function timeInZone(time: GoTime, zone: string | number, meter?: Meter): GoTime {
  if (typeof zone === "number") return new GoTime(time.epochMs, time.nanos, fixedZone("", zone, ""));
  return new GoTime(time.epochMs, time.nanos, zone === "Local" ? localZone() : ianaZone(zone, meter));
}

/** Writes a time by a Go layout. */
export function formatTime(time: GoTime, layout: string): string {
  return formatLayout(calendarFields(time), layout);
}

/** What calendar and clock of the time's zone show. */
export function calendarFields(time: GoTime): CalendarFields {
  const { offsetSeconds, abbreviation } = time.zone.at(time.epochMs);
  const wall = new Date(time.epochMs + offsetSeconds * 1000);
  const year = wall.getUTCFullYear();
  const firstDay = new Date(0);
  firstDay.setUTCFullYear(year, 0, 1);
  return {
    year,
    month: wall.getUTCMonth() + 1,
    day: wall.getUTCDate(),
    hour: wall.getUTCHours(),
    minute: wall.getUTCMinutes(),
    second: wall.getUTCSeconds(),
    nanosecond: wall.getUTCMilliseconds() * 1_000_000 + time.nanos,
    weekday: wall.getUTCDay(),
    yearDay: Math.floor((wall.getTime() - firstDay.getTime()) / 86_400_000) + 1,
    offsetSeconds,
    abbreviation,
  };
}

const goMonth = defineType<number>({
  type: "time.Month",
  underlying: (month) => month,
  text: (month) => monthNames[month - 1],
  methods: { String: goFunction({ params: [], call: (month: number) => monthNames[month - 1] }) },
});

const goWeekday = defineType<number>({
  type: "time.Weekday",
  underlying: (weekday) => weekday,
  text: (weekday) => weekdayNames[weekday],
  methods: { String: goFunction({ params: [], call: (weekday: number) => weekdayNames[weekday] }) },
});

const goLocation = defineType<Zone>({
  type: "*time.Location",
  text: (zone) => zone.name,
  methods: { String: goFunction({ params: [], call: (zone: Zone) => zone.name }) },
});

const timeSpec: TypeSpec<GoTime> = {
  type: "time.Time",
  text: timeText,
  json: (self) => formatTime(self, RFC3339_NANO),
  methods: {
    Format: goFunction({ params: ["string"], steps: STEPS_OF_CALENDAR, call: formatTime }),
    String: goFunction({ params: [], steps: STEPS_OF_CALENDAR, call: timeText }),
    UTC: goFunction({ params: [], call: (self: GoTime) => new GoTime(self.epochMs, self.nanos) }),
    Local: goFunction({ params: [], steps: STEPS_OF_CALENDAR, call: (self: GoTime) => timeInZone(self, "Local") }),
    Location: goFunction({ params: [], call: (self: GoTime) => goLocation(self.zone) }),
    Unix: goFunction({ params: [], call: (self: GoTime) => BigInt(Math.floor(self.epochMs / 1000)) }),
    UnixMilli: goFunction({ params: [], call: (self: GoTime) => BigInt(self.epochMs) }),
    UnixMicro: goFunction({ params: [], call: (self: GoTime) => BigInt(self.epochMs) * 1000n + BigInt(Math.floor(self.nanos / 1000)) }),
    UnixNano: goFunction({ params: [], call: (self: GoTime) => BigInt.asIntN(64, epochNs(self)) }),
    Add: goFunction({
      params: ["time.Duration"],
      call: (self: GoTime, by: GoDuration) => timeOfNs(epochNs(self) + by.nanoseconds, self.zone),
    }),
    AddDate: goFunction({ params: ["int", "int", "int"], steps: STEPS_OF_CALENDAR, call: addDate }),
    Sub: goFunction({ params: ["time.Time"], call: (self: GoTime, other: GoTime) => clampedDuration(epochNs(self) - epochNs(other)) }),
    Before: goFunction({ params: ["time.Time"], call: (self: GoTime, other: GoTime) => compareTimes(self, other) < 0 }),
    After: goFunction({ params: ["time.Time"], call: (self: GoTime, other: GoTime) => compareTimes(self, other) > 0 }),
    Equal: goFunction({ params: ["time.Time"], call: (self: GoTime, other: GoTime) => compareTimes(self, other) === 0 }),
    Compare: goFunction({ params: ["time.Time"], call: compareTimes }),
    IsZero: goFunction({ params: [], call: (self: GoTime) => self.epochMs === ZERO_TIME_MS && self.nanos === 0 }),
    Truncate: goFunction({ params: ["time.Duration"], call: (self: GoTime, unit: GoDuration) => toMultiple(self, unit, 0n) }),
    Round: goFunction({
      params: ["time.Duration"],
      call: (self: GoTime, unit: GoDuration) => toMultiple(self, unit, (unit.nanoseconds + 1n) / 2n),
    }),
    Year: goFunction({ params: [], steps: STEPS_OF_CALENDAR, call: (self: GoTime) => calendarFields(self).year }),
    Month: goFunction({ params: [], steps: STEPS_OF_CALENDAR, call: (self: GoTime) => goMonth(calendarFields(self).month) }),
    Day: goFunction({ params: [], steps: STEPS_OF_CALENDAR, call: (self: GoTime) => calendarFields(self).day }),
    Weekday: goFunction({ params: [], steps: STEPS_OF_CALENDAR, call: (self: GoTime) => goWeekday(calendarFields(self).weekday) }),
    YearDay: goFunction({ params: [], steps: STEPS_OF_CALENDAR, call: (self: GoTime) => calendarFields(self).yearDay }),
    Hour: goFunction({ params: [], steps: STEPS_OF_CALENDAR, call: (self: GoTime) => calendarFields(self).hour }),
    Minute: goFunction({ params: [], steps: STEPS_OF_CALENDAR, call: (self: GoTime) => calendarFields(self).minute }),
    Second: goFunction({ params: [], steps: STEPS_OF_CALENDAR, call: (self: GoTime) => calendarFields(self).second }),
    Nanosecond: goFunction({ params: [], steps: STEPS_OF_CALENDAR, call: (self: GoTime) => calendarFields(self).nanosecond }),
  },
};

function timeText(time: GoTime): string {
  return formatTime(time, "2006-01-02 15:04:05.999999999 -0700 MST");
}

function epochNs(time: GoTime): bigint {
  return BigInt(time.epochMs) * NS_PER_MS + BigInt(time.nanos);
}

function compareTimes(a: GoTime, b: GoTime): number {
  return Math.sign(a.epochMs - b.epochMs || a.nanos - b.nanos);
}

function clampedDuration(nanoseconds: bigint): GoDuration {
  const max = 2n ** 63n - 1n;
  if (nanoseconds > max) return new GoDuration(max);
  return new GoDuration(nanoseconds < -max - 1n ? -max - 1n : nanoseconds);
}

/** Multiples are counted from the zero time, as Go counts them; `bias` of half a unit rounds halves up. */
function toMultiple(time: GoTime, unit: GoDuration, bias: bigint): GoTime {
  const step = unit.nanoseconds;
  if (step <= 0n) return time;
  const zeroNs = BigInt(ZERO_TIME_MS) * NS_PER_MS;
  const since = epochNs(time) - zeroNs;
  const rest = ((since % step) + step) % step;
  return timeOfNs(epochNs(time) - rest + (bias > 0n && rest >= bias ? step : 0n), time.zone);
}

function addDate(time: GoTime, years: number, months: number, days: number): GoTime {
  const { offsetSeconds } = time.zone.at(time.epochMs);
  const wall = new Date(time.epochMs + offsetSeconds * 1000);
  wall.setUTCFullYear(wall.getUTCFullYear() + years, wall.getUTCMonth() + months, wall.getUTCDate() + days);
  return wallTime(wall.getTime(), time.nanos, time.zone);
}

/** The instant at which a clock of `zone` shows `wallMs` (milliseconds as if the clock were in UTC). */
export function wallTime(wallMs: number, nanos: number, zone: Zone): GoTime {
  const guess = wallMs - zone.at(wallMs).offsetSeconds * 1000;
  return new GoTime(wallMs - zone.at(guess).offsetSeconds * 1000, nanos, zone);
}

/** Nanoseconds since 1970 of a time, exact. */
export function unixNanos(time: GoTime): bigint {
  return epochNs(time);
}

/** Seconds and the rest in nanoseconds, as `time.Unix(sec, nsec)` takes them. */
export function timeOfUnix(seconds: bigint, nanoseconds: bigint): GoTime {
  return timeOfNs(seconds * NS_PER_SECOND + nanoseconds);
}
