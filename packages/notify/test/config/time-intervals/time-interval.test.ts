import { expect, test } from "@jest/globals";
import { printAlertmanagerFile, readAlertmanagerFile, type AlertmanagerFile } from "../../../src/index.ts";

function read(interval: string): AlertmanagerFile {
  const text = `route: { receiver: r }\nreceivers: [ { name: r } ]\ntime_intervals: [ { name: i, time_intervals: [ { ${interval} } ] } ]\n`;
  return readAlertmanagerFile(text, "a.yml").config;
}

test.each<[interval: string, message: string]>([
  ["times: [ { start_time: '09:00' } ]", "both start and end times must be provided"],
  ["times: [ { start_time: '9:00', end_time: '10:00' } ]", "couldn't parse timestamp 9:00, invalid format"],
  ["times: [ { start_time: '09:00', end_time: '24:01' } ]", "couldn't parse timestamp 24:01, invalid format"],
  ["times: [ { start_time: '10:00', end_time: '10:00' } ]", "start time cannot be equal or greater than end time"],
  ["times: [ { start_time: '23:00', end_time: '01:00' } ]", "start time cannot be equal or greater than end time"],
  ["times: [ { start: '23:00' } ]", "field start not found"],
  ["weekdays: [ someday ]", "someday is not a valid weekday"],
  ["weekdays: [ 'friday:monday' ]", "start day cannot be before end day"],
  ["weekdays: [ 'monday:tuesday:friday' ]", "couldn't parse range monday:tuesday:friday, invalid format"],
  ["days_of_month: [ 0 ]", "0 is not a valid day of the month: out of range"],
  ["days_of_month: [ '1:32' ]", "32 is not a valid day of the month: out of range"],
  ["days_of_month: [ '-5:3' ]", "end day must be negative if start day is negative"],
  ["days_of_month: [ '5:3' ]", "end day 3 is always before start day 5"],
  ["days_of_month: [ '28:-5' ]", "end day -5 is always before start day 28"],
  ["days_of_month: [ x ]", 'strconv.Atoi: parsing "x": invalid syntax'],
  ["months: [ 'april:march' ]", "end month march is before start month april"],
  ["months: [ smarch ]", "smarch is not a valid month"],
  ["years: [ '2022:2020' ]", "end year 2020 is before start year 2022"],
  ["years: [ x ]", 'strconv.Atoi: parsing "x": invalid syntax'],
  ["location: Nowhere/Land", "unknown time zone Nowhere/Land"],
  ["location: '+02:00'", "unknown time zone +02:00"],
])("%s is a mistake", (interval, message) => {
  expect(() => read(interval)).toThrow(message);
});

test("an interval is printed as upstream does: days of the week by name, months by number", () => {
  const config = read(
    "times: [ { start_time: '00:00', end_time: '24:00' } ], weekdays: [ 'Monday:FRIDAY', sunday ], days_of_month: [ '1:5', '-3:-1' ], months: [ 'january:3', may ], years: [ 2020, '2022:2024' ], location: Europe/Berlin",
  );
  expect(config.time_intervals[0].time_intervals[0]).toMatchObject({
    times: [{ startMinute: 0, endMinute: 1440 }],
    weekdays: [
      { begin: 1, end: 5 },
      { begin: 0, end: 0 },
    ],
  });
  expect(printAlertmanagerFile(config)).toContain(`  - times:
    - start_time: "00:00"
      end_time: "24:00"
    weekdays:
    - monday:friday
    - sunday
    days_of_month:
    - "1:5"
    - -3:-1
    months:
    - "1:3"
    - "5"
    years:
    - "2020"
    - 2022:2024
    location: Europe/Berlin
`);
});
