import { expect, test } from "@jest/globals";
import { containsTime, readAlertmanagerFile, type TimeInterval } from "../../../src/index.ts";

function intervalOf(interval: string): TimeInterval {
  const text = `route: { receiver: r }\nreceivers: [ { name: r } ]\ntime_intervals: [ { name: i, time_intervals: [ { ${interval} } ] } ]\n`;
  return readAlertmanagerFile(text, "a.yml").config.time_intervals[0].time_intervals[0];
}

test.each<[interval: string, time: string, isIn: boolean, why: string]>([
  ["", "2020-01-01T00:00:00Z", true, "no measure fits every time"],
  ["times: []", "2020-01-01T00:00:00Z", false, "an empty list fits none"],
  ["times: [ { start_time: '09:00', end_time: '17:00' } ]", "2020-07-10T09:00:00Z", true, "the start counts"],
  ["times: [ { start_time: '09:00', end_time: '17:00' } ]", "2020-07-10T08:59:59Z", false, "what is before does not"],
  ["times: [ { start_time: '09:00', end_time: '17:00' } ]", "2020-07-10T17:00:00Z", false, "the end does not"],
  ["times: [ { start_time: '09:00', end_time: '24:00' } ]", "2020-07-10T23:59:59Z", true, "a day ends at 24:00"],
  ["weekdays: [ 'monday:friday' ]", "2020-07-10T12:00:00Z", true, "a Friday"],
  ["weekdays: [ 'monday:friday' ]", "2020-07-11T12:00:00Z", false, "a Saturday"],
  ["months: [ 'june:august' ]", "2020-08-31T12:00:00Z", true, "both ends of months count"],
  ["months: [ 13 ]", "2020-08-31T12:00:00Z", false, "a month that there is not"],
  ["years: [ '2020:2021' ]", "2022-01-01T00:00:00Z", false, "a year behind"],
  ["days_of_month: [ '-1' ]", "2020-02-29T12:00:00Z", true, "the last day of a leap year's February"],
  ["days_of_month: [ '-1' ]", "2021-02-28T12:00:00Z", true, "the last day of another February"],
  ["days_of_month: [ '-1' ]", "2021-03-30T12:00:00Z", false, "the last but one, in a month with a change of clocks"],
  ["days_of_month: [ '31' ]", "2021-06-30T12:00:00Z", false, "a day that June doesn't have is not its last"],
  ["days_of_month: [ '25:31' ]", "2021-06-30T12:00:00Z", true, "an end behind the month goes to its last day"],
  ["days_of_month: [ '-31:-30' ]", "2021-02-01T12:00:00Z", false, "days before the month's first"],
  ["days_of_month: [ '-31:-28' ]", "2021-02-01T12:00:00Z", true, "from before the month to its first"],
  [
    "months: [ march ], days_of_month: [ '-1' ], location: Europe/Berlin",
    "2021-03-31T20:00:00Z",
    true,
    "the last day of a month of 743 hours",
  ],
  ["times: [ { start_time: '09:00', end_time: '10:00' } ], location: Europe/Berlin", "2021-01-10T08:30:00Z", true, "winter time"],
  ["times: [ { start_time: '09:00', end_time: '10:00' } ], location: Europe/Berlin", "2021-07-10T07:30:00Z", true, "summer time"],
  ["weekdays: [ monday ], location: Asia/Tokyo", "2021-07-11T16:00:00Z", true, "a Monday there, a Sunday in UTC"],
  [
    "weekdays: [ sunday ], times: [ { start_time: '00:00', end_time: '24:00' } ]",
    "2021-07-12T00:00:00Z",
    false,
    "midnight is the next day",
  ],
])("{ %s } and %s: %s, %s", (interval, time, isIn) => {
  expect(containsTime(intervalOf(interval), Date.parse(time))).toBe(isIn);
});

test("Local is the zone of the machine", () => {
  const noon = new Date(2021, 6, 10, 12, 0);
  expect(containsTime(intervalOf("times: [ { start_time: '12:00', end_time: '12:01' } ], location: Local"), noon.getTime())).toBe(true);
});
