import { expect, test } from "@jest/globals";
import { isLegacyLabelName, isLegacyMetricName, isUtf8Name, isValidLabelName, isValidLabelValue, isValidMetricName } from "../src/index.ts";

test.each([
  { name: "up", metric: true, label: true, utf8: true },
  { name: "_a9", metric: true, label: true, utf8: true },
  { name: "ns:rule", metric: true, label: false, utf8: true },
  { name: ":", metric: true, label: false, utf8: true },
  { name: "9a", metric: false, label: false, utf8: true },
  { name: "a-b", metric: false, label: false, utf8: true },
  { name: "a b\n", metric: false, label: false, utf8: true },
  { name: "é", metric: false, label: false, utf8: true },
  { name: "\u{1F525}", metric: false, label: false, utf8: true },
  { name: "up\n", metric: false, label: false, utf8: true },
  { name: "", metric: false, label: false, utf8: false },
  { name: "a\ud800", metric: false, label: false, utf8: false },
])("$name: legacy metric name $metric, legacy label name $label, UTF-8 name $utf8", ({ name, metric, label, utf8 }) => {
  expect([isLegacyMetricName(name), isValidMetricName(name, "legacy")]).toEqual([metric, metric]);
  expect([isLegacyLabelName(name), isValidLabelName(name, "legacy")]).toEqual([label, label]);
  expect([isUtf8Name(name), isValidMetricName(name), isValidLabelName(name)]).toEqual([utf8, utf8, utf8]);
});

test("a label value may be any text that UTF-8 can carry", () => {
  expect(["", "a\0\u{1F525}", "\udc00"].map((value) => isValidLabelValue(value))).toEqual([true, true, false]);
});
