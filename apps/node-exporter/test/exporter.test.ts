import { readFamilies } from "@ferula/exposition";
import { parseFlags } from "@ferula/flags";
import { listen, type Listening } from "@ferula/http";
import { noLogger } from "@ferula/logging";
import { afterEach, describe, expect, test } from "@jest/globals";
import { defineCollector, type CollectorDefinition } from "../src/collectors/collector.ts";
import { collectors } from "../src/collectors/index.ts";
import { createExporter, type Exporter } from "../src/exporter.ts";
import { defineExporterFlags } from "../src/flags.ts";
import { gaugeOf } from "../src/scalar-family.ts";
import { machineFiles, writeTree } from "./machine.ts";

const version = { version: "1.2.3", revision: "abc", branch: "main", buildUser: "", buildDate: "" };
const running: { readonly exporter: Exporter; readonly listening: Listening }[] = [];

afterEach(async () => {
  for (const { exporter, listening } of running.splice(0)) {
    await listening.close(0);
    exporter.close();
  }
});

function createWith(args: readonly string[], table: readonly CollectorDefinition[]): Exporter {
  const folder = writeTree(machineFiles);
  const paths = [`--path.procfs=${folder}/proc`, `--path.sysfs=${folder}/sys`, `--path.udev.data=${folder}/udev`];
  const flags = parseFlags(defineExporterFlags(table), [...paths, ...args]);
  if (flags.kind !== "run") throw new Error(flags.stderr);
  return createExporter({ flags, collectors: table, version, logger: noLogger });
}

/** Starts an exporter on the small machine and returns the URL below which it answers. */
async function start(args: readonly string[] = [], table: readonly CollectorDefinition[] = collectors): Promise<string> {
  const exporter = createWith(args, table);
  const listening = await listen({ app: exporter.app, addresses: ["127.0.0.1:0"], webConfigFile: "", logger: noLogger });
  running.push({ exporter, listening });
  return listening.urls[0];
}

async function get(url: string): Promise<{ status: number; text: string; contentType: string | null }> {
  const response = await fetch(url);
  return { status: response.status, text: await response.text(), contentType: response.headers.get("content-type") };
}

const successes = (text: string): string[] =>
  [...text.matchAll(/^node_scrape_collector_success\{collector="(\w+)"\} 1$/gm)].map(([, name]) => name);

test("a scrape is protobuf for who asks for it, packed for who takes that", async () => {
  const accept = "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited;q=0.6,text/plain;q=0.5";
  const response = await fetch(`${await start()}/metrics`, { headers: { accept, "accept-encoding": "gzip" } });
  const contentType = "application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited; escaping=underscores";
  expect(Object.fromEntries(response.headers)).toMatchObject({ "content-type": contentType, "content-encoding": "gzip" });
  const families = readFamilies(new Uint8Array(await response.arrayBuffer()), contentType);
  expect(families).toContainEqual({ name: "node_load1", type: "gauge", help: "1m load average.", metrics: [{ labels: [], value: 0.21 }] });
});

test("a scrape tells of the machine, of each collector and of the exporter", async () => {
  const { status, text, contentType } = await get(`${await start()}/metrics`);
  expect({ status, contentType }).toEqual({
    status: 200,
    contentType: expect.stringMatching(/^text\/plain; version=0\.0\.4; charset=utf-8/),
  });
  expect(successes(text)).toEqual(collectors.map(({ name }) => name));
  expect(text).toContain("\nnode_load1 0.21\n");
  expect(text).toMatch(/^node_exporter_build_info\{branch="main",.*revision="abc",tags="unknown",version="1.2.3"\} 1$/m);
  expect(text).toContain('promhttp_metric_handler_requests_total{code="200"} 0\n');
  expect(text).toMatch(/^process_cpu_seconds_total /m);
});

test("without exporter metrics only the build is left of them", async () => {
  const { text } = await get(`${await start(["--web.disable-exporter-metrics"])}/metrics`);
  expect(text).toContain("node_exporter_build_info");
  expect(text).not.toMatch(/^(?:process|nodejs|promhttp)_/m);
});

describe("which collectors run", () => {
  test.each([
    { args: ["--no-collector.cpu"], query: "", want: collectors.map(({ name }) => name).filter((name) => name !== "cpu") },
    { args: ["--collector.disable-defaults", "--collector.stat"], query: "", want: ["stat"] },
    { args: [], query: "?collect[]=loadavg&collect[]=stat", want: ["loadavg", "stat"] },
    { args: ["--collector.disable-defaults", "--collector.stat", "--collector.cpu"], query: "?exclude[]=cpu", want: ["stat"] },
  ])("$args $query", async ({ args, query, want }) => {
    const { text } = await get(`${await start(args)}/metrics${query}`);
    expect(successes(text)).toEqual(want);
  });

  test("one that is not there is refused", async () => {
    const url = await start();
    expect(await get(`${url}/metrics?collect[]=nope`)).toMatchObject({
      status: 400,
      text: "Couldn't create filtered metrics handler: couldn't create collector: missing collector: nope\n",
    });
    expect((await get(`${url}/metrics`)).text).not.toContain('code="400"');
  });
});

test("other paths are not found, and / leads to the metrics", async () => {
  const url = await start(["--web.telemetry-path=/m(x)"]);
  expect((await get(`${url}/m(x)`)).status).toBe(200);
  expect(await get(`${url}/`)).toMatchObject({ status: 200, text: expect.stringContaining('href="/m(x)"') });
  for (const path of ["/metrics", "/m(x)/", "/other"]) expect((await get(url + path)).status).toBe(404);
});

test("metrics at / leave no room for the page", async () => {
  expect((await get(`${await start(["--web.telemetry-path=/"])}/`)).text).toContain("node_load1");
});

test("requests over the limit are turned away, and counted", async () => {
  let release = (): void => undefined;
  let enter = (): void => undefined;
  const entered = new Promise<void>((resolve) => (enter = resolve));
  const collect = (): Promise<[]> =>
    new Promise((resolve) => {
      release = () => resolve([]);
      enter();
    });
  const slow = defineCollector({ name: "slow", isEnabledByDefault: true, flags: {}, create: () => ({ collect }) });
  const url = await start(["--web.max-requests=1"], [slow]);
  const first = get(`${url}/metrics`);
  await entered;
  expect(await get(`${url}/metrics`)).toMatchObject({ status: 503, text: "Limit of concurrent requests reached (1), try again later.\n" });
  release();
  expect((await first).text).toContain('promhttp_metric_handler_requests_total{code="503"} 0\n');
});

test("series that stand twice cost no more than themselves", async () => {
  const twice = defineCollector({
    name: "twice",
    isEnabledByDefault: true,
    flags: {},
    create: () => ({ collect: () => [gaugeOf("a", "", 1), gaugeOf("a", "", 2), gaugeOf("b", "", 3)] }),
  });
  const url = await start([], [twice]);
  const { status, text } = await get(`${url}/metrics`);
  expect({ status, samples: text.split("\n").filter((line) => /^[ab] /.test(line)) }).toEqual({ status: 200, samples: ["a 1", "b 3"] });
  expect((await get(`${url}/metrics`)).text).toContain('promhttp_metric_handler_errors_total{cause="gathering"} 1\n');
});

test("flags that make no sense to a collector stop the start", () => {
  expect(() => createWith(["--collector.netdev.device-include=a", "--collector.netdev.device-exclude=b"], collectors)).toThrow(
    "cannot create collector netdev: --collector.netdev.device-exclude and --collector.netdev.device-include are mutually exclusive",
  );
});
