import { describe, expect, test } from "@jest/globals";
import { formatLabels } from "@ferula/model";
import { externalLabels } from "../src/index.ts";
import { FILE, read, readAll, refusal } from "./support.ts";

test("defaults stand where a time is 0", () => {
  const { global } = read("global: {scrape_interval: 0s, evaluation_interval: 0s, scrape_timeout: 0s}");
  expect(global).toMatchObject({ scrape_interval: 60_000, scrape_timeout: 10_000, evaluation_interval: 60_000 });
});

test("the default of a timeout is no longer than the interval", () => {
  expect(read("global: {scrape_interval: 5s}").global.scrape_timeout).toBe(5000);
});

describe("a mistake is told with its place", () => {
  test.each([
    {
      text: "global: {scrape_interval: 5s, scrape_timeout: 6s}",
      want: `${FILE}:1:47: global.scrape_timeout: global scrape timeout greater than scrape interval`,
    },
    { text: "global: {scrape_timeout: 61s}", want: "global scrape timeout greater than scrape interval" },
    { text: "global: {external_labels: {'': x}}", want: `${FILE}:1:27: global.external_labels: "" is not a valid label name` },
    {
      text: "global: {metric_name_validation_scheme: legacy, external_labels: {a.b: x}}",
      want: '"a.b" is not a valid label name',
    },
    { text: "global: {scrape_protocols: []}", want: "global.scrape_protocols: scrape_protocols cannot be empty" },
    {
      text: "global: {scrape_protocols: [OpenMetricsText1.0.0, OpenMetricsText1.0.0]}",
      want: "duplicated protocol in scrape_protocols, got [OpenMetricsText1.0.0 OpenMetricsText1.0.0]",
    },
    {
      text: "global: {scrape_protocols: [Nope]}",
      want: "global.scrape_protocols[0]: unknown scrape protocol Nope, supported: [OpenMetrics",
    },
    { text: "global: {metric_name_validation_scheme: x}", want: 'unrecognized ValidationScheme: "x"' },
    { text: "global: {metric_name_escaping_scheme: x}", want: "unknown global name escaping method specified, must be one of" },
  ])("$text", ({ text, want }) => {
    expect(refusal(text)).toContain(want);
  });
});

const environment = { HOST: "box", EMPTY: "", "1": "first", "a b": "spaced" };

describe("external labels take from the environment", () => {
  test.each([
    { value: "$HOST", want: "box", why: "a variable" },
    { value: "${HOST}-a", want: "box-a", why: "a variable in braces" },
    { value: "$$HOST", want: "$HOST", why: "two dollars are one" },
    { value: "100$", want: "100$", why: "a dollar at the end" },
    { value: "$1st", want: "firstst", why: "one digit, as a shell does" },
    { value: "${a b}", want: "spaced", why: "any name in braces" },
    { value: "a${}b${", want: "ab", why: "nothing for braces that are empty or open" },
    { value: "a$.b", want: "a$.b", why: "no name at all" },
  ])("$why", ({ value, want }) => {
    const { config, warnings } = readAll(`global: {external_labels: {l: '${value}'}}`, [], { environment });
    expect(formatLabels(externalLabels(config.global))).toBe(`{l=${JSON.stringify(want)}}`);
    expect(warnings).toEqual([]);
  });

  test.each(["NOPE", "EMPTY"])("nothing for %s, with a warning", (name) => {
    const { config, warnings } = readAll(`global: {external_labels: {l: 'a $${name} b', m: $${name}}}`, [], { environment });
    expect(externalLabels(config.global)).toEqual(["l", "a  b"]);
    expect(warnings).toMatchObject([
      { line: 1, column: 31, path: "global.external_labels.l", reason: `the environment variable ${name} is empty` },
      { path: "global.external_labels.m" },
    ]);
  });
});

describe("features of the command line change what holds where nothing is said", () => {
  const withDefaults = { scrapeDefaults: { extraMetrics: true, protobufFirst: true } };

  test("in the section and in jobs", () => {
    const { config } = readAll("scrape_configs: [{job_name: j}]", [], withDefaults);
    expect(config.global).toMatchObject({ extra_scrape_metrics: true, scrape_protocols: expect.arrayContaining(["PrometheusProto"]) });
    expect(config.jobs[0]).toMatchObject({ extra_scrape_metrics: true });
    expect(config.jobs[0].scrape_protocols[0]).toBe("PrometheusProto");
  });

  test("but not what is", () => {
    const text = "global: {extra_scrape_metrics: false, scrape_protocols: [PrometheusText0.0.4]}\nscrape_configs: [{job_name: j}]";
    const { config } = readAll(text, [], withDefaults);
    expect(config.jobs[0]).toMatchObject({ extra_scrape_metrics: false, scrape_protocols: ["PrometheusText0.0.4"] });
  });
});
