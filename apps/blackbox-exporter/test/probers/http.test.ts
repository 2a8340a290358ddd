import { createServer, type IncomingHttpHeaders, type RequestListener } from "node:http";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterEach, describe, expect, test } from "@jest/globals";
import { tempFolder } from "@ferula/test-kit";
import { closeServers, listening, probe } from "./support.ts";

afterEach(closeServers);

const site = (listener: RequestListener): Promise<string> => listening(createServer(listener));

describe("redirects", () => {
  const loop: RequestListener = (_req, res) => void res.writeHead(302, { location: "/" }).end();

  test.each([
    { why: "that are followed", http: "{}", hops: 2, success: true, redirects: 2, status: 200 },
    { why: "that are not followed", http: "{follow_redirects: false}", hops: 2, success: false, redirects: 1, status: 302 },
    {
      why: "that are not followed and are fine",
      http: "{follow_redirects: false, valid_status_codes: [302]}",
      hops: 2,
      success: true,
      redirects: 1,
      status: 302,
    },
  ])("$why: $redirects", async ({ http, hops, success, redirects, status }) => {
    const address = await site((req, res) => {
      const step = Number(req.url?.slice(1));
      if (step < hops) res.writeHead(302, { location: `/${step + 1}` }).end();
      else res.end("here");
    });
    const probed = await probe(`{prober: http, http: ${http}}`, `${address}/0`);
    expect(probed.success).toBe(success);
    expect(probed.metrics.get("probe_http_redirects")).toBe(redirects);
    expect(probed.metrics.get("probe_http_status_code")).toBe(status);
  });

  test("in a circle end after ten that were followed", async () => {
    const probed = await probe("{prober: http}", await site(loop));
    expect(probed.success).toBe(false);
    expect(probed.metrics.get("probe_http_redirects")).toBe(11);
  });

  test("bring the cookies that the answers before have set", async () => {
    const address = await site((req, res) => {
      if (req.url === "/") res.writeHead(302, { location: "/in", "set-cookie": "session=1; Path=/" }).end();
      else res.writeHead(req.headers.cookie === "session=1" ? 200 : 403).end();
    });
    expect((await probe("{prober: http}", address)).success).toBe(true);
  });
});

describe("what a redirect takes along", () => {
  interface Seen {
    readonly method: string | undefined;
    readonly body: string;
    readonly headers: IncomingHttpHeaders;
  }

  /** A site that notes what it is asked, and sends those that ask for `/` on. */
  async function noting(redirect: (address: string) => { readonly status: number; readonly location: string }): Promise<{
    readonly address: string;
    readonly seen: readonly Seen[];
  }> {
    const seen: Seen[] = [];
    const address: string = await site((req, res) => {
      const parts: Buffer[] = [];
      req.on("data", (part: Buffer) => parts.push(part));
      req.on("end", () => {
        seen.push({ method: req.method, body: Buffer.concat(parts).toString(), headers: req.headers });
        const { status, location } = redirect(address);
        if (req.url === "/") res.writeHead(status, { location }).end();
        else res.end();
      });
    });
    return { address, seen };
  }

  const secrets = "{basic_auth: {username: me, password: secret}, headers: {Cookie: a=b, X-Plain: kept}}";

  test.each([
    { why: "an absolute location of the same host keeps credentials", host: "127.0.0.1", kept: true },
    { why: "another host gets none", host: "localhost", kept: false },
  ])("$why", async ({ host, kept }) => {
    const { address, seen } = await noting((own) => ({ status: 302, location: `http://${own.replace("127.0.0.1", host)}/end` }));
    expect((await probe(`{prober: http, http: ${secrets}}`, address)).success).toBe(true);
    const [first, second] = seen;
    expect(first.headers).toMatchObject({ authorization: expect.stringMatching(/^Basic /), cookie: "a=b", "x-plain": "kept" });
    expect([second.headers.authorization !== undefined, second.headers.cookie !== undefined]).toEqual([kept, kept]);
    expect(second.headers).toMatchObject({ "x-plain": "kept", referer: `http://${address}` });
  });

  test.each([
    { status: 302, method: "GET", body: "" },
    { status: 307, method: "POST", body: "hello" },
  ])("after $status a POST goes on as $method with the body '$body'", async ({ status, method, body }) => {
    const { address, seen } = await noting(() => ({ status, location: "/end" }));
    await probe("{prober: http, http: {method: POST, body: hello}}", address);
    expect(seen[1]).toMatchObject({ method, body });
  });

  test.each([
    { why: "a relative location keeps a given host name", absolute: false },
    { why: "an absolute one brings its own", absolute: true },
  ])("$why", async ({ absolute }) => {
    const { address, seen } = await noting((own) => ({ status: 302, location: absolute ? `http://${own}/end` : "/end" }));
    await probe("{prober: http, http: {headers: {Host: name.example}}}", address);
    expect(seen.map(({ headers }) => headers.host)).toEqual(["name.example", absolute ? address : "name.example"]);
  });

  test("a location that isn't HTTP fails the probe and is named", async () => {
    const address = await site((_req, res) => void res.writeHead(302, { location: "ftp://x/" }).end());
    const probed = await probe("{prober: http}", address);
    expect(probed.success).toBe(false);
    expect(probed.log).toContain("unsupported protocol scheme");
  });
});

test("an answer whose body does not come in time is an answer all the same", async () => {
  const address = await site((_req, res) => void res.writeHead(200, { "content-length": "10" }).write("half"));
  const probed = await probe("{prober: http}", address, { timeoutMs: 300 });
  expect(probed.success).toBe(false);
  expect(probed.metrics.get("probe_http_status_code")).toBe(200);
  expect(probed.metrics.get("probe_http_content_length")).toBe(10);
  expect(probed.log).toContain("context deadline exceeded");
});

describe("a body", () => {
  test.each([
    { why: "within the limit", http: "{body_size_limit: 10B}", body: "0123456789", success: true, length: 10 },
    { why: "over the limit", http: "{body_size_limit: 4B}", body: "0123456789", success: false, length: 4 },
    { why: "packed as expected", http: "{compression: gzip}", body: gzipSync("0123456789"), success: true, length: 10 },
    { why: "that is not packed", http: "{compression: gzip}", body: "0123456789", success: false, length: 0 },
    { why: "that holds what it must", http: "{fail_if_body_not_matches_regexp: ['1.3']}", body: "0123456789", success: true, length: 10 },
    { why: "that holds what it must not", http: "{fail_if_body_matches_regexp: ['1.3']}", body: "0123456789", success: false, length: 10 },
  ])("$why: success $success", async ({ http, body, success, length }) => {
    const probed = await probe(`{prober: http, http: ${http}}`, await site((_req, res) => void res.end(body)));
    expect(probed.success).toBe(success);
    expect(probed.metrics.get("probe_http_uncompressed_body_length")).toBe(length);
    expect(probed.metrics.get("probe_failed_due_to_regex")).toBe(http.includes("fail_if") && !success ? 1 : 0);
  });
});

test.each([
  { why: "a header that is missing", http: "{fail_if_header_not_matches: [{header: X-A, regexp: a}]}", success: false },
  {
    why: "a header that may be missing",
    http: "{fail_if_header_not_matches: [{header: X-A, regexp: a, allow_missing: true}]}",
    success: true,
  },
  { why: "a header as wanted", http: "{fail_if_header_not_matches: [{header: x-b, regexp: '^b'}]}", success: true },
  { why: "a header as unwanted", http: "{fail_if_header_matches: [{header: X-B, regexp: b$}]}", success: false },
  { why: "plain text where TLS is wanted", http: "{fail_if_not_ssl: true}", success: false },
  { why: "another version", http: "{valid_http_versions: ['HTTP/2.0']}", success: false },
])("$why: success $success", async ({ http, success }) => {
  const address = await site((_req, res) => void res.setHeader("x-b", "bb").end());
  expect((await probe(`{prober: http, http: ${http}}`, address)).success).toBe(success);
});

test("the request is what the module says", async () => {
  let seen = "";
  const address = await site((req, res) => {
    let body = "";
    req.on("data", (part: Buffer) => (body += part.toString()));
    req.on("end", () => {
      seen = `${req.method} ${req.url} ${req.headers.host} ${req.headers["x-a"]} ${req.headers.authorization} ${body}`;
      res.end();
    });
  });
  await probe(
    "{prober: http, http: {method: POST, headers: {X-A: b}, body: hello, basic_auth: {username: u, password: p}}}",
    `http://${address}/path?q=1`,
    { hostname: "shop" },
  );
  expect(seen).toBe(`POST /path?q=1 shop b Basic ${Buffer.from("u:p").toString("base64")} hello`);
});

describe("the answer's length", () => {
  test.each([
    { why: "as told", module: "{}", status: 200, headers: { "content-length": "2" }, want: 2 },
    { why: "not told", module: "{}", status: 200, headers: {}, want: -1 },
    { why: "none after 204", module: "{}", status: 204, headers: {}, want: 0 },
    { why: "none after 304", module: "{valid_status_codes: [304]}", status: 304, headers: {}, want: 0 },
    { why: "as told to HEAD", module: "{method: HEAD}", status: 200, headers: { "content-length": "2" }, want: 2 },
    { why: "of a redirect that is not followed", module: "{follow_redirects: false}", status: 302, headers: { location: "/" }, want: -1 },
  ])("$why: $want", async ({ module, status, headers, want }) => {
    const address = await site((_req, res) => {
      res.writeHead(status, headers).write("ok");
      res.end();
    });
    const { metrics } = await probe(`{prober: http, http: ${module}}`, address);
    expect(metrics.get("probe_http_content_length")).toBe(want);
    if (status === 302) expect(metrics.get("probe_http_uncompressed_body_length")).toBe(0);
  });
});

describe("a target that can't be probed", () => {
  const phases = (metrics: ReadonlyMap<string, number>): readonly string[] =>
    [...metrics.keys()].flatMap((name) => /^probe_http_duration_seconds\{phase="(\w+)"/.exec(name)?.[1] ?? []);

  test.each([
    { why: "is no URL", target: "http://a\nb/", message: "net/url: invalid control character in URL", shown: [], isLookedUp: false },
    { why: "has no host", target: "http:///x", message: "no such host", shown: ["resolve"], isLookedUp: true },
    { why: "is a number", target: "http://0x7f000001/", message: "lookup 0x7f000001: no such host", shown: ["resolve"], isLookedUp: true },
    { why: "is half an address", target: "127.1", message: "lookup 127.1: no such host", shown: ["resolve"], isLookedUp: true },
    { why: "is of the wrong family", target: "127.0.0.1", message: "no suitable address found", shown: ["resolve"], isLookedUp: true },
    {
      why: "does not listen",
      target: "[::ffff:127.0.0.1]:1",
      message: "ECONNREFUSED",
      shown: ["connect", "processing", "resolve", "tls", "transfer"],
      isLookedUp: true,
    },
  ])("because it $why says so and shows what there is", async ({ why, target, message, shown, isLookedUp }) => {
    const http = why === "is of the wrong family" ? "{ip_protocol_fallback: false}" : "{}";
    const { success, log, metrics } = await probe(`{prober: http, http: ${http}}`, target);
    expect(success).toBe(false);
    expect(log).toContain(message);
    expect(phases(metrics)).toEqual(shown);
    expect(metrics.has("probe_dns_lookup_time_seconds")).toBe(isLookedUp);
    expect(metrics.get("probe_ip_protocol")).toBe(shown.length > 1 ? 4 : isLookedUp ? 0 : undefined);
    expect(metrics.get("probe_http_status_code")).toBe(0);
  });

  test("by a method that is none is not asked", async () => {
    const { log, metrics } = await probe("{prober: http, http: {method: 'GET IT'}}", "127.0.0.1:1");
    expect(log).toContain("invalid method");
    expect(phases(metrics)).toEqual(["resolve"]);
  });
});

describe("an answer that breaks off", () => {
  test.each([
    { why: "fails its checks, too", http: "{fail_if_body_matches_regexp: [x]}", length: 4, failedByRegex: 1 },
    { why: "is no answer that was checked when its status is bad", http: "{valid_status_codes: [201]}", length: 4, failedByRegex: 0 },
    { why: "can't be unpacked", http: "{compression: gzip}", length: 0, failedByRegex: 0 },
  ])("$why", async ({ http, length, failedByRegex }) => {
    const address = await site((req, res) => {
      res.writeHead(200, { "content-length": "10" }).write("half", () => req.socket.end());
    });
    const { success, metrics } = await probe(`{prober: http, http: ${http}}`, address);
    expect(success).toBe(false);
    expect(metrics.get("probe_http_status_code")).toBe(200);
    expect(metrics.get("probe_http_uncompressed_body_length")).toBe(length);
    expect(metrics.get("probe_failed_due_to_regex")).toBe(failedByRegex);
  });

  test("ends the probe when the caller goes away", async () => {
    const caller = new AbortController();
    const address = await site(() => caller.abort());
    const { success, log } = await probe("{prober: http}", address, { caller: caller.signal });
    expect(success).toBe(false);
    expect(log).toContain("context canceled");
  });
});

test("a body that is sent with GET is told of, and cookies follow the name", async () => {
  const seen: string[] = [];
  const address = await site((req, res) => {
    seen.push(`${req.headers["content-length"]} ${req.headers.cookie}`);
    req.resume();
    if (req.url === "/") res.writeHead(307, { location: `http://${req.headers.host}/end`, "set-cookie": "a=b; Path=/" });
    res.end();
  });
  await probe("{prober: http, http: {body: four, preferred_ip_protocol: ip4}}", address.replace("127.0.0.1", "localhost"));
  expect(seen).toEqual(["4 undefined", "4 a=b"]);
});

test("a redirect with a file's body is not followed where it would need the body again", async () => {
  const file = join(tempFolder(), "body");
  writeFileSync(file, "from a file");
  const address = await site((req, res) => void res.writeHead(req.url === "/" ? 307 : 200, { location: "/end" }).end());
  const { metrics } = await probe(`{prober: http, http: {method: POST, body_file: ${file}}}`, address);
  expect([metrics.get("probe_http_status_code"), metrics.get("probe_http_redirects")]).toEqual([307, 0]);
});
