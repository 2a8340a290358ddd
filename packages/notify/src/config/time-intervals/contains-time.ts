import type { InclusiveRange } from "./ranges.ts";
import type { TimeInterval } from "./time-interval.ts";

/** A moment as a clock and a calendar on the wall show it. */
interface WallTime {
  readonly year: number;
  /** From 1. */
  readonly month: number;
  readonly day: number;
  /** 0 is Sunday. */
  readonly weekday: number;
  /** Since midnight. */
  readonly minute: number;
}

/** Whether a time lies in an interval. */
export function containsTime(interval: TimeInterval, timeMs: number): boolean {
  const { year, month, day, weekday, minute } = wallTime(timeMs, interval.location ?? "UTC");
  const { times, weekdays, days_of_month: days, months, years } = interval;
  return (
    (times === undefined || times.some(({ startMinute, endMinute }) => minute >= startMinute && minute < endMinute)) &&
    (days === undefined || days.some((range) => isWithin(day, fromMonthStart(range, daysInMonth(year, month))))) &&
    (months === undefined || months.some((range) => isWithin(month, range))) &&
    (weekdays === undefined || weekdays.some((range) => isWithin(weekday, range))) &&
    (years === undefined || years.some((range) => isWithin(year, range)))
  );
}

function isWithin(value: number, { begin, end }: InclusiveRange): boolean {
  return value >= begin && value <= end;
}

/** A range that starts behind the month's end is empty; one that only ends there goes to the last day. */
function fromMonthStart({ begin, end }: InclusiveRange, days: number): InclusiveRange {
  const fromStart = (day: number): number => (day < 0 ? days + day + 1 : day);
  return { begin: fromStart(begin), end: fromStart(end) };
}

function daysInMonth(year: number, month: number): number {
  return new Date(Date.UTC(year, month, 0)).getUTCDate();
}

function wallTime(timeMs: number, location: string): WallTime {
  const shown = clockOf(location).formatToParts(timeMs);
  const part = (type: Intl.DateTimeFormatPartTypes): number => Number(shown.find((one) => one.type === type)?.value);
  const [year, month, day] = [part("year"), part("month"), part("day")];
  const weekday = new Date(Date.UTC(year, month - 1, day)).getUTCDay();
  return { year, month, day, weekday, minute: part("hour") * 60 + part("minute") };
}

/** To make one costs far more than to use it, and a configuration names few. */
const clocks = new Map<string, Intl.DateTimeFormat>();

function clockOf(location: string): Intl.DateTimeFormat {
  const known = clocks.get(location);
  if (known !== undefined) return known;
  const clock = new Intl.DateTimeFormat("en-US", {
    // Without a zone it is that of the machine.
    ...(location === "Local" ? {} : { timeZone: location }),
    calendar: "gregory",
    numberingSystem: "latn",
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
  });
  clocks.set(location, clock);
  return clock;
}
