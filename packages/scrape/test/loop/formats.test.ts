import { afterEach, expect, test } from "@jest/globals";
import type { ExemplarRow } from "@ferula/model";
import { cleanUp, exporter, startLoop, world, type World } from "../support.ts";

afterEach(cleanUp);

const TEXT = "text/plain; version=0.0.4";
const OPENMETRICS = "application/openmetrics-text; version=1.0.0";
const PROTOBUF = "application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited";

/** A field of a message: its bytes behind its number and their length. */
const field = (number: number, bytes: Uint8Array): Buffer => Buffer.concat([Uint8Array.of((number << 3) | 2, bytes.length), bytes]);

/** Delimited gauges of one family each, by name. */
function gauges(values: Readonly<Record<string, number>>): Buffer {
  const families = Object.entries(values).map(([name, value]) => {
    const gauge = Buffer.alloc(9);
    gauge[0] = (1 << 3) | 1;
    gauge.writeDoubleLE(value, 1);
    const family = Buffer.concat([field(1, Buffer.from(name)), Uint8Array.of(3 << 3, 1), field(4, field(2, gauge))]);
    return Buffer.concat([Uint8Array.of(family.length), family]);
  });
  return Buffer.concat(families);
}

interface Answer {
  readonly type: string;
  readonly body: string | Uint8Array;
}

/** What is stored when the answers come one after the other. */
async function scrapeAll(answers: readonly Answer[], at: World, yaml = ""): Promise<void> {
  const next = answers.values();
  const { address } = await exporter((_req, res) => {
    const { type, body } = next.next().value as Answer;
    res.writeHead(200, { "content-type": type }).end(body);
  });
  const loop = startLoop(address, { world: at, yaml });
  for (let i = 0; i < answers.length; i++) expect(await loop.tick()).toMatchObject({ lastError: "", health: "up" });
}

const valuesOf = (at: World, name: string): string[] => at.samples(name).map((row) => row.split(" ")[1]);

test("series go on, and end, through all formats", async () => {
  const at = world();
  await scrapeAll(
    [
      { type: TEXT, body: "a 1\nb 1\nc 1\n" },
      { type: OPENMETRICS, body: "a 2\nb 2\n# EOF\n" },
      { type: PROTOBUF, body: gauges({ a: 3, c: 3 }) },
      { type: TEXT, body: "a 4\n" },
    ],
    at,
  );
  expect(valuesOf(at, "a")).toEqual(["1", "2", "3", "4"]);
  expect(valuesOf(at, "b")).toEqual(["1", "2", "STALE"]);
  expect(valuesOf(at, "c")).toEqual(["1", "STALE", "3", "STALE"]);
  expect(valuesOf(at, "scrape_series_added")).toEqual(["3", "0", "1", "0"]);
});

test.each([
  { why: "the text format", answer: { type: TEXT, body: "a 1\n" } },
  { why: "OpenMetrics", answer: { type: OPENMETRICS, body: "a 1\n# EOF\n" } },
  { why: "protobuf", answer: { type: PROTOBUF, body: gauges({ a: 1 }) } },
])("a target that is down for a scrape and then speaks $why has a gap in its series", async ({ answer }) => {
  const at = world();
  let status = 200;
  const { address } = await exporter((_req, res) => {
    if (status === 200) res.writeHead(200, { "content-type": answer.type }).end(answer.body);
    else res.writeHead(status).end();
  });
  const loop = startLoop(address, { world: at });
  for (status of [200, 500, 200]) await loop.tick();
  expect(valuesOf(at, "a")).toEqual(["1", "STALE", "1"]);
});

test("exemplars reach the storage with their series", async () => {
  const at = world();
  const kept: ExemplarRow[] = [];
  const exemplars = (rows: readonly ExemplarRow[]) => (kept.push(...rows), { outOfOrder: 0 });
  const body = '# TYPE a counter\na_total 1 # {trace="x"} 0.5 3.25\n# EOF\n';
  await scrapeAll([{ type: OPENMETRICS, body }], { ...at, deps: { ...at.deps, exemplars } });
  expect(kept).toMatchObject([
    { ref: at.storage.seriesRef(["__name__", "a_total", "job", "j"]), timestampMs: 3250, value: 0.5, labels: ["trace", "x"] },
  ]);
});

test.each([
  { why: "are series by default", takesStartTimestamps: false, want: ["1.5"] },
  { why: "are none where they tell when a counter began", takesStartTimestamps: true, want: [] },
])("lines _created of OpenMetrics $why", async ({ takesStartTimestamps, want }) => {
  const calm = world();
  const at = { ...calm, deps: { ...calm.deps, options: { ...calm.deps.options, takesStartTimestamps } } };
  await scrapeAll([{ type: OPENMETRICS, body: "# TYPE a counter\na_total 1\na_created 1.5\n# EOF\n" }], at);
  expect(valuesOf(at, "a_total")).toEqual(["1"]);
  expect(valuesOf(at, "a_created")).toEqual(want);
});

test.each([
  { why: "stay as they are", yaml: "", want: ["h_bucket", "h_count", "h_sum"] },
  { why: "become native ones", yaml: "convert_classic_histograms_to_nhcb: true", want: [] },
  {
    why: "become native ones beside the classic",
    yaml: "convert_classic_histograms_to_nhcb: true\nalways_scrape_classic_histograms: true",
    want: ["h_bucket", "h_count", "h_sum"],
  },
])("classic histograms $why", async ({ yaml, want }) => {
  const at = world();
  const body = '# TYPE h histogram\nh_bucket{le="1"} 1\nh_bucket{le="+Inf"} 2\nh_sum 3\nh_count 2\n';
  await scrapeAll([{ type: TEXT, body }], at, yaml);
  expect(["h_bucket", "h_count", "h_sum"].filter((name) => at.samples(name).length > 0)).toEqual(want);
});
