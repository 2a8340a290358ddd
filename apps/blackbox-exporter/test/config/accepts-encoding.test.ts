import { expect, test } from "@jest/globals";
import { acceptsEncoding } from "../../src/config/accepts-encoding.ts";

test.each([
  { header: "", encoding: "gzip", want: true },
  { header: "br", encoding: "", want: true },
  { header: "br", encoding: "gzip", want: false },
  { header: "br, gzip", encoding: "gzip", want: true },
  { header: "gzip;q=0", encoding: "gzip", want: false },
  { header: "gzip;q=0.0, *", encoding: "gzip", want: true },
  { header: "br, *;q=0.1", encoding: "gzip", want: true },
  { header: "*;q=0", encoding: "gzip", want: false },
  { header: "gzip;q=high", encoding: "gzip", want: false },
  { header: "gzip", encoding: "identity", want: false },
])("'$header' asks for '$encoding': $want", ({ header, encoding, want }) => {
  expect(acceptsEncoding(header, encoding)).toBe(want);
});
