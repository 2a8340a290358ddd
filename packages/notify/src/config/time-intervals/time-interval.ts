import { described, listField, mappedField, mappingField, optionalField, stringField, type ConfigOf, type Field } from "@ferula/config";
import { dayOfMonthRangeField, monthRangeField, weekdayRangeField, yearRangeField } from "./ranges.ts";

/** A part of a day in minutes since midnight; the first counts, the last does not. */
export interface TimeRange {
  readonly startMinute: number;
  readonly endMinute: number;
}

const timesField: Field<TimeRange> = mappedField(
  mappingField(
    {
      start_time: described(stringField(), "When it begins, HH:MM."),
      end_time: described(stringField(), "When it has ended, HH:MM; at most 24:00."),
    },
    {
      check({ start_time: start, end_time: end }, report) {
        if (start === "" || end === "") return report("", "both start and end times must be provided");
        for (const [key, time] of [["start_time", start] as const, ["end_time", end] as const])
          if (!TIME.test(time)) report(key, `couldn't parse timestamp ${time}, invalid format`);
        if (minuteOf(start) >= minuteOf(end)) report("", "start time cannot be equal or greater than end time");
      },
    },
  ),
  (range) => ({ startMinute: minuteOf(range.start_time), endMinute: minuteOf(range.end_time) }),
  ({ startMinute, endMinute }) => ({ start_time: timeOf(startMinute), end_time: timeOf(endMinute) }),
);

const TIME = /^(?:(?:[01][0-9]|2[0-3]):[0-5][0-9]|24:00)$/;

function minuteOf(time: string): number {
  const [hours, minutes] = time.split(":");
  return Number(hours) * 60 + Number(minutes);
}

function timeOf(minute: number): string {
  const digits = (part: number): string => String(part).padStart(2, "0");
  return `${digits(Math.floor(minute / 60))}:${digits(minute % 60)}`;
}

/** A time zone by its IANA name, `Local` or `UTC`. Empty is UTC. */
const locationField: Field<string> = mappedField(
  stringField(),
  (name, report) => {
    if (name !== "" && name !== "Local" && !isTimeZone(name)) report("", `unknown time zone ${name}`);
    return name || "UTC";
  },
  (name) => name,
);

function isTimeZone(name: string): boolean {
  // Offsets such as `+02:00` are zones to Intl, and none to Go.
  if (!/^[A-Za-z]/.test(name)) return false;
  try {
    new Intl.DateTimeFormat("en", { timeZone: name }).format();
    return true;
  } catch {
    return false;
  }
}

const shape = {
  times: described(optionalField(listField(timesField)), "Parts of the day."),
  weekdays: described(optionalField(listField(weekdayRangeField)), "Days of the week, such as `monday:friday`."),
  days_of_month: described(optionalField(listField(dayOfMonthRangeField)), "Days such as `1:5`; negative ones count from the month's end."),
  months: described(optionalField(listField(monthRangeField)), "Months by name or number, such as `january:march`."),
  years: described(optionalField(listField(yearRangeField)), "Years such as `2025:2027`."),
  location: described(optionalField(locationField), "The time zone by its IANA name; `Local` is the machine's."),
} as const;

/** Times by several measures, all of which must fit; one that is absent fits any time, an empty list none. UTC without a location. */
export type TimeInterval = ConfigOf<typeof shape>;

/** An entry of `time_intervals` within an interval with a name (timeinterval/timeinterval.go). */
export const timeIntervalField: Field<TimeInterval> = mappingField(shape);
