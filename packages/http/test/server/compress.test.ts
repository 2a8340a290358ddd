import { expect, test } from "@jest/globals";
import { preferredCoding } from "../../src/server/compress.ts";

test.each([
  { why: "nothing is asked for", accepted: "", want: undefined },
  { why: "one is", accepted: "gzip", want: "gzip" },
  { why: "an old name", accepted: "x-gzip", want: "gzip" },
  { why: "capitals", accepted: "GZIP;Q=0.5", want: "gzip" },
  { why: "the other one", accepted: "zstd", want: "zstd" },
  { why: "both as much: the first that is offered", accepted: "zstd, gzip", want: "gzip" },
  { why: "one is liked better", accepted: "gzip;q=0.5, zstd;q=0.9", want: "zstd" },
  { why: "anything", accepted: "*", want: "gzip" },
  { why: "anything but one", accepted: "gzip;q=0, *", want: "zstd" },
  { why: "a weight of none", accepted: "gzip;q=0", want: undefined },
  { why: "another one", accepted: "br, deflate", want: undefined },
  { why: "the answer as it is better", accepted: "gzip;q=0.5, identity", want: undefined },
  { why: "anything but the answer as it is", accepted: "identity;q=0, gzip;q=0.1", want: "gzip" },
  { why: "a weight that is no number", accepted: "gzip;q=much", want: undefined },
])("$why ($accepted): $want", ({ accepted, want }) => {
  expect(preferredCoding(accepted, ["gzip", "zstd"])).toBe(want);
});
