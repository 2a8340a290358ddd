import { join } from "node:path";
import { freePort } from "@ferula/test-kit/outside-jest";
import { expect, expectEqual, print } from "../../harness.ts";
import { binary } from "../../paths.ts";
import { majorVersionOf } from "../../peer-version.ts";
import { withBench } from "../../processes.ts";
import { copyOf, startOn } from "../tsdb/servers.ts";
import { makeData, type SharedData } from "./data.ts";

/** What all versions evaluate alike; nothing lies on the border of a window, where they differ. */
const QUERIES = [
  "counter_total",
  'gauge{s!="9"}',
  "sum by (ort) (counter_total)",
  "max_over_time(gauge[3m])",
  "resets(counter_total[20m])",
  "last_over_time(counter_total[2m] offset 1h)",
  "none",
];

/** Where a peer is of 3.x: 2.42 reads no histograms from afar, and has another `rate`. */
const NEW_QUERIES = [
  "native",
  "custom",
  "histogram_quantile(0.9, sum(native))",
  "histogram_fraction(0, 1, custom)",
  "rate(native[2m])",
  "rate(counter_total[2m])",
];

interface Row {
  readonly metric: Readonly<Record<string, string>>;
}

/** Starts the peer without data of its own, reading from ours: by both, queries have the same answers. */
export async function readByPeer(program: string): Promise<void> {
  const isNew = majorVersionOf(program) === 3;
  await withBench(async (bench) => {
    const data = await makeData(bench, isNew);
    const ours = await startOn(bench, binary("prometheus"), copyOf(bench, data.folder), { global: "external_labels: {region: eu}" });
    const dead = await freePort();
    const read = `remote_read:
  - {url: "${ours.url}/api/v1/read", read_recent: true}
  - {url: "http://127.0.0.1:${dead}/", read_recent: true, required_matchers: {s: none}}
`;
    const flags = isNew ? [] : ["--enable-feature=native-histograms"];
    const client = (global: string) => startOn(bench, program, join(bench.folder(), "data"), { config: read, flags, global });
    // One that has our external label asks for it, and takes it off; one that has none of its own sees it.
    const [own, foreign] = await Promise.all([client("external_labels: {region: eu}"), client("")]);
    let rowCount = 0;
    const queries = isNew ? [...QUERIES, ...NEW_QUERIES] : QUERIES;
    for (const query of queries) {
      const direct = await matrix(ours.url, query, data);
      expectSameRows(await matrix(own.url, query, data), direct, `${query} by a server of the same region`);
      rowCount += direct.length;
      // Only where the labels pass through.
      if (query.includes("(")) continue;
      const told = direct.map((row) => ({ ...row, metric: sorted({ ...row.metric, region: "eu" }) }));
      expectSameRows(sortedRows(await matrix(foreign.url, query, data)), sortedRows(told), `${query} by another server`);
      const asked = query.includes("{") ? query.replace("}", ',region="eu"}') : `${query}{region="eu"}`;
      expectSameRows(sortedRows(await matrix(foreign.url, asked, data)), sortedRows(told), `${asked} by another server`);
    }
    expect(rowCount > 50, `the answers have ${rowCount} series only`);
    print(`    ${queries.length} queries with ${rowCount} series have the same answers`);
  });
}

/** Row by row, as all of them would be a long text. */
function expectSameRows(got: readonly Row[], want: readonly Row[], what: string): void {
  expectEqual(got.length, want.length, `${what}: how many series`);
  got.forEach((row, i) => expectEqual(row, want[i], what));
}

async function matrix(url: string, query: string, { fromMs, toMs }: SharedData): Promise<readonly Row[]> {
  const form = { query, start: String(fromMs / 1000), end: String(toMs / 1000), step: "60" };
  const response = await fetch(`${url}/api/v1/query_range`, { method: "POST", body: new URLSearchParams(form) });
  const { data, warnings, error } = (await response.json()) as { data?: { result: readonly Row[] }; warnings?: unknown; error?: string };
  if (data === undefined) throw new Error(`${query}: ${error}`);
  // Of remote storage that fails a server only warns.
  expect(warnings === undefined || !JSON.stringify(warnings).includes("remote"), `${query}: ${JSON.stringify(warnings)}`);
  return sortedRows(data.result.map((row) => ({ ...row, metric: sorted(row.metric) })));
}

function sorted(labels: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(labels).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

function sortedRows(rows: readonly Row[]): readonly Row[] {
  const key = ({ metric }: Row): string => JSON.stringify(metric);
  return rows.toSorted((a, b) => (key(a) < key(b) ? -1 : 1));
}
