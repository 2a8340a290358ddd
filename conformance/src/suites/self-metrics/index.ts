import { expect, expectEqual, peer, print, type Check, type Suite } from "../../harness.ts";
import { binary } from "../../paths.ts";
import { withBench } from "../../processes.ts";
import { MIXIN_ALERTS, type Scenario } from "./alerts.ts";
import { CHANGED_SINCE, NOT_OURS } from "./debian-families.ts";
import { type Families, labelNames, selfMetrics } from "./families.ts";
import { MIXIN_FAMILIES } from "./mixin-names.ts";
import { startScenario } from "./scenarios.ts";
import { startWorld } from "./world.ts";

const TEXT = "text/plain;version=0.0.4";
const PROTOBUF = "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited";

const SCENARIOS: Readonly<Record<Scenario, string>> = {
  healthy: "in health no alert of the mixin is true",
  failing: "where all goes wrong its alerts are true, and no others",
  lonely: "without an Alertmanager it says so",
};

/** Holds what the server tells of itself against what upstream's mixin asks for, and against Debian's server. */
export const selfMetricsSuite: Suite = {
  name: "self-metrics",
  about: "the server's own metrics: the mixin's names, its alerts in health and failure, Debian's families",
  atOnce: 3,
  checks: () => [
    { name: "what the mixin names is there, with its type and labels", run: () => inScenario("failing", checkMixinNames) },
    { name: "text and protobuf tell the same families, native buckets in protobuf alone", run: () => inScenario("healthy", checkFormats) },
    { name: "what Debian's server tells is told", run: checkAgainstDebian },
    ...Object.entries(SCENARIOS).map(([scenario, name]): Check => ({
      name,
      run: () => inScenario(scenario as Scenario, (url) => checkAlerts(url, scenario as Scenario)),
    })),
  ],
};

async function inScenario(scenario: Scenario, check: (url: string) => Promise<void>, program = binary("prometheus")): Promise<void> {
  const world = await startWorld();
  try {
    await withBench(async (bench) => check(await startScenario(bench, program, scenario, world)));
  } finally {
    world.close();
  }
}

async function checkMixinNames(url: string): Promise<void> {
  const { families } = await selfMetrics(url, TEXT);
  const wrong = MIXIN_FAMILIES.flatMap(({ name, type, labels = [], missing }) => {
    const family = families.get(name);
    if (missing !== undefined) return family === undefined ? [] : [`${name} is there, and the table says: ${missing}`];
    if (family === undefined) return [`${name} is missing`];
    if (family.type !== type) return [`${name} is a ${family.type}, want ${type}`];
    if (family.metrics.length === 0) return [`${name} has no series`];
    const got = labelNames(family);
    return got.join() === labels.join() ? [] : [`${name} has the labels ${got.join()}, want ${labels.join()}`];
  });
  expectEqual(wrong, [], "families of the mixin");
  const told = MIXIN_FAMILIES.filter(({ missing }) => missing === undefined).length;
  print(`    ${told} of ${MIXIN_FAMILIES.length} are there; the others are told by no server of 3.x, or once samples are sent`);
}

/** Those upstream tells so, too; the storage's are classic here. */
const NATIVE: readonly string[] = [
  "prometheus_engine_query_duration_histogram_seconds",
  "prometheus_http_request_duration_seconds",
  "prometheus_notifications_latency_histogram_seconds",
  "prometheus_rule_evaluation_duration_histogram_seconds",
  "prometheus_rule_group_duration_histogram_seconds",
  "prometheus_target_interval_length_histogram_seconds",
  "prometheus_target_scrape_duration_seconds",
  "prometheus_target_sync_length_histogram_seconds",
];

async function checkFormats(url: string): Promise<void> {
  const [text, proto] = [await selfMetrics(url, TEXT), await selfMetrics(url, PROTOBUF)];
  expect(text.contentType.startsWith("text/plain; version=0.0.4"), text.contentType);
  expect(proto.contentType.startsWith("application/vnd.google.protobuf"), proto.contentType);
  // Protobuf leaves out a family without series.
  const filled = [...text.families.values()].filter(({ metrics }) => metrics.length > 0).map(({ name }) => name);
  expectEqual(
    [...proto.families.keys()].filter((name) => proto.families.get(name)?.metrics.length !== 0),
    filled,
    "families in protobuf",
  );
  const native = [...proto.families.values()].filter(
    ({ type, metrics }) => type === "histogram" && metrics.some((metric) => "native" in metric && metric.native !== undefined),
  );
  expectEqual(native.map(({ name }) => name).toSorted(), NATIVE, "native histograms");
  const openMetrics = await selfMetrics(url, "application/openmetrics-text;version=1.0.0");
  expect(openMetrics.contentType.startsWith("text/plain; version=0.0.4"), `OpenMetrics is answered with ${openMetrics.contentType}`);
}

async function checkAgainstDebian(): Promise<void> {
  const program = peer("prometheus");
  const [theirs, ours] = await Promise.all([familiesOf(program), familiesOf(binary("prometheus"))]);
  const wrong: string[] = [];
  const unlike = new Set<string>();
  for (const [name, family] of theirs) {
    const mine = ours.get(name);
    if (mine === undefined) {
      if (!NOT_OURS.some((pattern) => pattern.name.test(name))) wrong.push(`${name} is missing`);
      continue;
    }
    const [got, want] = [mine, family].map((one) => `${one.type} {${labelNames(one).join()}}`);
    if (got === want) continue;
    unlike.add(name);
    if (CHANGED_SINCE[name] === undefined) wrong.push(`${name} is ${got}, want ${want}`);
  }
  const idle = Object.keys(CHANGED_SINCE).filter((name) => !unlike.has(name));
  wrong.push(...idle.map((name) => `nothing differs any more in ${name}`));
  expectEqual(wrong, [], "families that differ without a reason");
  print(`    ${theirs.size} families; ${unlike.size} have other labels by 3.x`);
}

async function familiesOf(program: string): Promise<Families> {
  let found: Families = new Map();
  const look = async (url: string): Promise<void> => void (found = (await selfMetrics(url, TEXT)).families);
  await inScenario("healthy", look, program);
  return found;
}

async function checkAlerts(url: string, scenario: Scenario): Promise<void> {
  const wrong: string[] = [];
  for (const { name, expr, isSlow = false, when } of MIXIN_ALERTS) {
    const isTrue = await isAlerting(url, isSlow && when === scenario ? expr.replace("[5m]", "[4s]") : expr);
    if (isTrue !== (when === scenario)) wrong.push(`${name} is ${isTrue ? "" : "not "}true: ${expr}`);
  }
  expectEqual(wrong, [], "alerts");
  print(`    ${MIXIN_ALERTS.filter(({ when }) => when === scenario).length} of ${MIXIN_ALERTS.length} alerts are true`);
}

/** Throws when the expression can't be evaluated, or is answered with a warning. */
async function isAlerting(url: string, query: string): Promise<boolean> {
  const response = await fetch(`${url}/api/v1/query`, { method: "POST", body: new URLSearchParams({ query }) });
  const text = await response.text();
  expectEqual(response.status, 200, `${query}: ${text}`);
  const { data, warnings } = JSON.parse(text) as { data: { result: readonly unknown[] }; warnings?: readonly string[] };
  expectEqual(warnings, undefined, `warnings of ${query}`);
  return data.result.length > 0;
}
