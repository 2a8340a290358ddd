import { describe, expect, test } from "@jest/globals";
import { createFaultyFiles } from "@ferula/files";
import { noLogger } from "@ferula/logging";
import { createQueryLog } from "../../src/index.ts";
import { NOW_MS, startApi } from "../api-server.ts";

describe("the parameter explain", () => {
  test("answers the plan instead of the result, without a job for a worker", async () => {
    const api = await startApi();
    const { json } = await api.get("/query?query=sum(up)&explain=plan");
    expect(json?.data).toMatchObject({ explain: { operator: "aggregate", details: { op: "sum", by: [] }, steps: 1 } });
    expect(json?.data.explain.inputs[0].details.selector).toBe('{__name__="up"}');
    expect(api.jobCount()).toBe(0);
  });

  test.each([
    ["/query?query=sum(up)", 1, "of an instant query"],
    ["/query_range?query=sum(up)&start=1435781450&end=1435781460&step=10&limit=1", 2, "of a range, with a limit"],
    ["/query?query=sum(up)&stats=true", 1, "behind the statistics"],
  ])("%s is analyzed %p: %s", async (path, samples) => {
    const api = await startApi();
    const { json } = await api.get(`${path}&explain=analyze`);
    expect(json?.data.result).toHaveLength(1);
    expect(json?.data.explain.measured).toMatchObject({ series: 1, reads: 1, samples });
    expect(json?.data.explain.inputs[0].measured).toMatchObject({ series: 2, reads: 2, samples: 2 * samples, bytes: 32 * samples });
    expect(json?.data.stats === undefined).toBe(!path.includes("stats"));
  });

  test.each([
    ["sum(up)", "yes", 'invalid parameter "explain": unknown value "yes", use "plan" or "analyze"'],
    ["sum(", "plan", expect.stringMatching(/^invalid parameter "query": 1:5: parse error/)],
  ])("%s with %s is refused", async (query, explain, error) => {
    const api = await startApi();
    expect((await api.get(`/query?query=${query}&explain=${explain}`)).json).toEqual({ status: "error", errorType: "bad_data", error });
    expect((await api.get(`/query?query=${query}&explain=${explain}`)).status).toBe(400);
  });

  test("changes nothing of other answers", async () => {
    const api = await startApi();
    expect(Object.keys((await api.get("/query?query=up")).json?.data)).toEqual(["resultType", "result"]);
  });
});

test("a request is logged with who asked and what it took", async () => {
  const files = createFaultyFiles();
  const log = createQueryLog({ files, nowMs: () => NOW_MS, logger: noLogger });
  log.open("queries.log");
  const api = await startApi({ log });
  await api.get("/query?query=up&time=1435781460");
  await api.post("/query_range", { query: "up", start: "1435781400", end: "1435781460", step: "15.5" });
  await api.get('/query?query=label_replace(up,"","","","(")');
  await api.get("/query?query=up{");
  const lines = new TextDecoder().decode(files.readFile("queries.log")).trimEnd().split("\n");
  const logged = lines.map((line) => JSON.parse(line) as Record<string, any>);
  expect(lines[0]).toMatch(/^\{"time":"2015-07-01T20:11:00\.000Z","level":"INFO","msg":"promql query logged","params":\{"end":/);
  expect(logged[0]).toMatchObject({
    params: { end: "2015-07-01T20:11:00.000Z", query: "up", start: "2015-07-01T20:11:00.000Z", step: 0 },
    stats: { timings: { execTotalTime: expect.any(Number) }, samples: { totalQueryableSamples: 2, samplesRead: 2, peakSamples: 2 } },
    spanID: "0000000000000000",
    traceID: "00000000000000000000000000000000",
    httpRequest: { clientIP: "127.0.0.1", method: "GET", path: "/api/v1/query" },
  });
  expect(logged[1]).toMatchObject({ params: { step: 15 }, httpRequest: { method: "POST", path: "/api/v1/query_range" } });
  expect(logged[2]).toMatchObject({ error: expect.stringContaining("invalid") });
  expect(logged).toHaveLength(3);
});
