import { gunzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { configFolder, startPrometheus, type Prometheus } from "../prometheus.ts";

/** A profile takes whole seconds, so this file does, too. */
let prometheus: Prometheus;

beforeAll(async () => {
  prometheus = await startPrometheus(configFolder("").folder);
});

afterAll(() => prometheus.process.kill());

async function fetchBytes(path: string): Promise<Buffer> {
  return Buffer.from(await (await fetch(prometheus.url + path)).arrayBuffer());
}

describe("/debug/pprof", () => {
  test.each(["heap", "goroutine", "threadcreate", "block", "mutex", "profile?seconds=1", "fgprof?seconds=1", "allocs?seconds=1"])(
    "%s is a compressed profile",
    async (name) => {
      // The texts of a profile begin with an empty one, and its types are among them.
      expect(gunzipSync(await fetchBytes(`/debug/pprof/${name}`)).toString("latin1")).toMatch(/2\0.*(count|bytes)/s);
    },
  );

  test.each([
    ["heap", /^inuse_space\/bytes$[^]*^\d+ @ old_space$/m],
    ["goroutine", /^\d+ @ TCPServerWrap$/m],
    ["block", /^contentions\/count delay\/nanoseconds\n\n$/m],
    ["fgprof?seconds=1", /^\d+ \d+ @ \(idle\)$/m],
  ])("%s is also a text", async (name, pattern) => {
    const { status, headers, text } = await prometheus.get(`/debug/pprof/${name}${name.includes("?") ? "&" : "?"}debug=1`);
    expect([status, headers.get("content-type")]).toEqual([200, "text/plain; charset=utf-8"]);
    expect(text).toMatch(pattern);
  });

  test("of those that take their time there is one at a time; one that nobody waits for makes room", async () => {
    const leaving = new AbortController();
    const running = fetch(`${prometheus.url}/debug/pprof/profile?seconds=500`, { signal: leaving.signal });
    const again = async (): Promise<number> => (await prometheus.get("/debug/pprof/allocs?seconds=1")).status;
    while ((await again()) !== 500);
    leaving.abort();
    await expect(running).rejects.toMatchObject({ name: "AbortError" });
    while ((await again()) !== 200);
  });

  test.each([
    { path: "trace", status: 501, body: /no execution trace/ },
    { path: "symbol", status: 200, body: /^num_symbols: 0$/m },
    { path: "cmdline", status: 200, body: /\0--query\.workers=1\0/ },
    { path: "profile?seconds=601", status: 400, body: /at most 600 seconds/ },
    { path: "", status: 200, body: /href="\.\/heap\?debug=1"/ },
    { path: "none", status: 404, body: /404 page not found/ },
    { path: "../none", status: 404, body: /404 page not found/ },
  ])("$path is answered with $status", async ({ path, status, body }) => {
    const answer = await prometheus.get(`/debug/pprof/${path}`);
    expect(answer.status).toBe(status);
    expect(answer.text).toMatch(body);
    expect((await prometheus.get("/debug/pprof")).headers.get("location")).toBe("/debug/pprof/");
  });
});
