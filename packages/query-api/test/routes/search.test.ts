import { describe, expect, test } from "@jest/globals";
import { type MetricMetadata, PromError } from "@ferula/model";
import { type QueryService, type Searcher, type TargetView } from "../../src/index.ts";
import { type ApiServer, NOW_MS, type Row, startApi } from "../api-server.ts";

const END = '{"status":"success","has_more":false}\n';
const MORE = '{"status":"success","has_more":true}\n';
const now = NOW_MS / 1000;

function start(options: Parameters<typeof startApi>[0] = {}): Promise<ApiServer> {
  return startApi({ search: { maxLimit: 10_000 }, ...options });
}

describe("searches", () => {
  test.each([
    {
      path: "metric_names",
      want: '{"results":[{"name":"dotted"},{"name":"odd"},{"name":"page"},{"name":"up"}]}\n',
      why: "names of metrics",
    },
    { path: "label_names?search[]=in", want: '{"results":[{"name":"instance"},{"name":"kind"}]}\n', why: "names of labels" },
    { path: "label_values?label=job", want: '{"results":[{"value":"a"},{"value":"b"}]}\n', why: "values of a label" },
    { path: "label_values?label=nope", want: '{"results":[]}\n', why: "nothing, which is a batch all the same" },
    {
      path: 'label_values?label=instance&match[]=up{job="a"}&match[]=up{job="b"}&match[]=up',
      want: '{"results":[{"value":"one"},{"value":"two"}]}\n',
      why: "what any selector finds, each once",
    },
    {
      path: "label_values?label=path",
      want: '{"results":[{"value":"\\u003c/script\\u003e\\u003cb\\u003e\\u0026\\u2028"}]}\n',
      why: "what could be markup, escaped",
    },
    {
      path: "label_values?label=kind&search[]=n&sort_by=score&include_score=true",
      want: '{"results":[{"value":"nan","score":1},{"value":"+inf","score":0.374625},{"value":"-inf","score":0.374625},{"value":"tiny","score":0.374625}]}\n',
      why: "the best score first",
    },
    { path: "label_values?label=job&sort_by=alpha&sort_dir=dsc", want: '{"results":[{"value":"b"},{"value":"a"}]}\n', why: "backwards" },
    {
      path: "metric_names?batch_size=3",
      want: '{"results":[{"name":"dotted"},{"name":"odd"},{"name":"page"}]}\n{"results":[{"name":"up"}]}\n',
      why: "in batches",
    },
    {
      path: "metric_names?batch_size=2",
      want: '{"results":[{"name":"dotted"},{"name":"odd"}]}\n{"results":[{"name":"page"},{"name":"up"}]}\n',
      why: "without an empty batch behind the last full one",
    },
    { path: "metric_names?limit=4", want: '{"results":[{"name":"dotted"},{"name":"odd"},{"name":"page"},{"name":"up"}]}\n', why: "all" },
    { path: `metric_names?start=${now - 7200}&end=${now - 7200}`, want: '{"results":[]}\n', why: "in a range that is one time" },
  ])("find $why: $path", async ({ path, want }) => {
    const api = await start();
    const { status, headers, text } = await api.get(`/search/${path}`);
    expect([status, headers.get("content-type")]).toEqual([200, "application/x-ndjson; charset=utf-8"]);
    expect(text).toBe(want + END);
    expect(api.jobCount()).toBe(0);
  });

  test("tell by a form as by a query", async () => {
    const api = await start();
    const { text } = await api.post("/search/label_values", "label=job&search%5B%5D=A&search[]=x&case_sensitive=f&fuzz_alg=jarowinkler");
    expect(text).toBe(`{"results":[{"value":"a"}]}\n${END}`);
  });

  test.each(["limit=2", "limit=2&batch_size=1", "limit=3&batch_size=2"])("tell that there is more: %s", async (query) => {
    const { text } = await (await start()).get(`/search/metric_names?${query}`);
    expect(text.endsWith(MORE)).toBe(true);
    expect(text.match(/"name"/g)).toHaveLength(Number(/limit=(\d)/.exec(query)?.[1]));
  });

  test("have the highest limit for a default where that is lower", async () => {
    const { text } = await (await start({ search: { maxLimit: 1 } })).get("/search/metric_names");
    expect(text).toBe(`{"results":[{"name":"dotted"}]}\n${MORE}`);
  });

  test("are compressed", async () => {
    const series = Array.from({ length: 100 }, (_, i): Row => [{ __name__: `a_name_${i}` }, [0, 1]]);
    const { headers, text } = await (await start({ series })).get("/search/metric_names");
    expect([headers.get("content-encoding"), text.endsWith(END)]).toEqual(["gzip", true]);
  });

  test("of much are made by a worker, and are the same", async () => {
    const value = (i: number): string => `v${String(i).padStart(5, "0")}`;
    const series = Array.from({ length: 5000 }, (_, i): Row => [{ __name__: "m", value: value(i) }, [0, 1]]);
    const api = await start({ series });
    const { text } = await api.get("/search/label_values?label=value&search[]=v&limit=9999&batch_size=5000");
    const all = Array.from({ length: 5000 }, (_, i) => `{"value":"${value(i)}"}`).join(",");
    expect(text).toBe(`{"results":[${all}]}\n${END}`);
    expect(api.jobCount()).toBe(1);
  });
});

describe("parameters", () => {
  test.each([
    { query: "start=x", error: `invalid time value for 'start': cannot parse "x" to a valid timestamp` },
    { query: "end=x&limit=x", error: `invalid time value for 'end': cannot parse "x" to a valid timestamp` },
    { query: "start=2&end=1", error: "end timestamp must not be before start timestamp" },
    { query: `start=${now + 1}`, error: "end timestamp must not be before start timestamp" },
    { query: "match[]={}", error: "match[] must contain at least one non-empty matcher" },
    { query: "search[]=a&".repeat(33), error: "too many search[] terms: got 33, maximum is 32" },
    { query: "fuzz_threshold=101", error: 'invalid fuzz_threshold "101": must be 0-100' },
    { query: "fuzz_threshold=-1", error: 'invalid fuzz_threshold "-1": must be 0-100' },
    { query: "fuzz_threshold=1.5", error: 'invalid fuzz_threshold "1.5": must be 0-100' },
    { query: "fuzz_alg=x", error: 'unsupported fuzz_alg "x": must be one of [subsequence jarowinkler]' },
    { query: "case_sensitive=yes", error: 'invalid case_sensitive "yes": must be boolean' },
    { query: "include_score=2", error: 'invalid include_score "2": must be boolean' },
    { query: "include_metadata=x", error: 'invalid include_metadata "x": must be boolean' },
    { query: "sort_dir=asc", error: "sort_dir is only valid when sort_by is set" },
    { query: "sort_by=score&sort_dir=asc", error: "sort_dir is not supported for sort_by=score" },
    { query: "sort_by=alpha&sort_dir=desc", error: 'invalid sort_dir "desc": must be "asc" or "dsc"' },
    { query: "sort_by=score", error: "sort_by=score requires search[] to be set" },
    { query: "sort_by=x", error: 'invalid sort_by "x" for metric_names: must be "alpha" or "score"' },
    { query: "limit=0", error: 'invalid limit "0": must be a positive integer' },
    { query: "limit=99999999999999999999", error: 'invalid limit "99999999999999999999": must be a positive integer' },
    { query: "limit=10001", error: "limit 10001 exceeds the configured maximum (10000, see --web.search.max-limit)" },
    {
      query: "limit=%2B09223372036854775807",
      error: "limit 9223372036854775807 exceeds the configured maximum (10000, see --web.search.max-limit)",
    },
    { query: "batch_size=-1", error: 'invalid batch_size "-1": must be a positive integer' },
    { query: "x=%zz", error: 'error parsing form values: invalid URL escape "%zz"' },
  ])("are refused: $query", async ({ query, error }) => {
    const { status, json } = await (await start()).get(`/search/metric_names?${query}`);
    expect([status, json]).toEqual([400, { status: "error", errorType: "bad_data", error }]);
  });

  test("without a label there are no values", async () => {
    const { status, json } = await (await start()).get("/search/label_values");
    expect([status, json?.error]).toEqual([400, 'missing required parameter "label"']);
  });

  test("a limit is as high as a number can be where the server has none", async () => {
    const { text } = await (await start({ search: { maxLimit: 0 } })).get("/search/label_values?label=job&limit=9223372036854775807");
    expect(text).toBe(`{"results":[{"value":"a"},{"value":"b"}]}\n${END}`);
  });
});

describe("metadata", () => {
  const target = (entries: readonly (readonly [string, MetricMetadata])[]): TargetView =>
    ({ metadata: () => entries }) as unknown as TargetView;
  const entries: readonly (readonly [string, MetricMetadata])[] = [
    ["up", { type: "gauge", help: "Is it <up>?", unit: "" }],
    ["odd", { type: "unknown", help: "", unit: "seconds" }],
  ];

  test("is told of the metrics that are known, by the first target, and kept for a while", async () => {
    let asked = 0;
    let nowMs = NOW_MS;
    const targets = { active: () => (asked++, [target(entries), target([["up", { type: "counter", help: "", unit: "" }]])]) };
    const api = await start({ targets: targets as never, nowMs: () => nowMs });
    const ask = async (): Promise<string> => (await api.get("/search/metric_names?include_metadata=true&search[]=up&search[]=d")).text;
    const want =
      '{"results":[{"name":"dotted"},{"name":"odd","type":"unknown","unit":"seconds"},{"name":"up","type":"gauge","help":"Is it \\u003cup\\u003e?"}]}\n';
    expect([await ask(), await ask(), asked]).toEqual([want + END, want + END, 1]);
    nowMs += 5000;
    expect([await ask(), asked]).toEqual([want + END, 2]);
  });
});

describe("what goes wrong", () => {
  /** An API whose search hands on `pieces` and then fails. */
  const failing = async (pieces: readonly string[], error: Error): Promise<ApiServer> => {
    const search: Searcher = async (_request, onLines) => {
      for (const piece of pieces) await onLines(Buffer.from(piece));
      throw error;
    };
    const queries = { search } as unknown as QueryService;
    return start({ queries });
  };

  test("before anything is out has a status of its own", async () => {
    const { status, json } = await (await failing(['{"name":"a"}\n'], new PromError("timeout", "too late"))).get("/search/metric_names");
    expect([status, json]).toEqual([503, { status: "error", errorType: "timeout", error: "too late" }]);
  });

  test.each([
    { error: new PromError("timeout", "too late"), line: '{"status":"error","errorType":"timeout","error":"too late"}' },
    { error: new Error("a bug"), line: '{"status":"error","errorType":"internal","error":"a bug"}' },
  ])("after that is told in a last line: $error.message", async ({ error, line }) => {
    const pieces = ['{"name":"a"}\n', '{"name":"b"}\n{"name":"c"}\n'];
    const { status, text } = await (await failing(pieces, error)).get("/search/metric_names?batch_size=2");
    expect([status, text]).toEqual([200, `{"results":[{"name":"a"},{"name":"b"}]}\n{"results":[{"name":"c"}]}\n${line}\n`]);
  });
});

test.each(["metric_names", "label_names", "label_values"])("%s is not there where it is off", async (path) => {
  const { status, json } = await (await startApi()).get(`/search/${path}?limit=x`);
  expect([status, json]).toEqual([500, { status: "error", errorType: "unavailable", error: "search API disabled" }]);
});

test.each([true, false])("the features tell whether it is on: %s", async (isOn) => {
  const { json } = await (isOn ? start() : startApi()).then((api) => api.get("/features"));
  expect(json?.data.api).toMatchObject({ search: isOn, search_fuzz_alg_subsequence: true, search_fuzz_alg_jarowinkler: true });
});
