import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { eventually } from "@ferula/test-kit";
import { configFolder, startPrometheus } from "./prometheus.ts";

/** Of so many points that it still runs when the server is killed. */
const LONG = "sum_over_time(vector(1)[45000000s:1s])";

const CONFIG = "global: {evaluation_interval: 200ms, query_log_file: queries.log}\n";

test("queries are logged, those of rules too, into a file that a reload opens anew", async () => {
  const { folder, write } = configFolder(`${CONFIG}rule_files: [rules.yml]\n`);
  const rules = "groups: [{name: g, rules: [{record: one, expr: vector(1)}]}]\n";
  const rulesFile = join(folder, "rules.yml");
  writeFileSync(rulesFile, rules);
  const server = await startPrometheus(folder, ["--web.enable-lifecycle"]);
  const lines = (): readonly Record<string, any>[] =>
    readFileSync(join(folder, "queries.log"), "utf8")
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => JSON.parse(line) as Record<string, any>);
  await server.api("/api/v1/query?query=1%2B1");
  const ofRule = await eventually(() => {
    const found = lines().find((line) => line["ruleGroup"] !== undefined);
    expect(found).toBeDefined();
    return found;
  });
  expect(ofRule).toMatchObject({ params: { query: "vector(1)", step: 0 }, ruleGroup: { file: rulesFile, name: "g" } });
  expect(lines()).toContainEqual(
    expect.objectContaining({ msg: "promql query logged", httpRequest: { clientIP: "127.0.0.1", method: "GET", path: "/api/v1/query" } }),
  );
  renameSync(join(folder, "queries.log"), join(folder, "queries.log.1"));
  expect((await server.get("/-/reload", { method: "POST" })).status).toBe(200);
  await server.api("/api/v1/query?query=2");
  expect(lines().map(({ params }) => params.query)).toContain("2");
  expect((await server.get("/metrics")).text).toContain("\nprometheus_engine_query_log_enabled 1\n");
  // The step of a subquery without one is that of rules.
  const { explain } = await server.api(`/api/v1/query?explain=plan&query=${encodeURIComponent("max_over_time(up[1s:])")}`);
  expect(explain.inputs[0].inputs[0].step).toBe(0.2);

  write(`global: {query_log_file: missing/queries.log}\n`);
  const refused = await server.get("/-/reload", { method: "POST" });
  expect([refused.status, (await server.get("/metrics")).text]).toEqual([
    500,
    expect.stringContaining("\nprometheus_config_last_reload_successful 0\n"),
  ]);
  await server.process.kill();
}, 30_000);

test("a query that runs when the server is killed is logged by the next run", async () => {
  const { folder } = configFolder("global: {}\n");
  const server = await startPrometheus(folder);
  server.get(`/api/v1/query?query=${encodeURIComponent(LONG)}`).catch(() => undefined);
  await eventually(() => expect(readFileSync(join(folder, "data/queries.active"), "utf8")).toContain(LONG));
  await server.process.kill("SIGKILL");
  const again = await startPrometheus(folder);
  expect(await again.process.waitForLine("These queries didn't finish in prometheus' last run:")).toContain(LONG);
  expect(readFileSync(join(folder, "data/queries.active"), "utf8").replaceAll("\0", "")).toBe("[");
  await again.process.kill();
}, 30_000);

test("a query that would take all memory or time is answered, and the next one too", async () => {
  const { folder } = configFolder("global: {}\n");
  const server = await startPrometheus(folder, ["--query.timeout=200ms"]);
  const ask = async (query: string): Promise<readonly [number, string]> => {
    const { status, text } = await server.get(`/api/v1/query?query=${encodeURIComponent(query)}`);
    return [status, (JSON.parse(text) as { error?: string }).error ?? ""];
  };
  const tooMany = "query processing would load too many samples into memory in query execution";
  expect(await ask('count_over_time({__name__=~".+"}[1y:1ms])')).toEqual([422, tooMany]);
  // No more samples than there may be, but many for that time.
  expect(await ask("sum_over_time(vector(1)[24000000s:1s])")).toEqual([503, expect.stringMatching(/^query timed out in /)]);
  expect(await ask("1")).toEqual([200, ""]);
  await server.process.kill();
}, 30_000);
