import { writeFileSync } from "node:fs";
import { describe, expect, test } from "@jest/globals";
import { eventually } from "@ferula/test-kit";
import { configFolder, startPrometheus, startTarget, type Prometheus } from "./prometheus.ts";

const config = (...targets: readonly string[]): string =>
  `global: {scrape_interval: 200ms, scrape_timeout: 200ms}\nscrape_configs: [{job_name: t, static_configs: [{targets: ${JSON.stringify(targets)}}]}]\n`;

/** Samples of a selector over the last minutes, `[time, value]` each. */
async function samples({ api }: Prometheus, selector: string): Promise<readonly [number, string][]> {
  const { result } = await api(`/api/v1/query?query=${encodeURIComponent(`${selector}[10m]`)}`);
  return result[0]?.values ?? [];
}

describe("samples", () => {
  test.each([
    { signal: "SIGTERM", why: "a stop" },
    { signal: "SIGKILL", why: "a kill in the middle of its work" },
  ] as const)("that a query showed are there after $why", async ({ signal }) => {
    const target = await startTarget();
    target.exposition = '# TYPE made_total counter\n# HELP made_total What was made.\nmade_total{a="b"} 7\n';
    const { folder } = configFolder(config(target.address));
    const first = await startPrometheus(folder);
    const before = await eventually(async () => {
      const found = await samples(first, "made_total");
      expect(found.length).toBeGreaterThanOrEqual(3);
      return found;
    });
    expect((await first.api("/api/v1/metadata?metric=made_total"))["made_total"]).toEqual([
      { type: "counter", help: "What was made.", unit: "" },
    ]);
    await first.process.kill(signal);

    const second = await startPrometheus(folder);
    const after = await samples(second, "made_total");
    expect(after.slice(0, before.length)).toEqual(before);
    await eventually(async () => expect((await samples(second, "made_total")).length).toBeGreaterThan(after.length));
    await second.process.kill();
  });

  test("of a target with a broken line are refused, with the line's number; the others go on", async () => {
    const good = await startTarget();
    const bad = await startTarget();
    good.exposition = "fine 1\n";
    bad.exposition = "fine 1\nalso_fine 2\nbroken{a= 3\n";
    const { folder } = configFolder(config(good.address, bad.address));
    const server = await startPrometheus(folder);
    const healthOf = async (address: string): Promise<{ health: string; lastError: string }> =>
      (await server.api("/api/v1/targets")).activeTargets.find(
        ({ scrapeUrl }: { scrapeUrl: string }) => scrapeUrl === `http://${address}/metrics`,
      );
    await eventually(async () => expect(await healthOf(bad.address)).toMatchObject({ health: "down" }));
    expect((await healthOf(bad.address)).lastError).toContain("line 3");
    await eventually(async () => expect(await healthOf(good.address)).toMatchObject({ health: "up", lastError: "" }));
    const up = async (): Promise<unknown> =>
      Object.fromEntries(
        (await server.api("/api/v1/query?query=up")).result.map(
          ({ metric, value }: { metric: { instance: string }; value: [number, string] }) => [metric.instance, value[1]],
        ),
      );
    await eventually(async () => expect(await up()).toEqual({ [good.address]: "1", [bad.address]: "0" }));
    expect(await samples(server, `also_fine{instance="${bad.address}"}`)).toEqual([]);

    bad.exposition = "fine 1\n";
    await eventually(async () => expect(await healthOf(bad.address)).toMatchObject({ health: "up", lastError: "" }));
    await server.process.kill();
  });

  test("of rules and their alerts are seen by the API, and external labels not", async () => {
    const target = await startTarget();
    target.exposition = "fine 1\n";
    const { folder, write } = configFolder("");
    write(
      `${config(target.address).replace("{scrape_interval", "{external_labels: {zone: z}, evaluation_interval: 200ms, scrape_interval")}rule_files: [prometheus-rules.yml]\n`,
    );
    writeFileSync(
      `${folder}/prometheus-rules.yml`,
      "groups: [{name: g, rules: [{record: twice, expr: fine * 2}, {alert: Fine, expr: fine == 1, labels: {l: v}}]}]\n",
    );
    const server = await startPrometheus(folder);
    await eventually(async () =>
      expect((await server.api("/api/v1/alerts")).alerts).toMatchObject([
        { state: "firing", labels: { alertname: "Fine", l: "v", job: "t" }, value: "1e+00" },
      ]),
    );
    const { result } = await eventually(async () => {
      const found = await server.api("/api/v1/query?query=twice");
      expect(found.result).toHaveLength(1);
      return found;
    });
    expect(result[0]).toMatchObject({ metric: { __name__: "twice", job: "t" }, value: [expect.any(Number), "2"] });
    expect(result[0].metric).not.toHaveProperty("zone");
    await server.process.kill();
  });
});
