import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { configFolder, startPrometheus, type Prometheus } from "../prometheus.ts";

/** Port 1 answers nobody: each of these fails, and says so. */
const CONFIG = `
global: { scrape_interval: 1s }
rule_files: [rules.yml]
alerting:
  alertmanagers:
    - { basic_auth: { username: u, password: SECRET0 }, static_configs: [{ targets: ["127.0.0.1:1"] }] }
scrape_configs:
  - { job_name: basic, basic_auth: { username: u, password: SECRET1 }, static_configs: [{ targets: ["127.0.0.1:1"] }] }
  - { job_name: bearer, authorization: { credentials: SECRET2 }, static_configs: [{ targets: ["127.0.0.1:1"] }] }
  - { job_name: proxy, proxy_url: "http://u:SECRET3@127.0.0.1:1/", static_configs: [{ targets: ["127.0.0.1:2"] }] }
  - { job_name: headers, http_headers: { X: { secrets: [SECRET4] } }, static_configs: [{ targets: ["127.0.0.1:1"] }] }
  - job_name: oauth
    oauth2: { client_id: c, client_secret: SECRET5, token_url: "http://u:SECRET6@127.0.0.1:1/t" }
    static_configs: [{ targets: ["127.0.0.1:1"] }]
  - { job_name: consul, consul_sd_configs: [{ server: "127.0.0.1:1", token: SECRET7, refresh_interval: 1s }] }
  - job_name: connect
    proxy_url: http://127.0.0.1:1/
    proxy_connect_header: { X: [SECRET8] }
    static_configs: [{ targets: ["127.0.0.1:2"] }]
  - { job_name: address, http_sd_configs: [{ url: "http://u:SECRETa@127.0.0.1:1/", refresh_interval: 1s }] }
  - job_name: http
    http_sd_configs: [{ url: "http://127.0.0.1:1/", basic_auth: { username: u, password: SECRET9 }, refresh_interval: 1s }]
`;

const RULES = "groups: [{ name: g, interval: 1s, rules: [{ alert: a, expr: vector(1) }] }]\n";

const { folder, write } = configFolder(CONFIG);
writeFileSync(join(folder, "rules.yml"), RULES);

let prometheus: Prometheus;
beforeAll(async () => {
  prometheus = await startPrometheus(folder, ["--log.level=debug", "--web.enable-lifecycle"]);
  await prometheus.process.waitForLine("127.0.0.1:1/t");
  await prometheus.process.waitForLine("component=notifier");
});
afterAll(() => prometheus.process.kill());

test.each([
  "/api/v1/status/config",
  "/api/v1/status/flags",
  "/api/v1/status/runtimeinfo",
  "/api/v1/targets",
  "/api/v1/scrape_pools",
  "/api/v1/alertmanagers",
  "/api/v1/rules",
  "/api/v1/notifications",
  "/api/v1/targets/relabel_steps?scrapePool=basic&labels={}",
  "/metrics",
  "/config",
  "/debug/pprof/cmdline",
])("%s tells no secret", async (path) => {
  expect((await prometheus.get(path)).text).not.toContain("SECRET");
});

test.each([
  { from: "password: SECRET1", to: "password: [SECRET1]", why: "a list for a text" },
  { from: "credentials: SECRET2", to: "credential: SECRET2", why: "a field that there is not" },
  { from: "{ credentials: SECRET2 }", to: "SECRET2", why: "a text for a section" },
  { from: "secrets: [SECRET4]", to: "secrets: SECRET4", why: "a text for a list" },
  { from: "{ X: { secrets: [SECRET4] } }", to: "{ X: SECRET4 }", why: "a text in a mapping of sections" },
  { from: "{ X: { secrets: [SECRET4] } }", to: "SECRET4", why: "a text for a mapping" },
  { from: "127.0.0.1:1/t", to: "127.0.0.1:1x/t", why: "an address with a port that is none" },
  { from: '"http://u:SECRET3@127.0.0.1:1/"', to: '"http://u:SECRET3@[::1/"', why: "an address without its end" },
  { from: "token: SECRET7", to: "token: SECRET7: x", why: "a text that is no YAML" },
  { from: "token: SECRET7", to: 'token: "SECRET7\\q"', why: "an escape that is none" },
])("the refusal of $why tells no secret", async ({ from, to }) => {
  const mistaken = CONFIG.replace(from, to);
  expect(mistaken).not.toBe(CONFIG);
  write(mistaken);
  const { text } = await prometheus.get("/-/reload", { method: "POST" });
  expect(text).not.toContain("SECRET");
});

test("the log, which hears of every failure, tells none either", () => {
  const log = prometheus.process.stderr();
  for (const heard of ["component=scrape", "component=notifier", "component=discovery", "level=DEBUG"]) expect(log).toContain(heard);
  expect(log).not.toContain("SECRET");
});
