import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { compareUtf8, type NameValidation } from "@ferula/model";
import { groupPath, isPushPath, readGroupingKey } from "../../src/url/grouping-key.ts";

describe("a path becomes the labels of a group", () => {
  test.each<[why: string, path: string, want: readonly string[], validation?: NameValidation]>([
    ["a job alone", "/metrics/job/foo", ["job", "foo"]],
    ["labels are sorted", "/metrics/job/foo/z/1/a/2", ["a", "2", "job", "foo", "z", "1"]],
    ["the first job wins", "/metrics/job/foo/job/bar", ["job", "foo"]],
    ["the last of two equal names wins", "/metrics/job/foo/x/1/x/2", ["job", "foo", "x", "2"]],
    ["a slash at the end is nothing", "/metrics/job/foo/", ["job", "foo"]],
    ["an empty value", "/metrics/job/foo/x/", ["job", "foo", "x", ""]],
    ["an encoded job", "/metrics/job@base64/YS9i", ["job", "a/b"]],
    ["an encoded value", "/metrics/job/foo/x@base64/L3Zhcg", ["job", "foo", "x", "/var"]],
    ["padding may be there", "/metrics/job/foo/x@base64/L3Zhcg==", ["job", "foo", "x", "/var"]],
    ["padding alone is empty", "/metrics/job/foo/x@base64/=", ["job", "foo", "x", ""]],
    ["the URL-safe alphabet", "/metrics/job/foo/x@base64/Pz8_P34-", ["job", "foo", "x", "????~>"]],
    ["escaped names need the flag", "/metrics/job/foo/U__a_2e_b/1", ["U__a_2e_b", "1", "job", "foo"]],
    ["escaped names", "/metrics/job/foo/U__a_2e_b__c/1", ["a.b_c", "1", "job", "foo"], "utf8"],
    ["escaped names with encoded values", "/metrics/job/foo/U___e9_@base64/YQ", ["job", "foo", "é", "a"], "utf8"],
    ["a broken escape stays", "/metrics/job/foo/U__a_zz_/1", ["U__a_zz_", "1", "job", "foo"], "utf8"],
    ["names as they are", "/metrics/job/foo/a.b/1", ["a.b", "1", "job", "foo"], "utf8"],
  ])("%s", (_why, path, want, validation = "legacy") => {
    expect(readGroupingKey(path, validation)).toEqual(want);
  });

  test.each<[path: string, reason: string, validation?: NameValidation]>([
    ["/metrics/job/foo/x", 'odd number of components in label string "/x"'],
    ["/metrics/job/foo/x/y/z", 'odd number of components in label string "/x/y/z"'],
    ["/metrics/job/foo/__x/y", 'improper label name "__x"'],
    ["/metrics/job/foo/x-y/z", 'improper label name "x-y"'],
    ["/metrics/job/foo/U______x/y", 'improper label name "U______x"', "utf8"],
    ["/metrics/job@base64/=", "job name is required"],
    ["/metrics/job@base64/=/x", 'odd number of components in label string "/x"'],
    ["/metrics/job@base64/_w", 'invalid base64 encoding in job name "_w": the decoded bytes are not UTF-8'],
    ["/metrics/job/foo/x@base64/YWL_", 'invalid base64 encoding for label x="YWL_": the decoded bytes are not UTF-8'],
    ["/metrics/job/foo/U__x_2e_y@base64/_w", 'invalid base64 encoding for label U__x_2e_y="_w": the decoded bytes are not UTF-8', "utf8"],
    ["/metrics/job@base64/*", 'invalid base64 encoding in job name "*": illegal base64 data at input byte 0'],
    ["/metrics/job/foo/x@base64/a+b", 'invalid base64 encoding for label x="a+b": illegal base64 data at input byte 1'],
    ["/metrics/job/foo/x@base64/abcde", 'invalid base64 encoding for label x="abcde": illegal base64 data at input byte 4'],
    ["/metrics", 'not a path to push to: "/metrics"'],
  ])("%s is refused", (path, reason, validation = "legacy") => {
    expect(() => readGroupingKey(path, validation)).toThrow(reason);
  });
});

test("only paths with a job are pushed to", () => {
  expect(["/metrics/job/a", "/metrics/job@base64/a", "/metrics/job/a/b/c", "/metrics/job/a\n"].map(isPushPath)).toEqual([
    true,
    true,
    true,
    true,
  ]);
  expect(["/metrics", "/metrics/job", "/metrics/job/", "/metrics/jobs/a", "/x/metrics/job/a"].map(isPushPath)).toEqual(
    Array(5).fill(false),
  );
});

test("the path of a group leads back to it, whatever its labels hold", () => {
  const text = fc.string({ unit: "grapheme", maxLength: 8 });
  const name = text.filter((one) => one !== "" && one !== "job" && !one.startsWith("__"));
  fc.assert(
    fc.property(
      text.filter((job) => job !== ""),
      fc.dictionary(name, text, { maxKeys: 4 }),
      (job, others) => {
        const labels = [...Object.entries(others), ["job", job] as const].sort(([a], [b]) => compareUtf8(a, b)).flat();
        expect(readGroupingKey(`/${groupPath(labels, "utf8")}`, "utf8")).toEqual(labels);
      },
    ),
    { numRuns: 300 },
  );
});
