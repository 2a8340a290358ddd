import { expect, test } from "@jest/globals";
import { httpDateSeconds } from "../../../src/probers/http/http-date.ts";

test.each([
  { text: "Sun, 06 Nov 1994 08:49:37 GMT", want: 784_111_777 },
  { text: "Sunday, 06-Nov-94 08:49:37 GMT", want: 784_111_777 },
  { text: "Sun Nov  6 08:49:37 1994", want: 784_111_777 },
  { text: "Friday, 01-Jan-27 00:00:00 GMT", want: 1_798_761_600 },
  { text: "1994-11-06T08:49:37Z", want: undefined },
  { text: "Sun, 6 Nov 1994 08:49:37 GMT", want: undefined },
  { text: "Sun, 06 Nov 1994 08:49:37 CET", want: undefined },
  { text: "0", want: undefined },
  { text: "", want: undefined },
])("$text is $want", ({ text, want }) => {
  expect(httpDateSeconds(text)).toBe(want);
});
