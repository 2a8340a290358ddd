import { mappedField, stringField, type Field } from "@ferula/config";
import { goQuote } from "@ferula/durations";

/** From `begin` to `end`; both count. */
export interface InclusiveRange {
  readonly begin: number;
  readonly end: number;
}

const WEEKDAYS: readonly string[] = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"];

const MONTHS: readonly string[] = "january february march april may june july august september october november december".split(" ");

/** What the members of a range are, and which ranges there are. Both throw what is wrong. */
interface RangeKind {
  readonly member: (text: string) => number;
  readonly check: (range: InclusiveRange) => void;
  readonly show?: (member: number) => string;
}

/** Days of the week by their names, from 0 for Sunday: `monday:friday`. A range does not go on past Saturday. */
export const weekdayRangeField: Field<InclusiveRange> = rangeField({
  member(text) {
    const day = WEEKDAYS.indexOf(text);
    if (day < 0) throw new Error(`${text} is not a valid weekday`);
    return day;
  },
  check({ begin, end }) {
    if (begin > end) throw new Error("start day cannot be before end day");
  },
  show: (day) => WEEKDAYS[day],
});

/** Days of the month: `1:5`. Negative ones count from the end, where -1 is the last. */
export const dayOfMonthRangeField: Field<InclusiveRange> = rangeField({ member: wholeNumber, check: checkDaysOfMonth });

/** Months by their names or numbers, from 1: `january:march`. Upstream takes any number. */
export const monthRangeField: Field<InclusiveRange> = rangeField({
  member(text) {
    const month = MONTHS.indexOf(text) + 1;
    if (month > 0) return month;
    if (!WHOLE_NUMBER.test(text)) throw new Error(`${text} is not a valid month`);
    return Number(text);
  },
  check({ begin, end }) {
    const name = (month: number): string => MONTHS[month - 1] ?? "";
    if (begin > end) throw new Error(`end month ${name(end)} is before start month ${name(begin)}`);
  },
});

/** Years: `2020:2022`. */
export const yearRangeField: Field<InclusiveRange> = rangeField({
  member: wholeNumber,
  check({ begin, end }) {
    if (begin > end) throw new Error(`end year ${end} is before start year ${begin}`);
  },
});

/** A range `begin:end`, or one member alone; case does not count. */
function rangeField({ member, check, show = String }: RangeKind): Field<InclusiveRange> {
  return mappedField(
    stringField(),
    (text, report) => {
      try {
        const [first, last = first, ...more] = text.toLowerCase().split(":");
        if (more.length > 0) throw new Error(`couldn't parse range ${text.toLowerCase()}, invalid format`);
        const range = { begin: member(first), end: member(last) };
        check(range);
        return range;
      } catch (error) {
        report("", (error as Error).message);
        return { begin: 0, end: 0 };
      }
    },
    ({ begin, end }) => (begin === end ? show(begin) : `${show(begin)}:${show(end)}`),
  );
}

const WHOLE_NUMBER = /^[-+]?[0-9]+$/;

function wholeNumber(text: string): number {
  if (!WHOLE_NUMBER.test(text)) throw new Error(`strconv.Atoi: parsing ${goQuote(text)}: invalid syntax`);
  return Number(text);
}

/** A range that is empty in every month, or in some, is refused; the shortest month has 28 days. */
function checkDaysOfMonth({ begin, end }: InclusiveRange): void {
  for (const day of [begin, end])
    if (day === 0 || Math.abs(day) > 31) throw new Error(`${day} is not a valid day of the month: out of range`);
  if (begin < 0 && end > 0) throw new Error("end day must be negative if start day is negative");
  const fromStart = (day: number): number => (day < 0 ? 28 + day : day);
  if (fromStart(begin) > fromStart(end)) throw new Error(`end day ${end} is always before start day ${begin}`);
}
