import { describe, expect, test } from "@jest/globals";
import { formatMatcher, PromError } from "@ferula/model";
import type { AdminPort } from "../../src/index.ts";
import { startApi } from "../api-server.ts";

const NOTHING = { deleteSeries: async () => undefined, cleanTombstones: async () => undefined, snapshot: async () => undefined };

function recording(): { readonly admin: AdminPort; readonly done: string[] } {
  const done: string[] = [];
  return {
    done,
    admin: {
      deleteSeries: async (min, max, matchers) => void done.push(`${min} ${max} ${matchers.map(formatMatcher).join()}`),
      cleanTombstones: async () => void done.push("cleaned"),
      snapshot: async (name, withHead) => void done.push(`${/^\d{8}T\d{6}Z-[\da-f]{16}$/.test(name)} ${withHead}`),
    },
  };
}

describe("the admin API", () => {
  test.each([
    {
      path: "delete_series?match[]=up&match[]={job='a'}&start=1&end=2.5",
      want: ['1000 2500 __name__="up"', '1000 2500 job="a"'],
      why: "deletes of each selector",
    },
    { path: "clean_tombstones", want: ["cleaned"], why: "cleans up" },
  ])("$why", async ({ path, want }) => {
    for (const method of ["POST", "PUT"]) {
      const { admin, done } = recording();
      const { status, text } = await (await startApi({ admin })).get(`/admin/tsdb/${path}`, { method });
      expect([status, text, done]).toEqual([204, "", want]);
    }
  });

  test("reads the form of a PUT, too", async () => {
    const { admin, done } = recording();
    const body = new URLSearchParams({ "match[]": "up", start: "1", end: "2" });
    await (await startApi({ admin })).get("/admin/tsdb/delete_series", { method: "PUT", body });
    expect(done).toEqual(['1000 2000 __name__="up"']);
  });

  test.each([
    { query: "", want: ["true true"] },
    { query: "?skip_head=true", want: ["true false"] },
    { query: "?skip_head=0", want: ["true true"] },
  ])("makes snapshots: $query", async ({ query, want }) => {
    const { admin, done } = recording();
    const { status, json } = await (await startApi({ admin })).get(`/admin/tsdb/snapshot${query}`, { method: "POST" });
    expect([status, done]).toEqual([200, want]);
    expect(json?.data).toEqual({ name: expect.stringMatching(/^\d{8}T\d{6}Z-[\da-f]{16}$/) });
  });

  test.each([
    { path: "delete_series", error: "no match[] parameter provided" },
    { path: "delete_series?match[]=%zz", error: 'error parsing form values: invalid URL escape "%zz"' },
    { path: "delete_series?match[]={", error: expect.stringMatching(/^invalid parameter "match\[\]": 1:2: parse error: /) },
    {
      path: "delete_series?match[]=up&end=x",
      error: `invalid parameter "end": invalid time value for 'end': cannot parse "x" to a valid timestamp`,
    },
    {
      path: "snapshot?skip_head=x",
      error: 'invalid parameter "skip_head": unable to parse boolean: strconv.ParseBool: parsing "x": invalid syntax',
    },
  ])("refuses $path", async ({ path, error }) => {
    const { status, json } = await (await startApi({ admin: NOTHING })).get(`/admin/tsdb/${path}`, { method: "POST" });
    expect([status, json?.errorType, json?.error]).toEqual([400, "bad_data", error]);
  });

  test("tells what went wrong with a snapshot", async () => {
    const admin = { ...NOTHING, snapshot: () => Promise.reject(new PromError("bad_data", "the disk is full")) };
    const { status, json } = await (await startApi({ admin })).get("/admin/tsdb/snapshot", { method: "POST" });
    expect([status, json?.errorType, json?.error]).toEqual([500, "internal", "create snapshot: the disk is full"]);
  });

  test("is not for pages of other sites", async () => {
    const { admin, done } = recording();
    const headers = { "sec-fetch-site": "cross-site" };
    const { status } = await (await startApi({ admin })).get("/admin/tsdb/clean_tombstones", { method: "POST", headers });
    expect([status, done]).toEqual([403, []]);
  });
});

test.each(["metric_names", "label_names", "label_values"])("the search for %s says that it is off", async (name) => {
  const { status, json } = await (await startApi()).get(`/search/${name}`);
  expect([status, json?.errorType, json?.error]).toEqual([500, "unavailable", "search API disabled"]);
});

test("blocks are listed as they describe themselves", async () => {
  const block = { ulid: "01", minTime: 1, maxTime: 2, stats: {}, compaction: { level: 1 }, version: 1 };
  const status = {
    config: () => "",
    flags: () => new Map(),
    runtimeInfo: () => ({}),
    buildInfo: () => ({}),
    tsdb: () => ({}),
    blocks: () => [block],
  };
  expect((await (await startApi({ status })).get("/status/tsdb/blocks")).json?.data).toEqual({ blocks: [block] });
});
