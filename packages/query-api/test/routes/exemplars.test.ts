import { expect, test } from "@jest/globals";
import { labelsOf, METRIC_NAME } from "@ferula/model";
import { type ApiServer, NOW_MS, startApi } from "../api-server.ts";

const NOW_S = NOW_MS / 1000;

async function apiWithExemplars(): Promise<ApiServer> {
  const api = await startApi();
  const a = api.db.seriesRef(labelsOf({ [METRIC_NAME]: "up", job: "a", instance: "one" }));
  const b = api.db.seriesRef(labelsOf({ [METRIC_NAME]: "up", job: "b", instance: "two" }));
  const outcome = api.db.appendExemplars([
    { ref: a, timestampMs: NOW_MS - 2000, value: 1e-7, labels: labelsOf({ trace_id: "<1>" }) },
    { ref: a, timestampMs: NOW_MS - 500, value: Infinity, labels: labelsOf({}) },
    { ref: b, timestampMs: NOW_MS, value: 2.5, labels: labelsOf({ trace_id: "3" }) },
  ]);
  expect(outcome.stored).toBe(3);
  return api;
}

const ONE = `{"seriesLabels":{"__name__":"up","instance":"one","job":"a"},"exemplars":`;
const OLD = `{"labels":{"trace_id":"<1>"},"value":"1e-07","timestamp":${NOW_S - 2}}`;
const NEW = `{"labels":{},"value":"+Inf","timestamp":${NOW_S - 1}.500}`;
const TWO = `{"seriesLabels":{"__name__":"up","instance":"two","job":"b"},"exemplars":[{"labels":{"trace_id":"3"},"value":"2.5","timestamp":${NOW_S}}]}`;

test.each([
  { why: "those of all series", query: "query=up", want: `[${ONE}[${OLD},${NEW}]},${TWO}]` },
  { why: "those of a query's selectors", query: `query=rate(up{job="a"}[5m])`, want: `[${ONE}[${OLD},${NEW}]}]` },
  {
    why: "each once, whatever selectors find it",
    query: `query=${encodeURIComponent(`up + up{job="b"}`)}&start=${NOW_S}`,
    want: `[${TWO}]`,
  },
  { why: "those of the range, with both its ends", query: `query=up&start=${NOW_S - 2}&end=${NOW_S - 1}`, want: `[${ONE}[${OLD}]}]` },
  { why: "none where there are none", query: "query=odd", want: "[]" },
])("$why", async ({ query, want }) => {
  const { status, text } = await (await apiWithExemplars()).get(`/query_exemplars?${query}`);
  expect([status, text]).toEqual([200, `{"status":"success","data":${want}}`]);
});

test.each([
  { query: "query=up{", error: "unexpected" },
  { query: "query=up&start=x", error: `invalid parameter "start": invalid time value for 'start': cannot parse "x" to a valid timestamp` },
  { query: "query=up&end=x", error: `invalid parameter "end": invalid time value for 'end'` },
  { query: "query=up&start=2&end=1", error: "end timestamp must not be before start timestamp" },
])("$query is refused", async ({ query, error }) => {
  const { status, json } = await (await startApi()).get(`/query_exemplars?${query}`);
  expect([status, json?.errorType]).toEqual([400, "bad_data"]);
  expect(json?.error).toContain(error);
});
