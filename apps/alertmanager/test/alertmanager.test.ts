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
  expect((await alertmanager.ask("GET", "/api/v2/receivers?receiver_matchers=name%3D~%22db.*%22")).json).toMatchObject([
    { name: "db-team" },
  ]);
});

test.each([
  { method: "GET", path: "/-/healthy", status: 200, text: "OK" },
  { method: "GET", path: "/-/ready", status: 200, text: "OK" },
  { method: "HEAD", path: "/-/ready", status: 200, text: "" },
  { method: "GET", path: "/api/v1/alerts", status: 410, text: expect.stringContaining('"status":"deprecated"') },
  { method: "GET", path: "/api/v2/nope", status: 404, text: '{"code":404,"message":"path /api/v2/nope was not found"}' },
  { method: "PUT", path: "/api/v2/alerts", status: 405, text: '{"code":405,"message":"method PUT is not allowed, but [GET,POST] are"}' },
  { method: "HEAD", path: "/api/v2/alerts", status: 405, text: "" },
  { method: "POST", path: "/api/v2/status", status: 405, text: expect.stringContaining("[GET]") },
  { method: "POST", path: "/api/v2/silence/x", status: 405, text: expect.stringContaining("[DELETE,GET]") },
  { method: "GET", path: "/nope", status: 404, text: "404 page not found\n" },
])("$method $path is $status", async ({ method, path, status, text }) => {
  expect(await (await start()).ask(method, path)).toMatchObject({ status, text });
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
  { flags: ["--enable-feature=nope"], want: 'cannot enable the feature "nope": there is none of this name' },
  { flags: ["--enable-feature=auto-gomemlimit,classic-mode"], want: 'cannot enable the feature "classic-mode": it is not supported yet' },
  { flags: ["--web.systemd-socket"], want: "cannot use --web.systemd-socket: it is not supported yet" },
  { flags: ["--web.external-url=ftp://x"], want: "is not an http or https URL" },
])("what can't be given is refused at the start: $flags", async ({ flags, want }) => {
  await expect(start(CONFIG, flags)).rejects.toThrow(want);
});
