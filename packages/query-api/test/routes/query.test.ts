import { describe, expect, test } from "@jest/globals";
import { NOW_MS, startApi } from "../api-server.ts";

const now = NOW_MS / 1000;

describe("an instant query", () => {
  test.each([
    {
      why: "a vector has one value a series, times without a fraction have none",
      path: '/query?query=up{job="a"}',
      want: `{"status":"success","data":{"resultType":"vector","result":[{"metric":{"__name__":"up","instance":"one","job":"a"},"value":[${now},"0"]}]}}`,
    },
    {
      why: "a fraction has three digits",
      path: `/query?query=vector(1)&time=${now}.5`,
      want: `{"status":"success","data":{"resultType":"vector","result":[{"metric":{},"value":[${now}.500,"1"]}]}}`,
    },
    {
      why: "but that of a scalar's time has as many as it needs",
      path: `/query?query=1&time=${now}.5`,
      want: `{"status":"success","data":{"resultType":"scalar","result":[${now}.5,"1"]}}`,
    },
    {
      why: "a time may be written as RFC 3339",
      path: `/query?query=1&time=2015-07-01T20:11:00.001Z`,
      want: `{"status":"success","data":{"resultType":"scalar","result":[${now}.001,"1"]}}`,
    },
    {
      why: "a text is told as it is, what could be markup escaped",
      path: `/query?query=${encodeURIComponent('"<a>&"')}`,
      want: `{"status":"success","data":{"resultType":"string","result":[${now},"\\u003ca\\u003e\\u0026"]}}`,
    },
    {
      why: "a range of samples is a matrix",
      path: '/query?query=up{job="b"}[15s]',
      want: `{"status":"success","data":{"resultType":"matrix","result":[{"metric":{"__name__":"up","instance":"two","job":"b"},"values":[[${now - 10},"1"],[${now},"1"]]}]}}`,
    },
    {
      why: "markup in labels is not escaped",
      path: "/query?query=page",
      want: `{"status":"success","data":{"resultType":"vector","result":[{"metric":{"__name__":"page","path":"</script><b>&\u2028"},"value":[${now},"1"]}]}}`,
    },
    {
      why: "nothing found is an empty list",
      path: "/query?query=nope",
      want: '{"status":"success","data":{"resultType":"vector","result":[]}}',
    },
    {
      why: "a question mark in the expression belongs to it",
      path: '/query?query=count(up{job=~"b?"})',
      want: `{"status":"success","data":{"resultType":"vector","result":[{"metric":{},"value":[${now},"1"]}]}}`,
    },
    {
      why: "a series that is older than the lookback delta is gone",
      path: `/query?query=up&time=${now + 60}&lookback_delta=30s`,
      want: '{"status":"success","data":{"resultType":"vector","result":[]}}',
    },
    {
      why: "a lookback delta of 0 is the server's",
      path: `/query?query=count(up)&time=${now + 60}&lookback_delta=0`,
      want: `{"status":"success","data":{"resultType":"vector","result":[{"metric":{},"value":[${now + 60},"2"]}]}}`,
    },
    {
      why: "a limit cuts and warns",
      path: "/query?query=up&limit=1",
      want: `{"status":"success","data":{"resultType":"vector","result":[{"metric":{"__name__":"up","instance":"one","job":"a"},"value":[${now},"0"]}]},"warnings":["results truncated due to limit"]}`,
    },
    {
      why: "a limit that cuts keeps fractions and escapes as they were written",
      path: `/query?query=page or up&limit=1&time=${now}.5`,
      want: `{"status":"success","data":{"resultType":"vector","result":[{"metric":{"__name__":"page","path":"</script><b>&\u2028"},"value":[${now}.500,"1"]}]},"warnings":["results truncated due to limit"]}`,
    },
  ])("$why", async ({ path, want }) => {
    const api = await startApi();
    const { status, text, headers } = await api.get(path);
    expect(text).toBe(want);
    expect(status).toBe(200);
    expect(headers.get("content-type")).toMatch(/^application\/json/);
  });

  test.each([
    { limit: 2, why: "a limit that is just enough" },
    { limit: 0, why: "no limit" },
  ])("$why does not warn", async ({ limit }) => {
    const { json } = await (await startApi()).get(`/query?query=up&limit=${limit}`);
    expect(json?.data.result).toHaveLength(2);
    expect(json?.warnings).toBeUndefined();
  });

  test("numbers that JSON has not, and very small and large ones, are texts as Go prints them", async () => {
    const { json } = await (await startApi()).get("/query?query=odd");
    const byKind = Object.fromEntries(
      json?.data.result.map(({ metric, value }: { metric: { kind: string }; value: [number, string] }) => [metric.kind, value[1]]),
    );
    expect(byKind).toEqual({ nan: "NaN", "+inf": "+Inf", "-inf": "-Inf", tiny: "1e-07", huge: "1e+21", "-0": "-0" });
  });

  test("a label may be called __proto__", async () => {
    const labels = Object.fromEntries([
      ["__name__", "m"],
      ["__proto__", "x"],
    ]) as Record<string, string>;
    const api = await startApi({ series: [[labels, [0, 1]]] });
    expect((await api.get("/query?query=m")).text).toContain('{"__name__":"m","__proto__":"x"}');
    expect((await api.get("/series?match[]=m")).text).toContain('{"__name__":"m","__proto__":"x"}');
  });

  test("a form may be posted, and its values come before those of the address", async () => {
    const api = await startApi();
    const { json } = await api.post("/query?query=2", { query: "1" });
    expect(json?.data).toEqual({ resultType: "scalar", result: [now, "1"] });
    expect((await api.post("/query?query=2", {})).json?.data.result).toEqual([now, "2"]);
  });

  test("statistics stand in the data when they are asked for", async () => {
    const api = await startApi();
    const { json } = await api.get("/query?query=up[25s]&stats=all");
    expect(json?.data.result).toHaveLength(2);
    expect(json?.data.stats.samples).toEqual({ totalQueryableSamples: 6, samplesRead: 6, peakSamples: 6 });
    expect(Object.keys(json?.data.stats.timings)).toContain("execTotalTime");
    expect((await api.get("/query?query=up&limit=1&stats=true")).json?.data.stats).toBeDefined();
    expect((await api.get("/query?query=up")).json?.data.stats).toBeUndefined();
  });

  test("statistics of each step have a feature of their own", async () => {
    const api = await startApi({ evaluation: { perStepStats: true } });
    const range = "start=1435781440&end=1435781460&step=10";
    const ask = async (stats: string) =>
      (await api.get(`/query_range?query=up[15s]&${range}&stats=${stats}`.replace("up[15s]", "count_over_time(up[15s])"))).json?.data.stats
        .samples;
    const seconds = 1_435_781_440;
    expect(await ask("all")).toMatchObject({
      totalQueryableSamplesPerStep: [
        [seconds, 4],
        [seconds + 10, 4],
        [seconds + 20, 4],
      ],
      totalQueryableSamples: 12,
      samplesReadPerStep: [
        [seconds, 4],
        [seconds + 10, 2],
        [seconds + 20, 2],
      ],
      samplesRead: 8,
    });
    expect(Object.keys(await ask("true"))).toEqual(["totalQueryableSamples", "samplesRead", "peakSamples"]);
  });

  test("a large answer is streamed whole, compressed or not", async () => {
    const series = Array.from({ length: 3000 }, (_, i) => [{ __name__: "many", number: String(i), text: "x".repeat(50) }, [0, i]] as const);
    const api = await startApi({ series });
    for (const encoding of ["gzip", "identity"]) {
      const { json, headers } = await api.get("/query?query=many", { headers: { "accept-encoding": encoding } });
      expect(headers.get("content-encoding")).toBe(encoding === "gzip" ? "gzip" : null);
      expect(json?.data.result).toHaveLength(3000);
    }
    const { json } = await api.get("/query?query=many&limit=2999");
    expect(json?.data.result).toHaveLength(2999);
    expect(json?.warnings).toEqual(["results truncated due to limit"]);
  });
});

describe("a range query", () => {
  const range = (extra: string): string => `/query_range?start=${now - 20}&end=${now}&step=10${extra}`;

  test("is a matrix with a point for each step that has a value", async () => {
    const { text } = await (await startApi()).get(range('&query=up{job="a"}'));
    expect(text).toBe(
      `{"status":"success","data":{"resultType":"matrix","result":[{"metric":{"__name__":"up","instance":"one","job":"a"},"values":[[${now - 20},"1"],[${now - 10},"1"],[${now},"0"]]}]}}`,
    );
  });

  test("of a scalar is a matrix without labels", async () => {
    const { json } = await (await startApi()).post("/query_range", { query: "1", start: "0", end: "1", step: "500ms" });
    expect(json?.data).toEqual({
      resultType: "matrix",
      result: [
        {
          metric: {},
          values: [
            [0, "1"],
            [0.5, "1"],
            [1, "1"],
          ],
        },
      ],
    });
  });

  test("may have 11 000 steps, but not one more", async () => {
    const api = await startApi();
    expect((await api.get("/query_range?query=up&start=0&end=11000&step=1")).status).toBe(200);
    expect((await api.get("/query_range?query=up&start=0&end=11000.999&step=1")).status).toBe(200);
    const { status, json } = await api.get("/query_range?query=up&start=0&end=11001&step=1");
    expect(status).toBe(400);
    expect(json?.error).toBe("exceeded maximum resolution of 11,000 points per timeseries. Try decreasing the query resolution (?step=XX)");
  });
});

describe("a query that can't be meant", () => {
  test.each([
    { path: "/query?query=up{", error: 'invalid parameter "query": 1:4: parse error: unexpected end of input inside braces' },
    { path: "/query?query=", error: 'invalid parameter "query": unknown position: parse error: no expression found in input' },
    { path: "/query", error: 'invalid parameter "query": unknown position: parse error: no expression found in input' },
    {
      path: "/query?query=1&time=abc",
      error: `invalid parameter "time": invalid time value for 'time': cannot parse "abc" to a valid timestamp`,
    },
    { path: "/query?query=1&timeout=abc", error: 'invalid parameter "timeout": cannot parse "abc" to a valid duration' },
    { path: "/query?query=1&lookback_delta=abc", error: 'error parsing lookback delta duration: cannot parse "abc" to a valid duration' },
    { path: "/query?query=1&limit=-1", error: 'invalid parameter "limit": limit must be non-negative' },
    { path: "/query?query=1&limit=1.5", error: 'invalid parameter "limit": strconv.Atoi: parsing "1.5": invalid syntax' },
    { path: "/query_range?query=1&start=2&end=1&step=1", error: 'invalid parameter "end": end timestamp must not be before start time' },
    {
      path: "/query_range?query=1&start=1&end=2&step=0",
      error: 'invalid parameter "step": zero or negative query resolution step widths are not accepted. Try a positive integer',
    },
    { path: "/query_range?query=1&start=1&end=2", error: 'invalid parameter "step": cannot parse "" to a valid duration' },
    {
      path: "/query_range?query=1&start=1&end=2&step=1e10",
      error: 'invalid parameter "step": cannot parse "1e10" to a valid duration. It overflows int64',
    },
    { path: "/query_range?query=1&end=2&step=1", error: 'invalid parameter "start": cannot parse "" to a valid timestamp' },
    { path: "/query_range?query=1&start=0&end=NaN&step=1", error: 'invalid parameter "end": cannot parse "NaN" to a valid timestamp' },
    {
      path: "/query_range?query=up[1m]&start=0&end=1&step=1",
      error: 'invalid parameter "query": invalid expression type "range vector" for range query, must be Scalar or instant Vector',
    },
    { path: "/format_query?query=sum(", error: 'invalid parameter "query": 1:5: parse error: unclosed left parenthesis' },
  ])("$path", async ({ path, error }) => {
    const { status, json } = await (await startApi()).get(path);
    expect(json).toEqual({ status: "error", errorType: "bad_data", error });
    expect(status).toBe(400);
  });

  test("what only shows while it is evaluated is 422", async () => {
    const { status, json } = await (await startApi()).get(`/query?query=${encodeURIComponent("up + on(nope) group_left up")}`);
    expect([status, json?.errorType]).toEqual([422, "execution"]);
    expect(json?.data).toBeUndefined();
  });

  test.each(["0s", "-1", "0.0000001"])("a timeout of %s is over at once: 503", async (timeout) => {
    const { status, json } = await (await startApi()).get(`/query?query=count(up)&timeout=${timeout}`);
    expect(status).toBe(503);
    expect(json).toEqual({ status: "error", errorType: "timeout", error: "query timed out in query execution" });
  });

  test("times at the ends of what can be said are answered", async () => {
    const api = await startApi();
    for (const time of ["1e300", "-1e300", "-292273086-05-16T16:47:06Z", "292277025-08-18T07:12:54.999999999Z"]) {
      const { status, json } = await api.get(`/query?query=up offset 5m&time=${encodeURIComponent(time)}`);
      expect([status, json?.data.result]).toEqual([200, []]);
    }
  });
});

test("an expression is printed prettily, and as a tree", async () => {
  const api = await startApi();
  expect((await api.get("/format_query?query=up==1")).json?.data).toBe("up == 1");
  expect((await api.get("/parse_query?query=up")).json?.data).toMatchObject({ type: "vectorSelector", name: "up" });
});
