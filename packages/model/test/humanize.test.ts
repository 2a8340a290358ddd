import { expect, test } from "@jest/globals";
import { fourDigits, humanize, humanize1024, humanizeDuration, humanizePercentage } from "../src/index.ts";

test.each([
  { value: 0, want: "0" },
  { value: 1, want: "1" },
  { value: 1234567, want: "1.235M" },
  { value: 1000, want: "1k" },
  { value: 999.94, want: "999.9" },
  { value: 0.001, want: "1m" },
  { value: 0.12, want: "120m" },
  { value: -1500, want: "-1.5k" },
  { value: Infinity, want: "+Inf" },
  { value: NaN, want: "NaN" },
])("humanize($value) is $want", ({ value, want }) => {
  expect(humanize(value)).toBe(want);
});

test.each([
  { value: 0, want: "0" },
  { value: 1, want: "1" },
  { value: 1024, want: "1ki" },
  { value: 1048576, want: "1Mi" },
  { value: 1.5 * 2 ** 30, want: "1.5Gi" },
])("humanize1024($value) is $want", ({ value, want }) => {
  expect(humanize1024(value)).toBe(want);
});

test.each([
  { value: 0, want: "0s" },
  { value: 0.012, want: "12ms" },
  { value: 1, want: "1s" },
  { value: 59.5, want: "59.5s" },
  { value: 60, want: "1m 0s" },
  { value: 3661, want: "1h 1m 1s" },
  { value: 86400, want: "1d 0h 0m 0s" },
  { value: -90061, want: "-1d 1h 1m 1s" },
])("humanizeDuration($value) is $want", ({ value, want }) => {
  expect(humanizeDuration(value)).toBe(want);
});

test.each([
  { value: 0.1234, want: "12.34%" },
  { value: 1, want: "100%" },
])("humanizePercentage($value) is $want", ({ value, want }) => {
  expect(humanizePercentage(value)).toBe(want);
});

test.each([
  { value: 12345, want: "1.234e+04" },
  { value: 12355, want: "1.236e+04" },
  { value: 12345.000001, want: "1.235e+04" },
  { value: 999.95, want: "1000" },
  { value: 0.00001234, want: "1.234e-05" },
  { value: -0, want: "-0" },
])("four digits of $value are $want", ({ value, want }) => {
  expect(fourDigits(value)).toBe(want);
});
