import { expect, test } from "@jest/globals";
import { eventually } from "@ferula/test-kit";
import { configFolder, startPrometheus, startTarget } from "./prometheus.ts";

test("a server scrapes another's /federate with honor_labels: series keep their labels and times, and get the external ones", async () => {
  const target = await startTarget();
  target.exposition = '# TYPE jobs_total counter\njobs_total{queue="a"} 7\njobs_total{queue="b"} NaN\nother 1\n';
  const own = "global: {scrape_interval: 200ms, scrape_timeout: 200ms, external_labels: {region: eu, queue: none}}\n";
  const leaf = configFolder(`${own}scrape_configs: [{job_name: app, static_configs: [{targets: ["${target.address}"]}]}]\n`);
  const federated = await startPrometheus(leaf.folder, ["--web.route-prefix=/inside", "--web.external-url=http://outside.example/"]);
  const select = "metrics_path: /inside/federate, params: {'match[]': ['{job=\"app\"}', jobs_total]}, honor_labels: true";
  const targets = `static_configs: [{targets: ["${new URL(federated.url).host}"], labels: {region: us}}]`;
  const root = configFolder(
    `global: {scrape_interval: 200ms, scrape_timeout: 200ms}\nscrape_configs: [{job_name: federate, ${select}, ${targets}}]\n`,
  );
  const global = await startPrometheus(root.folder);
  const found = await eventually(async () => {
    const { result } = await global.api("/api/v1/query?query=jobs_total");
    expect(result).toHaveLength(2);
    return result as { metric: Record<string, string>; value: [number, string] }[];
  });
  const labels = { __name__: "jobs_total", instance: target.address, job: "app", region: "eu" };
  expect(found.map(({ metric, value: [, value] }) => [metric, value])).toEqual([
    [{ ...labels, queue: "a" }, "7"],
    [{ ...labels, queue: "b" }, "NaN"],
  ]);
  // What has no label of that name gets the external one; the scraping server's own label stands behind both.
  await eventually(async () => {
    const { result } = await global.api("/api/v1/query?query=up");
    expect(result.map(({ metric }: { metric: object }) => metric)).toEqual(
      expect.arrayContaining([
        { __name__: "up", instance: target.address, job: "app", region: "eu", queue: "none" },
        { __name__: "up", instance: new URL(federated.url).host, job: "federate", region: "us" },
      ]),
    );
  });
  const question = '/api/v1/query?query=jobs_total{queue="a"}[1m]';
  const timesOf = ({ result }: { result: { values: [number, string][] }[] }) => result[0].values.map(([seconds]) => seconds);
  const taken = timesOf(await global.api(question));
  expect(timesOf(await federated.api(`/inside${question}`))).toEqual(expect.arrayContaining(taken));
  const metrics = (await federated.get("/inside/metrics")).text;
  expect(metrics).toContain("\nprometheus_web_federation_errors_total 0\n");
  await Promise.all([global.process.kill(), federated.process.kill()]);
});
