import { writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { startProcess, tempFolder } from "@ferula/test-kit";

const binary = fileURLToPath(new URL("../bin/blackbox_exporter.js", import.meta.url));

const CONFIG = `modules:
  http_2xx:
    prober: http
    timeout: 5s
  http_body:
    prober: http
    http:
      fail_if_body_not_matches_regexp: [hello]
  tcp_connect:
    prober: tcp
  ping:
    prober: icmp
  roundabout:
    prober: http
    http:
      proxy_url: http://127.0.0.1:1
      fail_if_body_json_matches_cel: body.a == 1
`;

describe("the exporter's process", () => {
  let target: Server;
  let targetUrl: string;
  let base: string;
  let configFile: string;

  beforeAll(async () => {
    target = createServer((req, res) => {
      res.statusCode = req.url === "/missing" ? 404 : 200;
      res.end("good day");
    });
    await new Promise<void>((resolve) => target.listen(0, "127.0.0.1", resolve));
    targetUrl = `http://127.0.0.1:${(target.address() as AddressInfo).port}`;
    configFile = join(tempFolder(), "blackbox.yml");
    writeFileSync(configFile, CONFIG);
    const exporter = await startProcess(process.execPath, [binary, `--config.file=${configFile}`, "--web.listen-address=127.0.0.1:0"]);
    base = `http://${/address=(\S+)/.exec(await exporter.waitForLine("Listening on"))?.[1]}`;
  });
  afterAll(() => void target.close());

  const probe = async (module: string, to: string): Promise<string> =>
    (await fetch(`${base}/probe?module=${module}&target=${encodeURIComponent(to)}`)).text();

  test("a page that answers is up", async () => {
    const metrics = await probe("http_2xx", targetUrl);
    expect(metrics).toMatch(/^probe_success 1$/m);
    expect(metrics).toMatch(/^probe_http_status_code 200$/m);
    expect(metrics).toMatch(/^probe_http_duration_seconds\{phase="connect"\} /m);
  });

  test.each([
    ["a page that is missing", "http_2xx", () => `${targetUrl}/missing`, /^probe_http_status_code 404$/m],
    ["a body without what it should hold", "http_body", () => targetUrl, /^probe_failed_due_to_regex 1$/m],
    ["a port that nobody listens on", "tcp_connect", () => "127.0.0.1:1", /^probe_duration_seconds /m],
  ])("%s is down", async (_name, module, to, metric) => {
    const metrics = await probe(module, to());
    expect(metrics).toMatch(/^probe_success 0$/m);
    expect(metrics).toMatch(metric);
  });

  test("a port that listens is up", async () => {
    expect(await probe("tcp_connect", targetUrl.replace("http://", ""))).toMatch(/^probe_success 1$/m);
  });

  test.each([
    [400, "/probe?module=none&target=a", 'Unknown module "none"'],
    [400, "/probe?module=http_2xx", "Target parameter is missing"],
    [501, "/probe?module=ping&target=a", `Module "ping" can't be probed: the prober icmp is not supported yet`],
    [
      501,
      "/probe?module=roundabout&target=a",
      `Module "roundabout" can't be probed: http.proxy_url: a proxy is not supported yet, http.fail_if_body_json_matches_cel: a CEL expression is not supported yet`,
    ],
    [400, "/logs", "Probe id or target must be defined as http query parameters"],
    [400, "/logs?id=1&target=a", "Probe id and target can't be defined at the same time"],
    [400, "/logs?id=1&module=a", "Probe module filter only works in conjunction with target parameter"],
    [404, "/logs?id=999", "Probe id not found"],
    [404, "/logs?target=nobody", "Probe target not found"],
  ])("%i is the answer to %s", async (status, path, message) => {
    const response = await fetch(base + path);
    expect(response.status).toBe(status);
    expect(await response.text()).toContain(message);
  });

  test("a target may hold a question mark of its own", async () => {
    const metrics = await (await fetch(`${base}/probe?module=http_body&target=${targetUrl}/missing?x=y`)).text();
    expect(metrics).toMatch(/^probe_http_status_code 200$/m);
  });

  test("what debug=true shows is kept for a look later", async () => {
    const shown = await (await fetch(`${base}/probe?module=tcp_connect&target=127.0.0.1:2&debug=true`)).text();
    expect(shown).toContain("Metrics that would have been returned:");
    expect(await (await fetch(`${base}/logs?target=127.0.0.1:2&module=tcp_connect`)).text()).toBe(shown);
  });

  test("a reload that fails keeps the old modules", async () => {
    writeFileSync(configFile, "modules:\n  http_2xx:\n    prober: pigeon\n");
    const response = await fetch(`${base}/-/reload`, { method: "POST" });
    expect(response.status).toBe(500);
    expect(await response.text()).toContain("pigeon");
    expect(await probe("tcp_connect", targetUrl.replace("http://", ""))).toMatch(/^probe_success 1$/m);
  });
});
