import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { configFolder, startPrometheus, type Prometheus } from "./prometheus.ts";

const { folder } = configFolder("global: {external_labels: {region: eu}}\n");
const consoles = join(folder, "consoles");
const libraries = join(folder, "libraries");
const user = join(folder, "user");

const FILES: Readonly<Record<string, string>> = {
  "consoles/up.html": `{{ template "top" }}<h1>{{ .Params.q }} {{ $externalLabels.region }}</h1>{{ with query (or .Params.q "vector(1)") }}{{ . | first | value }}{{ end }}<i>{{ pathPrefix }}</i>`,
  "consoles/sub/plain.txt": "plain {{ 1 }}",
  "consoles/broken.html": "{{ .Nope }}",
  "libraries/a.lib": `{{ define "top" }}<!doctype html><script>var p = "{{ pathPrefix }}";</script>{{ end }}`,
  "user/a.txt": "hello",
  "user/style.css": "body{}",
  "user/noext": "<p>text",
  "user/README.consoles": "words",
  "user/sub/index.html": "<p>sub",
  "user/list/<b>&?.js": "1",
  "user/list/deep/x": "x",
  "secret.txt": "secret",
};

let prometheus: Prometheus;

beforeAll(async () => {
  for (const [name, text] of Object.entries(FILES)) {
    mkdirSync(join(folder, name, ".."), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  symlinkSync(join(folder, "secret.txt"), join(consoles, "link.html"));
  symlinkSync(join(folder, "nothing"), join(consoles, "dangling.html"));
  prometheus = await startPrometheus(folder, [
    `--web.console.templates=${consoles}`,
    `--web.console.libraries=${libraries}`,
    `--web.user-assets=${user}`,
    "--web.external-url=http://proxy.example/prom",
  ]);
});

afterAll(() => prometheus.process.kill());

describe("consoles", () => {
  test("are made of templates, libraries and queries at each request, for the address of the server", async () => {
    const { status, headers, text } = await prometheus.get("/prom/consoles/up.html?q=vector(2)%2B1");
    expect({ status, text }).toEqual({
      status: 200,
      text: '<!doctype html><script>var p = "\\/prom";</script><h1>vector(2)&#43;1 eu</h1>3<i>/prom</i>',
    });
    expect(headers.get("content-type")).toBe("text/html; charset=utf-8");
    expect(headers.get("x-content-type-options")).toBe("nosniff");
    expect(headers.get("content-security-policy")).toContain("frame-ancestors 'self'");
    writeFileSync(join(libraries, "b.lib"), `{{ define "top" }}new {{ end }}`);
    expect((await prometheus.get("/prom/consoles/up.html")).text).toMatch(/^new <h1>/);
    writeFileSync(join(libraries, "b.lib"), "");
  });

  test.each([
    { path: "sub/plain.txt", status: 200, body: "plain 1" },
    { path: "sub%2fplain.txt", status: 200, body: "plain 1" },
    { path: "link.html", status: 200, body: "secret" },
    { path: "none.html", status: 404, body: `open ${consoles}/none.html: no such file or directory\n` },
    { path: "dangling.html", status: 404, body: `open ${consoles}/dangling.html: no such file or directory\n` },
    { path: "up.html/x", status: 404, body: "file does not exist\n" },
    { path: "..%2fsecret.txt", status: 404, body: `open ${consoles}/secret.txt: no such file or directory\n` },
    { path: "..%2f..%2f..%2f..%2fetc/passwd", status: 404, body: `open ${consoles}/etc/passwd: no such file or directory\n` },
    { path: "%00", status: 404, body: "http: invalid or unsafe file path\n" },
    { path: "%zz", status: 400, body: "400 Bad Request\n" },
    { path: "sub/", status: 500, body: `read ${consoles}/sub: is a directory\n` },
    { path: "up.html?q=%zz", status: 400, body: 'invalid URL escape "%zz"\n' },
    { path: "up.html?q=1;b=2", status: 400, body: "invalid semicolon separator in query\n" },
  ])("$path is answered with $status", async ({ path, status, body }) => {
    const answer = await prometheus.get(`/prom/consoles/${path}`);
    expect({ status: answer.status, body: answer.text }).toEqual({ status, body });
    expect(answer.headers.get("content-type")).toBe("text/plain; charset=utf-8");
  });

  test.each([
    ["broken.html", 'executing "__console_/broken.html" at <.Nope>: can\'t evaluate field Nope in type struct { RawParams url.Values;'],
    ["up.html?q=foo(", "error calling query: 1:5: parse error: unclosed left parenthesis"],
    ["up.html?q=up[1m]", "error calling query: rule result is not a vector or scalar"],
  ])("%s fails in upstream's words", async (path, message) => {
    const { status, text } = await prometheus.get(`/prom/consoles/${path}`);
    expect(status).toBe(500);
    expect(text).toContain(message);
  });

  test("are read by GET only, counted under one name, and linked from the pages when there is a first one", async () => {
    const post = await prometheus.get("/prom/consoles/up.html", { method: "POST" });
    expect([post.status, post.headers.get("allow")]).toEqual([405, "GET, OPTIONS"]);
    expect((await prometheus.get("/prom/consoles")).headers.get("location")).toBe("/prom/consoles/");
    expect((await prometheus.get("/prom/metrics")).text).toMatch(
      /prometheus_http_requests_total\{code="404",handler="\/consoles\/\*filepath"\} \d/,
    );
    expect((await prometheus.get("/prom/query")).text).not.toContain(">Consoles<");
    writeFileSync(join(consoles, "index.html"), "first");
    expect((await prometheus.get("/prom/query")).text).toContain('<a href="/prom/consoles/index.html">Consoles</a>');
    expect((await prometheus.get("/prom/favicon.ico")).headers.get("content-type")).toContain("image/svg+xml");
  });
});

describe("files of the user", () => {
  test.each([
    { path: "a.txt", type: "text/plain; charset=utf-8", body: "hello" },
    { path: "style.css", type: "text/css; charset=utf-8", body: "body{}" },
    { path: "noext", type: "text/html; charset=utf-8", body: "<p>text" },
    { path: "README.consoles", type: "text/plain; charset=utf-8", body: "words" },
    { path: "sub/", type: "text/html; charset=utf-8", body: "<p>sub" },
  ])("$path is sent as $type", async ({ path, type, body }) => {
    const { status, headers, text } = await prometheus.get(`/prom/user/${path}`);
    expect({ status, type: headers.get("content-type"), text }).toEqual({ status: 200, type, text: body });
    expect(headers.get("x-content-type-options")).toBe("nosniff");
    expect(headers.get("last-modified")).not.toBeNull();
  });

  test("a folder without a page is listed, its names as text", async () => {
    const { headers, text } = await prometheus.get("/prom/user/list/");
    expect(headers.get("content-type")).toBe("text/html; charset=utf-8");
    expect(text).toContain('<a href="./%3Cb%3E&#38;%3F.js">&#60;b&#62;&#38;?.js</a>\n<a href="./deep/">deep/</a>\n');
    expect((await prometheus.get("/prom/user/list/%3Cb%3E&%3F.js")).text).toBe("1");
  });

  test.each([
    { path: "sub", location: "sub/" },
    { path: "sub?x=1", location: "sub/?x=1" },
    { path: "a.txt/", location: "../a.txt" },
    { path: "sub/index.html", location: "./" },
    { path: "none/index.html", location: "./" },
  ])("$path is found at $location", async ({ path, location }) => {
    const { status, headers } = await prometheus.get(`/prom/user/${path}`);
    expect([status, headers.get("location")]).toEqual([301, location]);
  });

  test.each([
    { path: "none", status: 404, body: "404 page not found\n" },
    { path: "..%2fsecret.txt", status: 404, body: "404 page not found\n" },
    { path: "sub%2f..%2f..%2fsecret.txt", status: 404, body: "404 page not found\n" },
    { path: "a.txt/x", status: 404, body: "404 page not found\n" },
    { path: "%00", status: 404, body: "404 page not found\n" },
    { path: "%zz", status: 400, body: "400 Bad Request\n" },
  ])("$path is answered with $status", async ({ path, status, body }) => {
    const answer = await prometheus.get(`/prom/user/${path}`);
    expect({ status: answer.status, body: answer.text }).toEqual({ status, body });
  });

  test("a part of a file is sent to who asks for it", async () => {
    const { status, headers, text } = await prometheus.get("/prom/user/a.txt", { headers: { range: "bytes=1-2" } });
    expect([status, headers.get("content-range"), text]).toEqual([206, "bytes 1-2/5", "el"]);
    expect((await prometheus.get("/prom/user/a.txt", { method: "HEAD" })).status).toBe(405);
  });
});

test("without --web.user-assets there is nothing of the user", async () => {
  const { folder: empty } = configFolder("");
  const { get, process } = await startPrometheus(empty);
  expect((await get("/user/")).status).toBe(404);
  expect((await get("/consoles/index.html")).text).toBe("open consoles/index.html: no such file or directory\n");
  await process.kill();
});
