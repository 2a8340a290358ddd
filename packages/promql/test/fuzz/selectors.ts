import fc from "fast-check";
import { oneOf, phrase, some, type Text } from "./phrase.ts";

const names = oneOf(
  "gauge gauge odd odd counter_total counter_total single empty same_one size_bucket size_bucket wait wait level strange strange own own mixed mixed mixed target_info build_info none",
);
const matcher = oneOf([
  'job="a"',
  'job!="a"',
  'job=~"a|b"',
  'instance="0"',
  'instance!~"[01]"',
  'instance=""',
  '"é"!=""',
  'le=~".+"',
  'data="x"',
  '__name__=~".*o.*"',
]);
const several = oneOf(['{__name__=~".+"}', '{__name__=~"same_.*"}', '{__name__=~"wait|gauge"}', '{job="a"}', '{"a name.é"}']);
const series = fc.oneof(
  { arbitrary: names, weight: 8 },
  { arbitrary: phrase`${names}{${some(matcher, 0, 2, ",")}}`, weight: 2 },
  { arbitrary: several, weight: 1 },
);

const plainDurations = oneOf("15s 1m 1m 1m 2m 5m 5m 5m 47s 2m30s 10m 10m 1s 1h 30 90.5 0x3c");
const hugeDurations = oneOf("1ms 1y 100y 292y 1e9 9e9 0.0004");
const reckonedDurations = oneOf([
  "(step() * 3)",
  "(range() / 2 + 1m)",
  "(1m * 2 - 3)",
  "min_of(1m, step() + 1s)",
  "max_of(range(), 30s)",
  "(1m ^ 2)",
  "(1m % 0)",
  "(1h / 7)",
]);
const duration = fc.oneof(
  { arbitrary: plainDurations, weight: 24 },
  { arbitrary: hugeDurations, weight: 1 },
  { arbitrary: reckonedDurations, weight: 1 },
);

const time = oneOf("0 60 60 120.5 120.5 300 300 450 599.999 599.999 -30 -1e9 1e9 9223372036854775 -9223372036854775 start() end() NaN");
const offset = phrase` offset ${oneOf(["", "-"])}${duration}`;
const at = phrase` @ ${time}`;
const modifiers = fc.oneof({ arbitrary: phrase``, weight: 24 }, offset, at, phrase`${at}${offset}`);
const extension = fc.oneof({ arbitrary: phrase``, weight: 20 }, oneOf([" anchored", " smoothed"]));

/** Instant selectors of every kind of series. */
export const selector: Text = phrase`${series}${fc.oneof({ arbitrary: phrase``, weight: 20 }, fc.constant(" smoothed"))}${modifiers}`;

/** Histograms of every kind, without a range or anything behind. */
export const histogramSelector: Text = phrase`${oneOf("size_bucket size_bucket wait wait level strange own mixed")}${oneOf(["", "", '{job="a"}', '{job!="d"}'])}`;

/** Range selectors. */
export const range: Text = phrase`${series}[${duration}]${extension}${modifiers}`;

/** Range selectors that some functions of counters take. */
export const extendedRange: Text = phrase`${names}[${plainDurations}]${oneOf([" anchored", " smoothed"])}${modifiers}`;

/** What makes a range of a vector. */
export const subqueryWindow: Text = phrase`[${duration}:${fc.oneof(phrase``, duration)}]${modifiers}`;
