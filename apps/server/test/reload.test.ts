import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { eventually } from "@ferula/test-kit";
import { configFolder, startPrometheus, type Prometheus } from "./prometheus.ts";

const successful = async ({ get }: Prometheus): Promise<string | undefined> =>
  /^prometheus_config_last_reload_successful (\d)/m.exec((await get("/metrics")).text)?.[1];

const jobs = async ({ api }: Prometheus): Promise<readonly string[]> => (await api("/api/v1/scrape_pools")).scrapePools;

describe("a reload", () => {
  test("by request or signal puts the file into force; a broken one changes nothing and is told", async () => {
    const { folder, file, write } = configFolder("scrape_configs: [{job_name: one}]\n");
    const server = await startPrometheus(folder, ["--web.enable-lifecycle"]);
    const reload = (): ReturnType<Prometheus["get"]> => server.get("/-/reload", { method: "POST" });
    expect(await jobs(server)).toEqual(["one"]);
    expect(await successful(server)).toBe("1");

    write("scrape_configs: [{job_name: one}, {job_name: two}]\n");
    expect(await reload()).toMatchObject({ status: 200, text: "" });
    expect(await jobs(server)).toEqual(["one", "two"]);

    write("scrape_configs:\n  - job_name: three\n    scrape_intervall: 1m\n");
    const refused = await reload();
    expect(refused.status).toBe(500);
    expect(refused.text).toContain(
      `failed to reload config: couldn't load configuration (--config.file="${file}"): ${file}:3:5: scrape_configs[0].scrape_intervall: field scrape_intervall not found`,
    );
    expect(await jobs(server)).toEqual(["one", "two"]);
    expect(await successful(server)).toBe("0");
    expect((await server.api("/api/v1/status/runtimeinfo")).reloadConfigSuccess).toBe(false);
    expect((await server.api("/api/v1/status/config")).yaml).toContain("job_name: two");
    expect(await server.api("/api/v1/notifications")).toMatchObject([{ text: "Configuration reload has failed.", active: true }]);

    write("scrape_configs: [{job_name: one}, {job_name: two, tls_config: {ca_file: nope.pem}}]\n");
    const unusable = await reload();
    expect(unusable.status).toBe(500);
    expect(unusable.text).toContain("failed to reload config: one or more errors occurred while applying the new configuration");
    expect(unusable.text).toContain(`${folder}/nope.pem`);
    expect(await jobs(server)).toEqual(["one", "two"]);

    write("rule_files: [rules.yml]\nscrape_configs: [{job_name: four}]\n");
    writeFileSync(join(folder, "rules.yml"), "groups:\n  - name: g\n    rules: [{record: x, expr: 'sum('}]\n");
    expect((await reload()).text).toContain(`${folder}/rules.yml: 3:`);
    expect(await jobs(server)).toEqual(["one", "two"]);

    writeFileSync(join(folder, "rules.yml"), "groups:\n  - name: g\n    rules: [{record: x, expr: '1'}]\n");
    process.kill(server.process.pid, "SIGHUP");
    await eventually(async () => expect(await jobs(server)).toEqual(["four"]));
    expect((await server.api("/api/v1/rules")).groups[0].rules[0].name).toBe("x");
    expect(await successful(server)).toBe("1");

    write("{");
    process.kill(server.process.pid, "SIGHUP");
    await eventually(async () => expect(await successful(server)).toBe("0"));
    expect(await jobs(server)).toEqual(["four"]);
    expect(await server.process.kill()).toEqual({ code: 0, signal: null });
  });

  test.each([
    { why: "a flag", flag: "--config.auto-reload" },
    { why: "the feature that it was", flag: "--enable-feature=auto-reload-config" },
  ])("happens by itself where $why asks for it", async ({ flag }) => {
    const { folder, write } = configFolder("scrape_configs: [{job_name: one}]\n");
    const server = await startPrometheus(folder, [flag, "--config.auto-reload-interval=1s"]);
    write("{");
    await eventually(async () => expect(await successful(server)).toBe("0"));
    expect(await jobs(server)).toEqual(["one"]);
    write("scrape_configs: [{job_name: two}]\n");
    await eventually(async () => expect(await jobs(server)).toEqual(["two"]));
    expect(await successful(server)).toBe("1");
    expect((await server.api("/api/v1/features")).prometheus.auto_reload_config).toBe(true);
    await server.process.kill();
  });

  test("and a stop by request are refused unless they are switched on", async () => {
    const { folder } = configFolder("");
    const server = await startPrometheus(folder);
    for (const path of ["/-/reload", "/-/quit"]) {
      expect(await server.get(path, { method: "POST" })).toMatchObject({ status: 403, text: "Lifecycle API is not enabled." });
      expect((await server.get(path)).status).toBe(405);
    }
    await server.process.kill();
  });

  test("is not asked for by a page of another site", async () => {
    const { folder } = configFolder("");
    const server = await startPrometheus(folder, ["--web.enable-lifecycle"]);
    const headers = { "sec-fetch-site": "cross-site", origin: "http://evil.example" };
    expect((await server.get("/-/quit", { method: "POST", headers })).status).toBe(403);
    expect(await server.get("/-/quit", { method: "PUT" })).toMatchObject({ status: 200, text: "Requesting termination... Goodbye!" });
    expect(await server.process.exited).toEqual({ code: 0, signal: null });
  });
});
