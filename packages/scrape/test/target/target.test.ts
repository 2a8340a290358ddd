import { describe, expect, test } from "@jest/globals";
import { formatLabels, labelsOf, type Labels } from "@ferula/model";
import { offsetMs, targetsOfGroup } from "../../src/target/target.ts";
import { job } from "../support.ts";

function targets(yaml: string, entry: Record<string, string>, labels: Record<string, string> = {}) {
  return targetsOfGroup(
    { source: "file:0", targets: [labelsOf(entry)], labels: labelsOf(labels) },
    job(`job_name: j\nscrape_timeout: 10s\n${yaml}`),
  );
}

describe("the URL of a target", () => {
  test.each([
    { why: "is that of the job", yaml: "", entry: {}, want: "http://host:9100/metrics" },
    { why: "keeps an address without a port as it is", yaml: "", entry: { __address__: "host" }, want: "http://host/metrics" },
    { why: "takes a last label that is a number", yaml: "", entry: { __address__: "web.1:9090" }, want: "http://web.1:9090/metrics" },
    { why: "leaves a short address alone", yaml: "", entry: { __address__: "127.1:80" }, want: "http://127.1:80/metrics" },
    { why: "takes any port", yaml: "", entry: { __address__: "host:99999" }, want: "http://host:99999/metrics" },
    { why: "takes a zone", yaml: "", entry: { __address__: "[fe80::1%eth0]:1" }, want: "http://[fe80::1%25eth0]:1/metrics" },
    { why: "makes no user of a host", yaml: "", entry: { __address__: "u:p@host" }, want: "http://u:p%40host/metrics" },
    { why: "makes no query of a host", yaml: "", entry: { __address__: "a?b#c d" }, want: "http://a%3Fb%23c%20d/metrics" },
    {
      why: "has the path and the scheme of the job",
      yaml: "scheme: https\nmetrics_path: probe",
      entry: {},
      want: "https://host:9100/probe",
    },
    {
      why: "has those of the entry first",
      yaml: "scheme: https",
      entry: { __scheme__: "http", __metrics_path__: "/x" },
      want: "http://host:9100/x",
    },
    { why: "has parameters in order", yaml: "params: {b: [1, 2], a: ['x y']}", entry: {}, want: "http://host:9100/metrics?a=x+y&b=1&b=2" },
    {
      why: "has a parameter that relabelling set, for the first value",
      yaml: "params: {b: [1, 2]}",
      entry: { __param_b: "9", __param_c: "3" },
      want: "http://host:9100/metrics?b=9&b=2&c=3",
    },
    {
      why: "takes a question mark in the path for one of its characters",
      yaml: "metrics_path: /m?a=1#b",
      entry: {},
      want: "http://host:9100/m%3Fa=1%23b",
    },
    {
      why: "escapes parameters as Go does",
      yaml: `params: {'match[]': ['{__name__=~"job:.*"}', "a!'()-_.+%&="]}`,
      entry: {},
      want: "http://host:9100/metrics?match%5B%5D=%7B__name__%3D~%22job%3A.%2A%22%7D&match%5B%5D=a%21%27%28%29-_.%2B%25%26%3D",
    },
    {
      why: "escapes the path as Go does",
      yaml: "metrics_path: /a(b)*!'~$&+,:;=@c",
      entry: {},
      want: "http://host:9100/a%28b%29%2A%21%27~$&+,:;=@c",
    },
    {
      why: "has no path where relabelling took it away",
      yaml: "relabel_configs: [{action: labeldrop, regex: __metrics_path__}]",
      entry: {},
      want: "http://host:9100",
    },
    { why: "may be of an IPv6 address", yaml: "", entry: { __address__: "[::1]:9100" }, want: "http://[::1]:9100/metrics" },
  ])("$why", ({ yaml, entry, want }) => {
    expect(targets(yaml, { __address__: "host:9100", ...entry }).targets.map(({ url }) => url)).toEqual([want]);
  });
});

describe("the labels of a target", () => {
  const check = (yaml: string, entry: Record<string, string>, group: Record<string, string> = {}): string[] =>
    targets(yaml, { __address__: "host", ...entry }, group).targets.map(({ labels }) => formatLabels(labels));

  test.each([
    { why: "are job and instance", yaml: "", entry: {}, group: {}, want: '{instance="host", job="j"}' },
    {
      why: "are those of the group, too; those with underscores are not",
      yaml: "",
      entry: {},
      group: { dc: "eu", __meta_x: "1" },
      want: '{dc="eu", instance="host", job="j"}',
    },
    {
      why: "are the entry's over the group's over the job's",
      yaml: "",
      entry: { dc: "us" },
      group: { dc: "eu", job: "k" },
      want: '{dc="us", instance="host", job="k"}',
    },
    {
      why: "have a name that relabelling makes only where the job's scheme has it",
      yaml: "metric_name_validation_scheme: legacy\nrelabel_configs: [{source_labels: [x], target_label: $1}]",
      entry: { x: "a.b" },
      group: {},
      want: '{instance="host", job="j", x="a.b"}',
    },
    {
      why: "have a name of any kind that relabelling makes",
      yaml: "relabel_configs: [{source_labels: [x], target_label: $1}]",
      entry: { x: "a.b" },
      group: {},
      want: '{"a.b"="a.b", instance="host", job="j", x="a.b"}',
    },
    { why: "keep an instance of their own", yaml: "", entry: { instance: "i" }, group: {}, want: '{instance="i", job="j"}' },
    {
      why: "can be made by relabelling",
      yaml: "relabel_configs: [{source_labels: [__meta_name], target_label: name}, {target_label: __address__, replacement: 'other:1'}]",
      entry: {},
      group: { __meta_name: "n" },
      want: '{instance="other:1", job="j", name="n"}',
    },
  ])("$why", ({ yaml, entry, group, want }) => {
    expect(check(yaml, entry, group)).toEqual([want]);
  });
});

test("what relabelling drops is shown with the labels it had", () => {
  const { targets: kept, dropped } = targets(
    "relabel_configs: [{action: drop, source_labels: [dc], regex: eu}]",
    { __address__: "host" },
    { dc: "eu" },
  );
  expect(kept).toEqual([]);
  expect(dropped.map(({ discoveredLabels }) => formatLabels(discoveredLabels))).toEqual([
    '{__address__="host", __always_scrape_classic_histograms__="false", __convert_classic_histograms_to_nhcb__="false", __metrics_path__="/metrics", __scheme__="http", __scrape_interval__="15s", __scrape_native_histograms__="false", __scrape_timeout__="10s", dc="eu", job="j"}',
  ]);
});

describe("an entry makes no target", () => {
  test.each([
    { why: "no address", entry: { __address__: "" } },
    { why: '"http://host" is not a valid hostname', entry: { __address__: "http://host" } },
    { why: 'error parsing scrape interval: not a valid duration string: "x"', entry: { __scrape_interval__: "x" } },
    { why: "scrape interval cannot be 0", entry: { __scrape_interval__: "0s" } },
    { why: 'error parsing scrape timeout: not a valid duration string: "y"', entry: { __scrape_timeout__: "y" } },
    { why: "scrape timeout cannot be 0", entry: { __scrape_timeout__: "0s" } },
    { why: 'scrape timeout cannot be greater than scrape interval ("10s" > "5s")', entry: { __scrape_interval__: "5s" } },
  ])("$why", ({ why, entry }) => {
    const found = targets("", { __address__: "host", ...entry });
    expect(found.targets).toEqual([]);
    expect(found.problems).toEqual([`instance 0 in group file:0: ${why}`]);
  });
});

test("targets differ when they are scraped otherwise", () => {
  const key = (entry: Record<string, string>): string => targets("", { __address__: "host", ...entry }).targets[0].key;
  const keys = [
    {},
    { __scrape_interval__: "30s" },
    { __scrape_timeout__: "5s" },
    { __unix_socket__: "/run/x" },
    { __param_a: "1" },
    { dc: "eu" },
  ].map(key);
  expect(new Set(keys).size).toBe(keys.length);
  expect(key({ __meta_x: "1" })).toBe(key({}));
});

test("a unix socket stands beside the address", () => {
  const [target] = targets("", { __address__: "host", __unix_socket__: "/run/x.sock" }).targets;
  expect(target).toMatchObject({ socketPath: "/run/x.sock", url: "http://host/metrics" });
});

test("targets are spread over the interval, otherwise for each server", () => {
  const entries: Labels[] = Array.from({ length: 200 }, (_, i) => ["__address__", `host-${i}:9100`]);
  const found = targetsOfGroup({ source: "s", targets: entries, labels: [] }, job("job_name: j")).targets;
  const offsets = found.map((target) => offsetMs(target, 1n));
  expect(Math.min(...offsets)).toBeGreaterThanOrEqual(0);
  expect(Math.max(...offsets)).toBeLessThan(15_000);
  const thirds = [0, 0, 0];
  for (const offset of offsets) thirds[Math.floor(offset / 5000)]++;
  expect(Math.min(...thirds)).toBeGreaterThan(35);
  expect(found.map((target) => offsetMs(target, 2n))).not.toEqual(offsets);
});

describe("what is taken of histograms", () => {
  const wishes = (yaml: string, entry: Record<string, string> = {}) => {
    const { targets: found, problems } = targets(yaml, { __address__: "host", ...entry });
    return problems.length > 0 ? problems : found.map(({ histograms }) => histograms);
  };
  const JOB = "scrape_native_histograms: true\nalways_scrape_classic_histograms: true";

  test.each([
    { why: "is what the job says", yaml: JOB, entry: {}, want: { native: true, classicToo: true, converted: false } },
    {
      why: "is what the target's labels say",
      yaml: JOB,
      entry: { __scrape_native_histograms__: "f", __always_scrape_classic_histograms__: "0", __convert_classic_histograms_to_nhcb__: "T" },
      want: { native: false, classicToo: false, converted: true },
    },
    {
      why: "is what the job says where relabelling took the labels away",
      yaml: `${JOB}\nrelabel_configs: [{action: labeldrop, regex: __(scrape|always|convert)_.*histograms.*}]`,
      entry: {},
      want: { native: true, classicToo: true, converted: false },
    },
  ])("$why", ({ yaml, entry, want }) => {
    expect(wishes(yaml, entry)).toEqual([want]);
  });

  test.each([
    ["__scrape_native_histograms__", "scrape native histograms"],
    ["__always_scrape_classic_histograms__", "always scrape classic histograms"],
    ["__convert_classic_histograms_to_nhcb__", "convert classic histograms to nhcb"],
  ])("is not said by a label %s that is neither true nor false", (name, what) => {
    const reason = `error parsing ${what}: strconv.ParseBool: parsing "yes": invalid syntax`;
    expect(wishes("", { [name]: "yes" })).toEqual([`instance 0 in group file:0: ${reason}`]);
  });
});

test("targets that differ in a label which no series shows are two, but for what discovery told", () => {
  const keysOf = (name: string) => ["1", "2"].map((value) => targets("", { __address__: "host", [name]: value }).targets[0].key);
  expect(new Set(keysOf("__tmp_x")).size).toBe(2);
  expect(new Set(keysOf("__meta_x")).size).toBe(1);
});
