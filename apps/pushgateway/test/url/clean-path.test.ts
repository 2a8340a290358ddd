import { expect, test } from "@jest/globals";
import { cleanPath, encodePath } from "../../src/url/clean-path.ts";

test.each([
  ["/metrics", "/metrics"],
  ["//metrics", "/metrics"],
  ["/metrics/", "/metrics/"],
  ["/metrics//", "/metrics/"],
  ["/a/./b", "/a/b"],
  ["/a/../b", "/b"],
  ["/../b", "/b"],
  ["/a/..", "/"],
  ["", "/"],
])("%j is cleaned to %j", (path, want) => {
  expect(cleanPath(path)).toBe(want);
});

test("a decoded path is encoded part by part", () => {
  expect(encodePath("/metrics/job/a b/x/é?")).toBe("/metrics/job/a%20b/x/%C3%A9%3F");
});
