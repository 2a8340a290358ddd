/** The fields of a moment on the clock of a zone. */
export interface CalendarFields {
  readonly year: number;
  /** 1 to 12. */
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly nanosecond: number;
  /** 0 is Sunday. */
  readonly weekday: number;
  /** 1 to 366. */
  readonly yearDay: number;
  readonly offsetSeconds: number;
  readonly abbreviation: string;
}

export const monthNames: readonly string[] = [
  "January",
  "February",
  "March",
  "April",
  "May",
  "June",
  "July",
  "August",
  "September",
  "October",
  "November",
  "December",
];

export const weekdayNames: readonly string[] = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];

/**
 * Every element of a Go layout, which is how the reference time Mon Jan 2 15:04:05 2006 -0700 would be written.
 * The order of alternatives matters: the longest spelling of each comes first.
 */
export const layoutElement: RegExp =
  /January|Jan(?![a-z])|Monday|Mon(?![a-z])|MST|002|0[1-6]|15|1|2006|__2|_2(?!006)|2|3|4|5|PM|pm|[-Z]07:00:00|[-Z]070000|[-Z]07:00|[-Z]0700|[-Z]07|[.,](?:0+|9+)(?!\d)/g;

/** Writes `time` by a Go layout such as `2006-01-02T15:04:05Z07:00`. */
export function formatLayout(time: CalendarFields, layout: string): string {
  return layout.replace(layoutElement, (element) => formatElement(time, element));
}

function formatElement(time: CalendarFields, element: string): string {
  switch (element) {
    case "2006":
      return signedYear(time.year);
    case "06":
      return two(((time.year % 100) + 100) % 100);
    case "January":
      return monthNames[time.month - 1];
    case "Jan":
      return monthNames[time.month - 1].slice(0, 3);
    case "01":
      return two(time.month);
    case "1":
      return String(time.month);
    case "Monday":
      return weekdayNames[time.weekday];
    case "Mon":
      return weekdayNames[time.weekday].slice(0, 3);
    case "02":
      return two(time.day);
    case "_2":
      return String(time.day).padStart(2, " ");
    case "2":
      return String(time.day);
    case "002":
      return String(time.yearDay).padStart(3, "0");
    case "__2":
      return String(time.yearDay).padStart(3, " ");
    case "15":
      return two(time.hour);
    case "03":
      return two(time.hour % 12 || 12);
    case "3":
      return String(time.hour % 12 || 12);
    case "04":
      return two(time.minute);
    case "4":
      return String(time.minute);
    case "05":
      return two(time.second);
    case "5":
      return String(time.second);
    case "PM":
      return time.hour < 12 ? "AM" : "PM";
    case "pm":
      return time.hour < 12 ? "am" : "pm";
    case "MST":
      return time.abbreviation || formatOffset(time.offsetSeconds, time.offsetSeconds % 3600 === 0 ? "-07" : "-0700");
    default:
      return /^[.,]/.test(element) ? formatFraction(time.nanosecond, element) : formatOffset(time.offsetSeconds, element);
  }
}

/** `element` is `.000`, which keeps zeros, or `.999`, which drops them and, when nothing is left, the point too. */
function formatFraction(nanosecond: number, element: string): string {
  const digits = String(nanosecond)
    .padStart(9, "0")
    .slice(0, element.length - 1);
  if (element[1] === "0") return element[0] + digits.padEnd(element.length - 1, "0");
  const kept = digits.replace(/0+$/, "");
  return kept === "" ? "" : element[0] + kept;
}

function formatOffset(offsetSeconds: number, element: string): string {
  if (element.startsWith("Z") && offsetSeconds === 0) return "Z";
  const magnitude = Math.abs(offsetSeconds);
  const separator = element.includes(":") ? ":" : "";
  const digits = element.replaceAll(/\D/g, "").length;
  let text = (offsetSeconds < 0 ? "-" : "+") + two(Math.floor(magnitude / 3600));
  if (digits >= 4) text += separator + two(Math.floor(magnitude / 60) % 60);
  if (digits >= 6) text += separator + two(magnitude % 60);
  return text;
}

function signedYear(year: number): string {
  return year < 0 ? `-${String(-year).padStart(4, "0")}` : String(year).padStart(4, "0");
}

function two(number: number): string {
  return String(number).padStart(2, "0");
}
