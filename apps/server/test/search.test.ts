import { expect, test } from "@jest/globals";
import { eventually } from "@ferula/test-kit";
import { configFolder, startPrometheus, startTarget } from "./prometheus.ts";

test("--enable-feature=search-api finds what is scraped, with what the target says of it, up to --web.search.max-limit", async () => {
  const target = await startTarget();
  target.exposition = "# HELP jobs_done How many.\n# TYPE jobs_done counter\njobs_done 7\njobs_failed 1\njobs_waiting 2\n";
  const { folder } = configFolder(
    `global: {scrape_interval: 200ms, scrape_timeout: 200ms}\nscrape_configs: [{job_name: app, static_configs: [{targets: ["${target.address}"]}]}]\n`,
  );
  const server = await startPrometheus(folder, ["--enable-feature=search-api", "--web.search.max-limit=2"]);
  const search = "/api/v1/search/metric_names?search[]=jobs_&include_metadata=true";
  await eventually(async () => {
    expect((await server.get(search)).text).toBe(
      '{"results":[{"name":"jobs_done","type":"counter","help":"How many."},{"name":"jobs_failed"}]}\n{"status":"success","has_more":true}\n',
    );
  });
  const refused = await server.get(`${search}&limit=3`);
  expect([refused.status, refused.text]).toEqual([400, expect.stringContaining("limit 3 exceeds the configured maximum (2, ")]);
  expect((await server.api("/api/v1/features")).api).toMatchObject({ search: true, search_fuzz_alg_jarowinkler: true });
  await server.process.kill();
});
