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

/** PromQL has no histograms yet: what it finds of a series is its floats. */
test.each([
  { where: "memory", compacts: false },
  { where: "blocks", compacts: true },
])("histograms in $where are no samples of a query, and their series are listed", async ({ compacts }) => {
  const api = await startWithHistograms();
  if (compacts) await api.db.maintain();
  expect(api.db.blocks().length > 0).toBe(compacts);
  const now = NOW_MS / 1000;
  const result = async (path: string): Promise<unknown> => {
    const { status, json } = await api.get(path);
    expect(status).toBe(200);
    return json?.data.result;
  };
  for (const query of ["h", "rate(h[5m])", "count(h)", "count_over_time(h[10m])", "histogram_quantile(0.9, h)"]) {
    expect([query, await result(`/query?query=${query}&time=${now}`)]).toEqual([query, []]);
  }
  const floats = (await result(`/query?query=h[4h]&time=${now}`)) as { metric: unknown; values: unknown[] }[];
  expect(floats.map(({ metric, values }) => [metric, values.length])).toEqual([[{ __name__: "h", kind: "later" }, 209]]);
  expect((await api.get("/series?match[]=h")).json?.data).toHaveLength(2);
});
