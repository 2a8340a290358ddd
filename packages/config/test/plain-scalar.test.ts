import { expect, test } from "@jest/globals";
import { resolvePlain } from "../src/plain-scalar.ts";

test.each([
  { text: "", want: null },
  { text: "~", want: null },
  { text: "Null", want: null },
  { text: "nULL", want: "nULL" },
  { text: "yes", want: true },
  { text: "Off", want: false },
  { text: "y", want: true },
  { text: "yEs", want: "yEs" },
  { text: "0", want: 0 },
  { text: "+12", want: 12 },
  { text: "1_000", want: 1000 },
  { text: "017", want: 15 },
  { text: "-0o17", want: -15 },
  { text: "0x1F", want: 31 },
  { text: "-0b11", want: -3 },
  { text: "089", want: 89 },
  { text: "1.", want: 1 },
  { text: ".5", want: 0.5 },
  { text: "-1.5e3", want: -1500 },
  { text: "1e3", want: 1000 },
  { text: "-.Inf", want: -Infinity },
  { text: ".nan", want: Number.NaN },
  { text: "1:30", want: "1:30" },
  { text: "2001-01-01", want: "2001-01-01" },
  { text: "1.2.3.4", want: "1.2.3.4" },
  { text: "5m", want: "5m" },
  { text: "0x", want: "0x" },
  { text: "-", want: "-" },
  { text: ".", want: "." },
  { text: "Infinity", want: "Infinity" },
])("$text stands for $want", ({ text, want }) => {
  expect(resolvePlain(text)).toBe(want);
});
