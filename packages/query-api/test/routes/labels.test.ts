import { describe, expect, test } from "@jest/globals";
import { NOW_MS, startApi } from "../api-server.ts";

const now = NOW_MS / 1000;
const TRUNCATED = ["results truncated due to limit"];

describe("series", () => {
  test("are label sets, each once, sorted, whichever selectors find them", async () => {
    const api = await startApi();
    const { json } = await api.get('/series?match[]=up&match[]=up{job="a"}&match[]=dotted');
    expect(json?.data).toEqual([
      { __name__: "dotted", "http.status": "200" },
      { __name__: "up", instance: "one", job: "a" },
      { __name__: "up", instance: "two", job: "b" },
    ]);
    expect(json?.warnings).toBeUndefined();
    expect((await api.post("/series", { "match[]": "up" })).json?.data).toHaveLength(2);
  });

  test("beyond the limit are left out with a warning", async () => {
    const { json } = await (await startApi()).get("/series?match[]=up&limit=1");
    expect(json).toMatchObject({ data: [{ job: "a" }], warnings: TRUNCATED });
  });

  test("without a sample in the time that is asked for are none", async () => {
    const api = await startApi();
    expect((await api.get(`/series?match[]=up&start=${now - 7200}&end=${now - 3600}`)).json?.data).toEqual([]);
  });

  test.each([
    { query: "", error: "no match[] parameter provided" },
    { query: "match[]={}", error: 'invalid parameter "match[]": match[] must contain at least one non-empty matcher' },
    { query: 'match[]={a=~".*"}', error: 'invalid parameter "match[]": match[] must contain at least one non-empty matcher' },
    { query: "match[]=up{", error: 'invalid parameter "match[]": 1:4: parse error: unexpected end of input inside braces' },
    {
      query: "match[]=up&start=x",
      error: `invalid parameter "start": invalid time value for 'start': cannot parse "x" to a valid timestamp`,
    },
    { query: "match[]=up&limit=-1", error: 'invalid parameter "limit": limit must be non-negative' },
  ])("need a selector that can be meant: $query", async ({ query, error }) => {
    const { status, json } = await (await startApi()).get(`/series?${query}`);
    expect(json).toEqual({ status: "error", errorType: "bad_data", error });
    expect(status).toBe(400);
  });
});

describe("label names and values", () => {
  test.each([
    { path: "/labels", want: ["__name__", "http.status", "instance", "job", "kind", "path"], why: "all names, sorted" },
    { path: "/labels?match[]=up", want: ["__name__", "instance", "job"], why: "names of the series that a selector finds" },
    {
      path: "/labels?match[]=up&match[]=dotted",
      want: ["__name__", "http.status", "instance", "job"],
      why: "of several selectors, together",
    },
    { path: "/label/job/values", want: ["a", "b"], why: "all values, sorted" },
    { path: '/label/job/values?match[]=up{instance="two"}', want: ["b"], why: "values of the series that a selector finds" },
    { path: "/label/__name__/values", want: ["dotted", "odd", "page", "up"], why: "names of metrics" },
    { path: "/label/nope/values", want: [], why: "a label that nobody has" },
    { path: "/label/U__http_2e_status/values", want: ["200"], why: "an escaped name" },
    { path: "/label/http.status/values", want: ["200"], why: "a name with a dot as it is" },
  ])("$why: $path", async ({ path, want }) => {
    expect((await (await startApi()).get(path)).json).toEqual({ status: "success", data: want });
  });

  test("a limit cuts and warns", async () => {
    const api = await startApi();
    expect((await api.get("/labels?limit=2")).json).toEqual({ status: "success", data: ["__name__", "http.status"], warnings: TRUNCATED });
    expect((await api.get("/label/job/values?limit=1")).json).toEqual({ status: "success", data: ["a"], warnings: TRUNCATED });
    expect((await api.get("/label/job/values?limit=2")).json?.warnings).toBeUndefined();
  });

  test("a path that isn't UTF-8 is refused", async () => {
    const { status, json } = await (await startApi()).get("/label/%ff/values");
    expect([status, json?.errorType]).toEqual([400, "bad_data"]);
  });
});
