import { createFloatHistogram, createSampleBatch, labelsOf } from "@ferula/model";
import { expect, test } from "@jest/globals";
import { NOW_MS, startApi, type ApiServer } from "../api-server.ts";

/** An API over a series of histograms and one that was made of floats before: four hours of a sample a minute. */
async function startWithHistograms(): Promise<ApiServer> {
  const api = await startApi({ series: [] });
  const refs = ["only", "later"].map((kind) => api.db.seriesRef(labelsOf({ __name__: "h", kind })));
  for (let minute = 240; minute >= 0; minute--) {
    const batch = createSampleBatch(1);
    const timestampMs = NOW_MS - minute * 60_000;
    const isFloat = minute > 30;
    if (isFloat) {
      batch.refs[0] = refs[1];
      batch.timestampsMs[0] = timestampMs;
      batch.values[0] = minute;
      batch.length = 1;
    }
    batch.histograms = refs.slice(0, isFloat ? 1 : 2).map((ref) => ({
      ref,
      timestampMs,
      startTimestampMs: 0,
      histogram: createFloatHistogram({ count: 5, sum: 3 }),
    }));
    const { appended } = api.db.append(batch);
    expect(appended).toBe(2);
  }
  return api;
}

interface Found {
  readonly metric: Readonly<Record<string, string>>;
  readonly value?: readonly [number, string];
  readonly values?: readonly unknown[];
  readonly histogram?: readonly [number, { readonly count: string; readonly sum: string }];
  readonly histograms?: readonly unknown[];
}

test.each([
  { where: "memory", compacts: false },
  { where: "blocks", compacts: true },
])("histograms in $where are samples of a query as floats are, beside them", async ({ compacts }) => {
  const api = await startWithHistograms();
  if (compacts) await api.db.maintain();
  expect(api.db.blocks().length > 0).toBe(compacts);
  const ask = async (query: string): Promise<readonly Found[]> => {
    const { status, json } = await api.get(`/query?query=${query}&time=${NOW_MS / 1000}`);
    expect(status).toBe(200);
    return json?.data.result;
  };
  const asText = ({ histogram, value }: Found): string =>
    histogram === undefined ? (value?.[1] ?? "") : `count ${histogram[1].count}, sum ${histogram[1].sum}`;
  for (const [query, ...texts] of [
    ["h", "count 5, sum 3", "count 5, sum 3"],
    ["rate(h[5m])", "count 0, sum 0", "count 0, sum 0"],
    ["count(h)", "2"],
    ["count_over_time(h[10m])", "10", "10"],
    ["histogram_count(h)", "5", "5"],
  ]) {
    expect([query, ...(await ask(query)).map(asText)]).toEqual([query, ...texts]);
  }
  const samples = (await ask("h[4h]")).map(({ metric, values, histograms }) => [metric["kind"], values?.length, histograms?.length]);
  expect(samples).toEqual([
    ["later", 209, 31],
    ["only", undefined, 240],
  ]);
  expect((await api.get("/series?match[]=h")).json?.data).toHaveLength(2);
});
