import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterEach, describe, expect, test } from "@jest/globals";
import { writeProtobuf, type MetricFamily } from "@ferula/exposition";
import { createIntegerHistogram } from "@ferula/model";
import { tempFolder } from "@ferula/test-kit";
import { runGateway, type RunningGateway } from "./running-gateway.ts";

const PROTOBUF = "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily";

const running: RunningGateway[] = [];

async function run(...argv: readonly string[]): Promise<RunningGateway> {
  const gateway = await runGateway(...argv);
  running.push(gateway);
  return gateway;
}

afterEach(async () => {
  for (const gateway of running.splice(0)) await gateway.stop();
});

/** The scrape without what the gateway tells of itself. */
async function pushedLines({ send }: RunningGateway, path = "/metrics"): Promise<string[]> {
  const { body } = await send("GET", path);
  return body.split("\n").filter((line) => line !== "" && !/^(# (HELP|TYPE) )?(push|process_|nodejs_)/.test(line));
}

describe("the push API answers as upstream", () => {
  test.each<[method: string, path: string, body: string, status: number, answer: string]>([
    ["POST", "/metrics/job/a", "x 1\n", 200, ""],
    ["PUT", "/metrics/job/a", "x 1\n", 200, ""],
    ["PUT", "/metrics/job/a/", "", 200, ""],
    ["POST", "/metrics/job/a%2Fb/c", "x 1\n", 200, ""],
    ["POST", "/metrics/job/a%2Fb", "x 1\n", 400, 'odd number of components in label string "/b"\n'],
    ["POST", "/metrics/job/%zz", "x 1\n", 400, "400 Bad Request"],
    ["POST", "/metrics/job/a", "x 1", 400, "text format parsing error in line 1: unexpected end of input stream\n"],
    ["PUT", "/metrics/job/a/x@base64/_w", "x 1\n", 400, 'invalid base64 encoding for label x="_w": the decoded bytes are not UTF-8\n'],
    ["POST", "/metrics/job", "x 1\n", 404, "404 page not found\n"],
    ["DELETE", "/metrics/job/none", "", 202, ""],
    ["DELETE", "/metrics/job/a/__x/y", "", 400, 'improper label name "__x"\n'],
    ["GET", "/metrics/job/a", "", 405, "Method Not Allowed\n"],
    ["PATCH", "/metrics", "", 405, "Method Not Allowed\n"],
    ["GET", "/nothing", "", 404, "404 page not found\n"],
    ["PUT", "/api/v1/admin/wipe", "", 404, "404 page not found\n"],
    ["POST", "/-/quit", "", 403, "Lifecycle API is not enabled."],
    ["GET", "/-/healthy", "", 200, "OK"],
    ["GET", "/-/ready", "", 200, "OK"],
  ])("%s %s %j → %i", async (method, path, body, status, answer) => {
    const { send } = await run();
    expect(await send(method, path, body)).toMatchObject({ status, body: answer });
  });

  test.each([
    ["GET", "//metrics", 301, "/metrics"],
    ["GET", "/metrics/", 301, "/metrics"],
    ["GET", "/status/?a=b", 301, "/status?a=b"],
    ["POST", "/metrics/job//x/y", 301, "/metrics/job/x/y"],
    ["POST", "/metrics/job/a/../b", 301, "/metrics/job/b"],
    ["POST", "/metrics/job/", 307, "/metrics/job"],
  ])("%s %s is redirected", async (method, path, status, location) => {
    const { send } = await run();
    const answer = await send(method, path, "x 1\n");
    expect([answer.status, answer.headers.location]).toEqual([status, location]);
  });

  test("a client learns which methods there are", async () => {
    const { send } = await run();
    expect((await send("OPTIONS", "/metrics/job/a")).headers.allow).toBe("DELETE, OPTIONS, POST, PUT");
    expect((await send("GET", "/metrics/job/a")).headers.allow).toBe("DELETE, OPTIONS, POST, PUT");
  });

  test("bodies may be gzip", async () => {
    const gateway = await run();
    expect((await gateway.send("POST", "/metrics/job/a", gzipSync("x 1\n"), { "content-encoding": "GZIP" })).status).toBe(200);
    expect(await pushedLines(gateway)).toEqual(["# TYPE x untyped", 'x{instance="",job="a"} 1']);
  });

  test("a browser may not push for another site", async () => {
    const { send } = await run("--web.enable-admin-api");
    const headers = { origin: "http://elsewhere.example" };
    expect((await send("POST", "/metrics/job/a", "x 1\n", headers)).status).toBe(403);
    expect((await send("DELETE", "/metrics/job/a", "", headers)).status).toBe(403);
    expect((await send("PUT", "/api/v1/admin/wipe", "", headers)).status).toBe(403);
  });

  test("without the consistency check every readable push is taken with 202", async () => {
    const { send } = await run("--push.disable-consistency-check");
    expect((await send("POST", "/metrics/job/a", "x 1\nx 1\n")).status).toBe(202);
    expect((await send("GET", "/metrics")).status).toBe(500);
    expect((await send("DELETE", "/metrics/job/a")).status).toBe(202);
    expect((await send("GET", "/metrics")).status).toBe(200);
  });

  test("UTF-8 names need their flag, in bodies as in paths", async () => {
    const plain = await run();
    expect((await plain.send("POST", "/metrics/job/a", '{"x.y"} 1\n')).status).toBe(400);
    const utf8 = await run("--push.enable-utf8-names");
    expect((await utf8.send("POST", "/metrics/job/a/U__b_2e_c/d", '{"x.y"} 1\n')).status).toBe(200);
    const { body } = await utf8.send("GET", "/metrics", "", { accept: "text/plain;version=1.0.0;escaping=allow-utf-8" });
    expect(body).toContain('{"x.y","b.c"="d",instance="",job="a"} 1');
  });
});

test("routes move with their prefix, the scrape with its flag", async () => {
  const gateway = await run("--web.external-url=http://example.org/gw/", "--web.telemetry-path=/scrape");
  expect((await gateway.send("POST", "/gw/metrics/job/a", "x 1\n")).status).toBe(200);
  expect(await pushedLines(gateway, "/gw/scrape")).toContain('x{instance="",job="a"} 1');
  expect((await gateway.send("GET", "/gw/metrics")).status).toBe(404);
  expect((await gateway.send("GET", "/gw//scrape")).headers.location).toBe("/gw/scrape");
  expect((await gateway.send("GET", "/metrics/job/a")).status).toBe(404);
});

test("quitting is asked for by PUT or POST", async () => {
  const gateway = await run("--web.enable-lifecycle");
  expect((await gateway.send("GET", "/-/quit")).body).toBe("Only POST or PUT requests allowed.");
  expect((await gateway.send("PUT", "/-/quit")).body).toBe("Requesting termination... Goodbye!");
  expect(gateway.quits()).toBe(1);
});

test("requests are counted under upstream's names", async () => {
  const { send } = await run("--web.enable-admin-api");
  await send("PUT", "/metrics/job/a", "x 1\n");
  await send("POST", "/metrics/job/a", "x");
  await send("DELETE", "/metrics/job/a");
  await send("GET", "/status");
  await send("GET", "/static/pushgateway.css");
  await send("OPTIONS", "/api/v1/metrics");
  await send("PUT", "/api/v1/admin/wipe");
  const { body } = await send("GET", "/metrics");
  const counts = body.split("\n").filter((line) => line.startsWith("pushgateway_http_requests_total"));
  expect(counts).toEqual(
    [
      ["200", "api/v1/options", "options"],
      ["200", "push", "put"],
      ["200", "static", "get"],
      ["200", "status", "get"],
      ["202", "delete", "delete"],
      ["202", "wipe", "put"],
      ["400", "push", "post"],
    ].map(([code, handler, method]) => `pushgateway_http_requests_total{code="${code}",handler="${handler}",method="${method}"} 1`),
  );
  expect(body).toMatch(/^pushgateway_http_push_size_bytes_count\{method="put"\} 1$/m);
  expect(body).toMatch(/^pushgateway_http_push_duration_seconds\{method="post",quantile="0.9"\} /m);
});

describe("API v1", () => {
  test("shows groups with their families, values as texts", async () => {
    const { send } = await run();
    await send("PUT", "/metrics/job/a/__proto__@base64/YQ", "");
    await send(
      "PUT",
      "/metrics/job/a",
      '# HELP x X\n# TYPE x counter\nx 1e6\n# TYPE h histogram\nh_bucket{le="1"} 1\nh_bucket{le="+Inf"} 2\nh_sum 3\nh_count 2\n# TYPE s summary\ns{quantile="0.5"} 4\ns_sum 5\ns_count 6\n',
    );
    const { body, headers } = await send("GET", "/api/v1/metrics");
    expect(headers["content-type"]).toBe("application/json");
    const { status, data } = JSON.parse(body) as { status: string; data: Record<string, { time_stamp: string }>[] };
    const labels = { instance: "", job: "a" };
    expect(status).toBe("success");
    expect(data).toHaveLength(1);
    expect(data[0]).toMatchObject({
      labels: { job: "a" },
      last_push_successful: true,
      x: { type: "COUNTER", help: "X", metrics: [{ labels, value: "1e+06" }] },
      h: { type: "HISTOGRAM", metrics: [{ labels, buckets: { "1": "1", "+Inf": "2" }, count: "2", sum: "3" }] },
      s: { type: "SUMMARY", metrics: [{ labels, quantiles: { "0.5": "4" }, count: "6", sum: "5" }] },
      push_failure_time_seconds: { type: "GAUGE", metrics: [{ labels, value: "0" }] },
    });
    expect(data[0]["x"].time_stamp).toMatch(/^\d{4}-.*Z$/);
  });

  test("shows flags as Go prints them", async () => {
    const { send } = await run();
    const { data } = JSON.parse((await send("GET", "/api/v1/status")).body) as { data: { flags: object; build_information: object } };
    expect(data.flags).toMatchObject({ "persistence.interval": "5m0s", "web.enable-lifecycle": "false", "log.level": "info" });
    expect(data.build_information).toMatchObject({
      version: "1.2.3",
      revision: "abc",
      branch: "main",
      buildUser: "me",
      buildDate: "today",
    });
  });

  test("an empty store is an empty list", async () => {
    const { send } = await run();
    expect((await send("GET", "/api/v1/metrics")).body).toBe('{"status":"success","data":[]}');
  });
});

describe("the pages", () => {
  test("escape what was pushed and run no script of it", async () => {
    const { send } = await run();
    await send("PUT", "/metrics/job/%3Cscript%3E", '# HELP x <img src=x onerror="a">\nx{l="</td><b>&\'\\""} 1\n');
    await send("PUT", "/metrics/job/%3Cscript%3E", "x 1 5\n");
    const { body, headers } = await send("GET", "/");
    expect(body).not.toMatch(/<script>|<img|<b>|onerror="a/);
    expect(body).toContain("Last push failed!");
    expect(headers["content-security-policy"]).toMatch(/^default-src 'none'; script-src 'self'; style-src 'self';/);
    expect(headers["x-content-type-options"]).toBe("nosniff");
  });

  test("delete buttons name their group", async () => {
    const { send } = await run();
    await send("PUT", "/metrics/job@base64/YS9i/x@base64/=", "x 1\n");
    const { body } = await send("GET", "/");
    const path = /data-method="DELETE" data-path="\.(.*?)"/.exec(body)?.[1] ?? "";
    expect((await send("DELETE", path)).status).toBe(202);
    expect((await send("GET", "/")).body).toContain("Nothing has been pushed yet.");
  });

  test("all groups can be deleted only with the admin API", async () => {
    for (const [argv, want] of [
      [[], false],
      [["--web.enable-admin-api"], true],
    ] as const) {
      const { send } = await run(...argv);
      await send("PUT", "/metrics/job/a", "x 1\n");
      expect((await send("GET", "/")).body.includes("Delete all groups")).toBe(want);
    }
  });

  test("their files are served", async () => {
    const { send } = await run();
    expect((await send("GET", "/static/pushgateway.js")).headers["content-type"]).toBe("text/javascript; charset=utf-8");
    expect((await send("GET", "/status")).body).toContain("persistence.interval");
  });
});

describe("the persistence file", () => {
  test("brings everything back after a stop", async () => {
    const path = join(tempFolder(), "groups");
    const first = await run(`--persistence.file=${path}`);
    await first.send("PUT", "/metrics/job/a", "x 1\n");
    await first.send("PUT", "/metrics/job/b", "x 2\n");
    await first.send("DELETE", "/metrics/job/a");
    const before = await pushedLines(first);
    await first.stop();
    running.pop();
    expect(existsSync(path)).toBe(true);
    const second = await run(`--persistence.file=${path}`);
    expect(await pushedLines(second)).toEqual(before);
    expect(before).toContain('x{instance="",job="b"} 2');
  });

  test("keeps what only protobuf can say", async () => {
    const path = join(tempFolder(), "groups");
    const first = await run(`--persistence.file=${path}`);
    const native = createIntegerHistogram({ count: 3, sum: 4, positiveSpans: Int32Array.of(0, 1), positiveBuckets: Float64Array.of(3) });
    const histogram: MetricFamily = {
      name: "h",
      type: "histogram",
      unit: "seconds",
      metrics: [{ labels: [], buckets: [], count: 3, sum: 4, createdSeconds: 7.5, native }],
    };
    const body = writeProtobuf([histogram]);
    expect(await first.send("PUT", "/metrics/job/a", body, { "content-type": `${PROTOBUF};encoding=delimited` })).toMatchObject({
      status: 200,
    });
    await first.stop();
    running.pop();
    const second = await run(`--persistence.file=${path}`);
    const scrape = await second.send("GET", "/metrics", undefined, { accept: `${PROTOBUF};encoding=compact-text` });
    expect(scrape.headers["content-type"]).toBe(
      "application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=compact-text; escaping=underscores",
    );
    expect(scrape.body).toContain(
      'name:"h" type:HISTOGRAM metric:{label:{name:"instance" value:""} label:{name:"job" value:"a"} histogram:{sample_count:3 sample_sum:4 schema:0 zero_threshold:0 zero_count:0 positive_span:{offset:0 length:1} positive_delta:3 created_timestamp:{seconds:7 nanos:500000000}}} unit:"seconds"\n',
    );
  });

  test("holds a push before it is acknowledged", async () => {
    const path = join(tempFolder(), "groups");
    const { send } = await run(`--persistence.file=${path}`);
    await send("PUT", "/metrics/job/a", "very_particular_name 1\n");
    expect(readFileSync(`${path}.journal`).includes("very_particular_name")).toBe(true);
  });

  test("of upstream is refused and left as it is", async () => {
    const path = join(tempFolder(), "groups");
    writeFileSync(path, "\x0e\xff\x81\x04\x01\x02");
    await expect(run(`--persistence.file=${path}`)).rejects.toThrow("was not written by this gateway, maybe by Prometheus' Pushgateway");
    expect(readFileSync(path, "latin1")).toBe(Buffer.from("\x0e\xff\x81\x04\x01\x02").toString("latin1"));
  });
});

test.each([
  ["--web.systemd-socket", "no socket activation file descriptors found"],
  ["--web.external-url=ftp://x", "it is neither http nor https"],
])("%s is refused at the start", async (flag, reason) => {
  await expect(run(flag)).rejects.toThrow(reason);
});
