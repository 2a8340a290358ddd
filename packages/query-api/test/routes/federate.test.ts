import { afterEach, expect, test } from "@jest/globals";
import { Registry } from "@ferula/client";
import { readFamilies } from "@ferula/exposition";
import { compress, createApp, listen } from "@ferula/http";
import { noLogger } from "@ferula/logging";
import {
  createFloatHistogram,
  createIntegerHistogram,
  createSampleBatch,
  type Histogram,
  type Labels,
  labelsOf,
  METRIC_NAME,
  PromError,
  setStaleAt,
} from "@ferula/model";
import type { Db } from "@ferula/tsdb";
import { federateHandler, type Federator } from "../../src/index.ts";
import { fill, NOW_MS, type Row, startApi } from "../api-server.ts";

const cleanups: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const clean of cleanups.splice(0)) await clean();
});

const LOOKBACK_MS = 300_000;

interface Options {
  readonly series?: readonly Row[];
  readonly external?: Labels;
  readonly federate?: Federator;
}

/** A server with `/federate` over a storage of its own. */
async function start({ series = [], external = [], federate }: Options = {}) {
  const api = await startApi({ series });
  const registry = new Registry();
  const app = createApp({ logger: noLogger });
  const handler = federateHandler({
    federate: federate ?? api.queries.federate,
    lookbackMs: LOOKBACK_MS,
    externalLabels: () => external,
    nowMs: () => NOW_MS,
    registry,
    logger: noLogger,
  });
  app.get("/federate", compress(), handler);
  const listening = await listen({ app, addresses: ["127.0.0.1:0"], webConfigFile: "", logger: noLogger });
  cleanups.push(() => listening.close(0));
  const ask = async (selectors: readonly string[], headers: Readonly<Record<string, string>> = { accept: UTF_8 }) => {
    const query = selectors.map((selector) => `match[]=${encodeURIComponent(selector)}`).join("&");
    const response = await fetch(`${listening.urls[0]}/federate?${query}`, { headers });
    const bytes = new Uint8Array(await response.arrayBuffer());
    return { status: response.status, headers: response.headers, bytes, text: new TextDecoder().decode(bytes) };
  };
  return { ...api, ask, registry, url: listening.urls[0] };
}

const UTF_8 = "text/plain;version=0.0.4;escaping=allow-utf-8";
const PROTOBUF = "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited;escaping=allow-utf-8";

const named = (name: string, labels: Readonly<Record<string, string>> = {}): Record<string, string> => ({ [METRIC_NAME]: name, ...labels });

function markStale(db: Db, labels: Readonly<Record<string, string>>): void {
  const batch = createSampleBatch(1);
  batch.refs[0] = db.seriesRef(labelsOf(labels));
  batch.timestampsMs[0] = NOW_MS;
  batch.length = 1;
  setStaleAt(batch, 0);
  db.append(batch);
}

function putHistogram(db: Db, labels: Readonly<Record<string, string>>, histogram: Histogram): void {
  const ref = db.seriesRef(labelsOf(labels));
  db.append({ ...createSampleBatch(0), histograms: [{ ref, timestampMs: NOW_MS, startTimestampMs: 0, histogram }] });
}

const series: readonly Row[] = [
  [named("b", { job: "x", instance: "two" }), [60, 1], [30, 2]],
  [named("b", { job: "x", instance: "one" }), [0, 3.5]],
  [named("a", { Zone: "z" }), [0, -0]],
  [named("old"), [300, 4]],
  [named("older"), [301, 5]],
  [named("future"), [20, 6], [-60, 7]],
  [named("odd", { kind: 'q"\\\n' }), [0, NaN]],
  [named("odd.name", { "http.status": "200" }), [0, Infinity]],
  [{ job: "nameless" }, [0, 1]],
];

test.each([
  { selectors: [], want: "", why: "no selector finds nothing" },
  { selectors: ["nowhere"], want: "", why: "nor does one that no series meets" },
  {
    selectors: ["b"],
    want: `# TYPE b untyped\nb{instance="one",job="x"} 3.5 ${NOW_MS}\nb{instance="two",job="x"} 2 ${NOW_MS - 30_000}\n`,
    why: "series come by their labels, each with its newest sample and its time",
  },
  {
    selectors: ["b", "a", '{job="x"}'],
    want: `# TYPE a untyped\na{Zone="z",instance=""} 0 ${NOW_MS}\n# TYPE b untyped\nb{instance="one",job="x"} 3.5 ${NOW_MS}\nb{instance="two",job="x"} 2 ${NOW_MS - 30_000}\n`,
    why: "what several selectors find comes once, by name before any label",
  },
  {
    selectors: ["old"],
    want: `# TYPE old untyped\nold{instance=""} 4 ${NOW_MS - 300_000}\n`,
    why: "a sample as old as the lookback counts",
  },
  { selectors: ["older"], want: "", why: "an older one does not" },
  { selectors: ["future"], want: `# TYPE future untyped\nfuture{instance=""} 6 ${NOW_MS - 20_000}\n`, why: "nor does one of the future" },
  {
    selectors: ["odd"],
    want: `# TYPE odd untyped\nodd{kind="q\\"\\\\\\n",instance=""} NaN ${NOW_MS}\n`,
    why: "values are escaped, NaN is a number",
  },
  {
    selectors: ['{"odd.name"}'],
    want: `# TYPE "odd.name" untyped\n{"odd.name","http.status"="200",instance=""} +Inf ${NOW_MS}\n`,
    why: "names outside the old alphabet are quoted",
  },
  { selectors: ['{job="nameless"}'], want: "", why: "series without a name are left out" },
])("$why", async ({ selectors, want }) => {
  const { ask } = await start({ series });
  const { status, text, headers } = await ask(selectors);
  expect([status, text]).toEqual([200, want]);
  expect(headers.get("content-type")).toBe("text/plain; version=0.0.4; charset=utf-8; escaping=allow-utf-8");
});

test.each([
  { escaping: "underscores", want: `odd_name{http_status="200",instance=""}` },
  { escaping: "dots", want: `odd_dot_name{http_dot_status="200",instance=""}` },
  { escaping: "values", want: `U__odd_2e_name{U__http_2e_status="200",instance=""}` },
])("names are escaped as asked: $escaping", async ({ escaping, want }) => {
  const { ask } = await start({ series });
  const { text, headers } = await ask(['{"odd.name"}'], { accept: `text/plain;escaping=${escaping}` });
  expect(text).toContain(`\n${want} +Inf `);
  expect(headers.get("content-type")).toMatch(new RegExp(`escaping=${escaping}$`));
});

test.each([
  {
    external: labelsOf({ zone: "eu", job: "global" }),
    want: 'x{job="own",instance="",zone="eu"}',
    why: "where the series has none of the name",
  },
  { external: labelsOf({ instance: "here" }), want: 'x{job="own",instance="here"}', why: "an instance of their own is not overwritten" },
  { external: labelsOf({ a: "first" }), want: 'x{job="own",a="first",instance=""}', why: "behind the series' own, by name" },
])("external labels are added: $why", async ({ external, want }) => {
  const { ask } = await start({ series: [[named("x", { job: "own" }), [0, 1]]], external });
  expect((await ask(["x"])).text).toBe(`# TYPE x untyped\n${want} 1 ${NOW_MS}\n`);
});

test("a series that has ended is left out", async () => {
  const { ask, db } = await start({ series: [[named("gone"), [10, 1]]] });
  markStale(db, named("gone"));
  expect((await ask(["gone"])).text).toBe("");
});

const exponential = createIntegerHistogram({
  schema: 1,
  zeroThreshold: 0.001,
  zeroCount: 2,
  count: 7,
  sum: 9.5,
  positiveSpans: Int32Array.of(0, 2),
  positiveBuckets: Float64Array.of(2, 1),
});
const custom = createFloatHistogram({
  schema: -53,
  count: 6,
  sum: 20,
  positiveSpans: Int32Array.of(0, 1, 1, 2),
  positiveBuckets: Float64Array.of(1, 2, 3),
  customValues: Float64Array.of(1, 5, 10),
});

test("an exponential histogram comes in protobuf alone, of the type that it has", async () => {
  const { ask, db } = await start({ series: [[named("native", { kind: "float" }), [0, 1]]] });
  putHistogram(db, named("native", { kind: "counter" }), exponential);
  putHistogram(db, named("native", { kind: "gauge" }), { ...exponential, counterResetHint: "gauge" });
  expect((await ask(["native"])).text).toBe(`# TYPE native untyped\nnative{kind="float",instance=""} 1 ${NOW_MS}\n`);
  const { bytes, headers } = await ask(["native"], { accept: PROTOBUF });
  const families = readFamilies(bytes, headers.get("content-type") ?? "");
  expect(families.map(({ type, metrics }) => [type, metrics.map(({ labels, timestampMs }) => [labels.join(), timestampMs])])).toEqual([
    ["histogram", [["instance,,kind,counter", NOW_MS]]],
    ["untyped", [["instance,,kind,float", NOW_MS]]],
    ["gaugehistogram", [["instance,,kind,gauge", NOW_MS]]],
  ]);
  const [first] = families;
  expect(first.metrics[0]).toMatchObject({
    count: 7,
    sum: 9.5,
    native: { kind: "float", schema: 1, zeroCount: 2, positiveBuckets: Float64Array.of(2, 3) },
  });
});

test("a histogram with custom buckets comes as the classic one that it was", async () => {
  const { ask, db } = await start();
  putHistogram(db, named("custom"), custom);
  const lines = [
    `bucket{instance="",le="1"} 1`,
    `bucket{instance="",le="5"} 1`,
    `bucket{instance="",le="10"} 3`,
    `bucket{instance="",le="+Inf"} 6`,
  ];
  const all = [...lines, `sum{instance=""} 20`, `count{instance=""} 6`].map((line) => `custom_${line} ${NOW_MS}\n`);
  expect((await ask(["custom"])).text).toBe(`# TYPE custom histogram\n${all.join("")}`);
});

test.each([
  { query: "match[]={", text: /^1:2: parse error: unexpected end of input inside braces\n$/, why: "a selector that is none" },
  { query: "match[]=up&match[]=1", text: /^1:1: parse error: /, why: "one of several that is none" },
  { query: "match[]=", text: /parse error: unexpected end of input\n$/, why: "an empty selector" },
  { query: "match[]=%zz", text: /^error parsing form values: invalid URL escape "%zz"\n$/, why: "an escape that is none" },
])("refused with 400: $why", async ({ query, text }) => {
  const { url } = await start();
  const response = await fetch(`${url}/federate?${query}`);
  expect([response.status, response.headers.get("content-type")]).toEqual([400, expect.stringContaining("text/plain")]);
  expect(await response.text()).toMatch(text);
});

test.each([
  { error: new PromError("internal", "cannot read block 1"), status: 500, text: "cannot read block 1\n" },
  { error: new PromError("timeout", "query timed out"), status: 503, text: "query timed out\n" },
  { error: new Error("a bug"), status: 500, text: "a bug\n" },
])("what fails is counted and told: $text", async ({ error, status, text }) => {
  const { ask, registry } = await start({ federate: () => Promise.reject(error) });
  expect(await ask(["up"])).toMatchObject({ status, text });
  const counts = new Map((await registry.collect()).map(({ name, metrics }) => [name, metrics]));
  expect(counts.get("prometheus_web_federation_errors_total")).toMatchObject([{ value: 1 }]);
  expect(counts.get("prometheus_web_federation_warnings_total")).toMatchObject([{ value: 0 }]);
});

test("half an exposition does not look like a whole one: the connection is closed", async () => {
  const federate: Federator = async (_request, onBytes) => {
    for (const piece of ["a 1\n", "b 2\n", "c 3\n"]) await onBytes(Buffer.from(piece));
    throw new PromError("execution", "it broke");
  };
  const { ask } = await start({ federate });
  await expect(ask(["up"])).rejects.toThrow(/terminated|fetch failed/);
});

test("many series are a worker's to write, sorted, in pieces, compressed when asked", async () => {
  const rows = Array.from({ length: 3000 }, (_, i): Row => [named(`m${i % 7}`, { n: String(i), pad: "x".repeat(40) }), [0, i]]);
  const { ask, jobCount } = await start({ series: rows });
  const { text, headers } = await ask(['{n!=""}', '{pad!=""}'], { accept: UTF_8, "accept-encoding": "gzip" });
  expect([jobCount(), headers.get("content-encoding")]).toEqual([1, "gzip"]);
  const wanted = Array.from({ length: 7 }, (_, m) => {
    const own = rows.map((_row, i) => i).filter((i) => i % 7 === m);
    const sorted = own.map((i) => `m${m}{n="${i}",pad="${"x".repeat(40)}",instance=""} ${i} ${NOW_MS}\n`).sort((a, b) => order(a, b));
    return `# TYPE m${m} untyped\n${sorted.join("")}`;
  });
  expect(text).toBe(wanted.join(""));
});

/** By the value of `n`. */
function order(a: string, b: string): number {
  const [x, y] = [a, b].map((line) => /n="(\d+)"/.exec(line)?.[1] ?? "");
  return x < y ? -1 : 1;
}

test("samples that come later don't change what is asked for before", async () => {
  const { ask, db } = await start({ series: [[named("x"), [10, 1]]] });
  expect((await ask(["x"])).text).toContain(` 1 ${NOW_MS - 10_000}\n`);
  fill(db, [[named("x"), [0, 2]]]);
  expect((await ask(["x"])).text).toContain(` 2 ${NOW_MS}\n`);
});
