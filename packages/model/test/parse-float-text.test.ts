import { expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { formatFloat, formatFloatE, formatFloatF, formatJsonFloat, parseFloatText } from "../src/index.ts";

test.each([
  { text: "0x1p-2", want: 0.25, why: "hexadecimal" },
  { text: "-0X1.8P+1", want: -3, why: "hexadecimal in capitals" },
  { text: "0x.8p1", want: 1, why: "hexadecimal without a whole part" },
  { text: "0x1.fffffffffffff7fffp1023", want: Number.MAX_VALUE, why: "hexadecimal rounded down to the largest number" },
  { text: "0x1.8p-1075", want: 5e-324, why: "hexadecimal rounded up to the smallest number" },
  { text: "0x1p-1075", want: 0, why: "half of the smallest number, a tie to even" },
  { text: "0x0p99999999999999999999", want: 0, why: "a zero with any exponent" },
  { text: "0x1p-99999999999999", want: 0, why: "an exponent too small" },
  { text: "1e-99999999999999", want: 0, why: "a decimal exponent too small" },
  { text: "1.", want: 1, why: "no digits behind the point" },
  { text: ".5", want: 0.5, why: "no digits before the point" },
  { text: "+1E+5", want: 100_000, why: "signs" },
  { text: "-0", want: -0, why: "a negative zero" },
  { text: "Inf", want: Infinity, why: "Inf" },
  { text: "+inf", want: Infinity, why: "+inf" },
  { text: "-iNFinity", want: -Infinity, why: "infinity in any case" },
  { text: "nAn", want: NaN, why: "NaN in any case" },
])("$why is read: $text", ({ text, want }) => {
  expect(parseFloatText(text)).toBe(want);
});

test.each([
  "",
  " ",
  "1 ",
  " 1",
  "1\n",
  "1,5",
  ".",
  "+",
  "1e",
  "1e+",
  "1_000",
  "0x1_0p0",
  "0x_1p0",
  "0x1",
  "0xp1",
  "0x.p1",
  "0b1",
  "0o7",
  "1f",
  "+nan",
  "-NaN",
  "infinit",
  "Infx",
  "１",
  "1e309",
  "-1e309",
  "0x1p1024",
  "0x1.fffffffffffff8p1023",
  "0x1p99999999999",
  "--1",
  "1e1.5",
  "__proto__",
])("%j is refused", (text) => {
  expect(parseFloatText(text)).toBeUndefined();
});

test("every number is read back from each of its texts", () => {
  fc.assert(
    fc.property(fc.double(), (value) => {
      for (const format of [formatFloat, formatFloatE, formatFloatF, formatJsonFloat]) expect(parseFloatText(format(value))).toBe(value);
    }),
  );
});
