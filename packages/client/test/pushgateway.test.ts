import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { gunzipSync } from "node:zlib";
import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import { Gauge, openMetricsContentType, Pushgateway, Registry } from "../src/index.ts";

let server: Server;
let url = "";
let answer = { status: 200, body: "" };
let requests: { method: string; path: string; headers: IncomingMessage["headers"]; body: Buffer }[] = [];
const registry = new Registry();
new Gauge({ name: "g", help: "h", registers: [registry] }).set(5);
const exposition = "# HELP g h\n# TYPE g gauge\ng 5\n";

beforeAll(async () => {
  server = createServer((req, res) => {
    const chunks: Buffer[] = [];
    req.on("data", (chunk: Buffer) => chunks.push(chunk));
    req.on("end", () => {
      requests.push({ method: req.method ?? "", path: req.url ?? "", headers: req.headers, body: Buffer.concat(chunks) });
      res.writeHead(answer.status).end(answer.body);
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
beforeEach(() => {
  requests = [];
  answer = { status: 200, body: "" };
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

test.each([
  { call: "pushAdd", method: "POST", body: exposition },
  { call: "push", method: "PUT", body: exposition },
  { call: "delete", method: "DELETE", body: "" },
] as const)("$call is $method", async ({ call, method, body }) => {
  const gateway = new Pushgateway(`${url}/prefix/`, {}, registry);
  const { resp } = await gateway[call]({ jobName: "batch", groupings: { shard: 3 } });
  expect(resp.status).toBe(200);
  expect(requests).toMatchObject([{ method, path: "/prefix/metrics/job/batch/shard/3" }]);
  expect(requests[0].body.toString()).toBe(body);
  if (body !== "") expect(requests[0].headers["content-type"]).toBe("text/plain; version=0.0.4; charset=utf-8");
});

test("what is pushed is text, and called so, where the registry's exposition is OpenMetrics", async () => {
  const other = new Registry();
  other.setContentType(openMetricsContentType);
  new Gauge({ name: "g", help: "h", registers: [other] }).set(5);
  await new Pushgateway(url, {}, other).push({ jobName: "j" });
  expect(requests[0].headers["content-type"]).toBe("text/plain; version=0.0.4; charset=utf-8");
  expect(requests[0].body.toString()).toBe(exposition);
});

test.each([
  { group: { jobName: "a/b" }, path: "/metrics/job@base64/YS9i" },
  { group: { jobName: "a b%" }, path: "/metrics/job/a%20b%25" },
  {
    group: { jobName: "j", groupings: { empty: "", dots: "..", sum: "ü/?>" } },
    path: "/metrics/job/j/empty@base64/=/dots@base64/Li4/sum@base64/w7wvPz4",
  },
])("the group $group is at $path", async ({ group, path }) => {
  await new Pushgateway(url, {}, registry).pushAdd(group);
  expect(requests[0].path).toBe(path);
});

test("a body is compressed when the headers say so, and headers are not changed by a delete", async () => {
  const headers = { "Content-Encoding": "gzip", Authorization: "Bearer x" };
  const gateway = new Pushgateway(url, { headers }, registry);
  await gateway.delete({ jobName: "j" });
  await gateway.push({ jobName: "j" });
  expect(requests[0].headers["content-encoding"]).toBeUndefined();
  expect(requests[1].headers).toMatchObject({ "content-encoding": "gzip", authorization: "Bearer x" });
  expect(gunzipSync(requests[1].body).toString()).toBe(exposition);
});

test("a refusal rejects with the gateway's answer", async () => {
  answer = { status: 400, body: "pushed metrics must not have timestamps\n" };
  await expect(new Pushgateway(url, {}, registry).push({ jobName: "j" })).rejects.toThrow(
    `cannot push metrics: PUT ${url}/metrics/job/j answered 400: pushed metrics must not have timestamps`,
  );
});

test("a job's name is needed unless the options say otherwise", async () => {
  await expect(new Pushgateway(url, {}, registry).push()).rejects.toThrow("Missing jobName parameter");
  await new Pushgateway(url, { requireJobName: false }, registry).push({ groupings: { a: "b" } });
  expect(requests[0].path).toBe("/metrics/a/b");
});
