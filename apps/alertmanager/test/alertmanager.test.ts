import { existsSync, readdirSync, readlinkSync } from "node:fs";
import { describe, expect, test } from "@jest/globals";
import { CONFIG, start } from "./support.ts";

test("the status tells the configuration without its secrets, and that there is no cluster", async () => {
  const alertmanager = await start(
    CONFIG.replace("  - name: db-team\n", "  - name: db-team\n    webhook_configs:\n      - url: http://127.0.0.1:1/token\n"),
  );
  const { json } = await alertmanager.ask("GET", "/api/v2/status");
  expect(json).toMatchObject({
    cluster: { status: "disabled", peers: [] },
    versionInfo: { version: "0.34.0", branch: expect.stringMatching(/^ferula-/) },
    uptime: expect.stringMatching(/^\d{4}-.*Z$/),
  });
  expect(json.config.original).toContain("receiver: default");
  expect(json.config.original).not.toContain("127.0.0.1:1");
});

test("receivers are told in the order of the file", async () => {
  const alertmanager = await start();
  expect((await alertmanager.ask("GET", "/api/v2/receivers")).json).toEqual([
    { name: "default", labels: { name: "default" } },
    { name: "db-team", labels: { name: "db-team" } },
  ]);
  expect((await alertmanager.ask("GET", "/api/v2/receivers?receiver_matchers=name%3D~%22db.*%22&receiver=other")).json).toMatchObject([
    { name: "db-team" },
  ]);
  expect((await alertmanager.ask("GET", "/api/v2/receivers?receiver_matchers=%21")).text).toBe(
    '"failed to parse receiver_matchers param: bad matcher format: !"\n',
  );
});

test("a receiver's own labels are told, and asked for", async () => {
  const alertmanager = await start(CONFIG.replace("  - name: db-team\n", "  - name: db-team\n    labels: { owner: us }\n"));
  const { json } = await alertmanager.ask("GET", "/api/v2/receivers?receiver_matchers=owner%3Dus");
  expect(json).toEqual([{ name: "db-team", labels: { name: "db-team", owner: "us" } }]);
});

test.each([
  { method: "GET", path: "/-/healthy", status: 200, text: "OK" },
  { method: "GET", path: "/-/ready", status: 200, text: "OK" },
  { method: "HEAD", path: "/-/ready", status: 200, text: "" },
  { method: "GET", path: "/api/v1/alerts", status: 410, text: expect.stringContaining('"status":"deprecated"') },
  { method: "GET", path: "/api/v2/nope", status: 404, text: '{"code":404,"message":"path /api/v2/nope was not found"}\n' },
  { method: "PUT", path: "/api/v2/alerts", status: 405, text: '{"code":405,"message":"method PUT is not allowed, but [GET,POST] are"}\n' },
  { method: "HEAD", path: "/api/v2/alerts", status: 405, text: "" },
  { method: "POST", path: "/api/v2/status", status: 405, text: expect.stringContaining("[GET]") },
  { method: "POST", path: "/api/v2/silence/x", status: 405, text: expect.stringContaining("[DELETE,GET]") },
  { method: "GET", path: "/nope", status: 404, text: "404 page not found\n" },
])("$method $path is $status", async ({ method, path, status, text }) => {
  expect(await (await start()).ask(method, path)).toMatchObject({ status, text });
});

test.each([
  ["GET", "/api/v2/receivers", "text/html", 406],
  ["GET", "/api/v2/alerts", "text/html, application/json;q=0", 406],
  ["GET", "/api/v2/alerts", "text/html, application/*;q=0.1", 200],
  ["GET", "/api/v2/alerts", "application/json; charset=utf-8", 200],
  ["GET", "/api/v2/alerts/groups", "*/*", 200],
  ["DELETE", "/api/v2/silence/00000000-0000-4000-8000-000000000000", "text/html", 406],
  ["POST", "/api/v2/alerts", "text/html", 200],
  ["GET", "/api/v2/nope", "text/html", 404],
  ["PUT", "/api/v2/alerts", "text/html", 405],
])("%s %s by a client that takes %s is %d", async (method, path, accept, status) => {
  const answer = await (await start()).ask(method, path, method === "POST" ? [] : undefined, { accept });
  expect(answer.status).toBe(status);
  if (status === 406)
    expect(answer.json).toEqual({ code: 406, message: "unsupported media type requested, only [application/json] are available" });
});

test("the page says what there is and runs no script", async () => {
  const { status, text, headers } = await (await start()).ask("GET", "/");
  expect(status).toBe(200);
  expect(text).toContain("/api/v2/alerts/groups");
  expect(headers.get("content-security-policy")).toContain("default-src 'none'");
});

test("a prefix stands before everything", async () => {
  const alertmanager = await start(CONFIG, ["--web.external-url=http://proxy.example/am/"]);
  expect((await alertmanager.ask("GET", "/am/api/v2/status")).status).toBe(200);
  expect((await alertmanager.ask("GET", "/api/v2/status")).status).toBe(404);
  expect((await alertmanager.ask("GET", "/")).headers.get("location")).toBe("/am/");
});

test("what is counted is there from the start", async () => {
  const alertmanager = await start(
    CONFIG.replace("  - name: default\n", "  - name: default\n    webhook_configs: [{ url: 'http://127.0.0.1:1' }]\n"),
  );
  await alertmanager.ask("POST", "/api/v2/alerts", [{ labels: { alertname: "A" } }, { labels: {} }]);
  await alertmanager.ask("GET", "/api/v2/silence/x");
  await alertmanager.ask("GET", "/a/stranger");
  const { text } = await alertmanager.ask("GET", "/metrics");
  const lines = text.split("\n");
  for (const line of [
    'alertmanager_alerts{state="active"} 1',
    'alertmanager_alerts_invalid_total{version="v2"} 1',
    "alertmanager_alerts_limited_total 0",
    "alertmanager_alerts_per_alert_limit 0",
    'alertmanager_alerts_received_total{status="firing",version="v2"} 2',
    'alertmanager_alerts_received_total{status="resolved",version="v2"} 0',
    "alertmanager_cluster_enabled 0",
    "alertmanager_dispatcher_aggregation_groups 1",
    "alertmanager_dispatcher_alert_processing_duration_seconds_count 1",
    'alertmanager_http_concurrency_limit_exceeded_total{method="get"} 0',
    'alertmanager_http_request_duration_seconds_count{code="400",handler="/api/v2/alerts",method="post"} 1',
    'alertmanager_http_request_duration_seconds_count{code="422",handler="/api/v2/silence/{silenceID}",method="get"} 1',
    'alertmanager_http_request_duration_seconds_count{code="404",handler="unknown",method="get"} 1',
    'alertmanager_http_requests_in_flight{method="get"} 1',
    'alertmanager_http_response_size_bytes_sum{handler="unknown",method="get"} 19',
    "alertmanager_inhibition_rules 1",
    "alertmanager_integrations 1",
    "alertmanager_nflog_maintenance_total 1",
    "alertmanager_nflog_queries_total 0",
    'alertmanager_notification_latency_seconds_count{integration="email"} 0',
    'alertmanager_notifications_suppressed_total{reason="silence"} 0',
    "alertmanager_receivers 2",
    "alertmanager_silences_gc_duration_seconds_count 1",
    "alertmanager_silences_maintenance_errors_total 0",
    "alertmanager_silences_snapshot_duration_seconds_count 1",
    "alertmanager_silences_snapshot_size_bytes 0",
    "alertmanager_silences_state_size 0",
  ])
    expect(lines).toContain(line);
});

test("no more alerts of one name are taken than the limit lets", async () => {
  const alertmanager = await start(CONFIG, ["--alerts.per-alertname-limit=1"]);
  const post = (...labels: readonly object[]): unknown =>
    alertmanager.ask(
      "POST",
      "/api/v2/alerts",
      labels.map((one) => ({ labels: one })),
    );
  await post({ alertname: "A", n: "1" }, { alertname: "A", n: "2" }, { alertname: "B" });
  await post({ alertname: "A", n: "1" });
  const listed = (await alertmanager.ask("GET", "/api/v2/alerts")).json.map(({ labels }: any) => labels.alertname + (labels.n ?? ""));
  expect(listed.toSorted()).toEqual(["A1", "B"]);
  expect((await alertmanager.ask("GET", "/metrics")).text).toContain("\nalertmanager_alerts_limited_total 1\n");
});

describe("a reload", () => {
  test("with mistakes changes nothing, tells the place, and one without is put into force", async () => {
    const alertmanager = await start();
    const successful = async (): Promise<string | undefined> =>
      /^alertmanager_config_last_reload_successful (\d)/m.exec((await alertmanager.ask("GET", "/metrics")).text)?.[1];
    await alertmanager.ask("POST", "/api/v2/alerts", [{ labels: { alertname: "A" } }]);
    alertmanager.writeConfig("route:\n  receiver: nobody\n  group_waitt: 1s\n");
    const refused = await alertmanager.ask("POST", "/-/reload");
    expect(refused.status).toBe(500);
    expect(refused.text).toContain(`${alertmanager.configFile}:3:3: route.group_waitt: field group_waitt not found`);
    expect(await successful()).toBe("0");
    expect((await alertmanager.ask("GET", "/api/v2/receivers")).json).toHaveLength(2);

    alertmanager.writeConfig("route: {receiver: only, group_by: [alertname], group_wait: 1h}\nreceivers: [{name: only}]\n");
    expect((await alertmanager.ask("POST", "/-/reload")).status).toBe(200);
    expect(await successful()).toBe("1");
    const { json } = await alertmanager.ask("GET", "/api/v2/alerts/groups");
    expect(json).toMatchObject([{ receiver: { name: "only" }, alerts: [{ labels: { alertname: "A" }, receivers: [{ name: "only" }] }] }]);
  });

  test("is not asked for by a page of another site", async () => {
    expect((await (await start()).ask("POST", "/-/reload", undefined, { "sec-fetch-site": "cross-site" })).status).toBe(403);
  });
});

test.each([
  ["a configuration with mistakes", "route: {}", [], "root route must specify a default receiver"],
  ["an address that can't be had", CONFIG, ["--web.listen-address=192.0.2.1:1"], "cannot listen on 192.0.2.1:1"],
])("a start that fails by %s leaves no file open", async (_what, config, flags, message) => {
  const openFiles = (): number =>
    readdirSync("/proc/self/fd").filter((fd) => /\/(?:silences|nflog)\.journal$/.test(linkOf(`/proc/self/fd/${fd}`))).length;
  expect(openFiles()).toBe(0);
  await expect(start(config, flags)).rejects.toThrow(message);
  expect(openFiles()).toBe(0);
  await start();
  expect(openFiles()).toBe(2);
});

/** Where a link leads; a descriptor may be gone by the time it is looked at. */
function linkOf(path: string): string {
  return existsSync(path) ? readlinkSync(path) : "";
}

test.each([
  { flags: ["--enable-feature=nope"], want: 'cannot enable the feature "nope": there is none of this name' },
  { flags: ["--enable-feature=auto-gomemlimit,classic-mode"], want: 'cannot enable the feature "classic-mode": it is not supported yet' },
  { flags: ["--web.systemd-socket"], want: "no socket activation file descriptors found" },
  { flags: ["--cluster.peer=other:9094"], want: "flag '--cluster.peer' is not supported yet" },
  { flags: ["--web.external-url=ftp://x"], want: "it is neither http nor https" },
])("what can't be given is refused at the start: $flags", async ({ flags, want }) => {
  await expect(start(CONFIG, flags)).rejects.toThrow(want);
});
