import { gzipSync } from "node:zlib";
import { afterEach, expect, test } from "@jest/globals";
import { cleanUp, exporter } from "../support.ts";
import { besiege, headOf, pour, rawTarget, type Defence } from "./support.ts";

afterEach(cleanUp);

const MIB = 2 ** 20;
const TEXT = { "content-type": "text/plain; version=0.0.4" };

/** Lines of comments: every one is right. */
const COMMENTS = `# ${"x".repeat(97)}\n`.repeat(640);

async function bodyTarget(body: string | Uint8Array, headers: Readonly<Record<string, string>> = TEXT): Promise<string> {
  return (await exporter((_req, res) => void res.writeHead(200, headers).end(body))).address;
}

const limited: Defence = { yaml: "body_size_limit: 1MB" };

test("a body that never ends is left at its limit", async () => {
  const address = await rawTarget((socket) => {
    socket.write(headOf());
    pour(socket, COMMENTS);
  });
  const { health, lastError, memoryBytes, otherScrapes } = await besiege(address, limited);
  expect([health, lastError]).toEqual(["down", "body size limit exceeded"]);
  expect(memoryBytes).toBeLessThanOrEqual(2 * MIB);
  expect(otherScrapes).toEqual(["15", "30"]);
});

test("a body that drips is left at the deadline", async () => {
  const address = await rawTarget((socket) => {
    socket.write(headOf());
    const drip = setInterval(() => socket.write("#"), 20);
    socket.once("close", () => clearInterval(drip));
  });
  const { health, lastError, otherScrapes } = await besiege(address, { untilDeadline: true });
  expect([health, lastError]).toEqual(["down", "context deadline exceeded"]);
  expect(otherScrapes).toEqual(["15", "30"]);
});

test("a gzip bomb is unpacked no further than to the limit", async () => {
  const bomb = gzipSync(Buffer.alloc(40 * MIB, COMMENTS), { level: 9 });
  const address = await bodyTarget(bomb, { ...TEXT, "content-encoding": "gzip" });
  const { health, lastError, memoryBytes, otherScrapes } = await besiege(address, limited);
  expect([health, lastError]).toEqual(["down", "body size limit exceeded"]);
  expect(memoryBytes).toBeLessThanOrEqual(2 * MIB);
  expect(otherScrapes).toEqual(["15", "30"]);
});

test("a packed body that is none is told", async () => {
  const address = await bodyTarget("this is not packed", { ...TEXT, "content-encoding": "gzip" });
  expect(await besiege(address)).toMatchObject({ health: "down", lastError: "gzip: invalid header", otherScrapes: ["15", "30"] });
});

test("without a limit the ceiling holds, and is named", async () => {
  const address = await bodyTarget("", { ...TEXT, "content-length": String(300 * MIB) });
  expect(await besiege(address)).toMatchObject({
    health: "down",
    lastError: "body size limit exceeded: more than 268435456 bytes (--scrape.body-size-ceiling, as no body_size_limit is set)",
    otherScrapes: ["15", "30"],
  });
});

test.each([
  { why: "in a label's value", body: Buffer.from('a{x="\xff"} 1\n', "latin1"), want: /^line 1: / },
  { why: "in a name", body: Buffer.from("ok 1\n\xc3( 1\n", "latin1"), want: /^line 2: / },
  { why: "that is cut off", body: Buffer.from('a 1\nb{x="\xe2\x82"} 1\n', "latin1"), want: /^line 2: / },
])("bytes that are no UTF-8 $why are told with their line", async ({ body, want }) => {
  const { at, health, lastError, otherScrapes } = await besiege(await bodyTarget(body));
  expect([health, lastError]).toEqual(["down", expect.stringMatching(want)]);
  expect(at.samples("ok")).toEqual([]);
  expect(otherScrapes).toEqual(["15", "30"]);
});

test.each([
  { why: "a value of a label", body: `a{x="${"y".repeat(10 * MIB)}"} 1\n`, want: /^label_value_length_limit exceeded \(metric: a, / },
  { why: "a name", body: `${"y".repeat(10 * MIB)} 1\n`, want: /^label_value_length_limit exceeded / },
  { why: "no sample at all", body: "y".repeat(10 * MIB), want: /^line 1: / },
  { why: "a label that never ends", body: `a{x="${"y".repeat(10 * MIB)}`, want: /^line 1: / },
])("a line of 10 MB, $why, is told in a few words", async ({ body, want }) => {
  const { health, lastError, otherScrapes } = await besiege(await bodyTarget(body), {
    rules: { labelValueLengthLimit: 1000 },
  });
  expect([health, lastError]).toEqual(["down", expect.stringMatching(want)]);
  expect(lastError.length).toBeLessThan(1500);
  expect(otherScrapes).toEqual(["15", "30"]);
});

test.each([
  { why: "a value of a label", body: (x: string) => `a{x="${x.repeat(10 * MIB)}"} 1\n` },
  { why: "a value full of escapes", body: (x: string) => `a{x="${`${x}\\n`.repeat(3 * MIB)}"} 1\n` },
  { why: "a HELP text", body: (x: string) => `# HELP a ${x.repeat(10 * MIB)}\na 1\n` },
  { why: "a name", body: (x: string) => `${x.repeat(10 * MIB)} 1\n` },
  { why: "an exemplar", body: (x: string) => `# TYPE a counter\na_total 1 # {x="${x.repeat(10 * MIB)}"} 1\n# EOF\n` },
])("a line of 10 MB without a limit, $why, is taken each time that it is new", async ({ body }) => {
  let round = 0;
  const { address } = await exporter((_req, res) => {
    const text = body("yz"[round++ % 2]);
    const type = text.endsWith("# EOF\n") ? "application/openmetrics-text; version=1.0.0" : TEXT["content-type"];
    res.writeHead(200, { "content-type": type }).end(text);
  });
  expect(await besiege(address)).toMatchObject({ health: "up", lastError: "", otherScrapes: ["15", "30"] });
});

test("labels by the ten thousand, in no order, are taken", async () => {
  const labels = Array.from({ length: 50_000 }, (_, i) => `l${i}="${i}"`).join(",");
  expect(await besiege(await bodyTarget(`a{${labels}} 1\n`))).toMatchObject({ health: "up", otherScrapes: ["15", "30"] });
});

test("more series than there may be fail the scrape, and none of them is stored", async () => {
  const body = Array.from({ length: 30_000 }, (_, i) => `many{i="${i}"} 1\n`).join("");
  const { at, health, lastError, otherScrapes } = await besiege(await bodyTarget(body), { yaml: "sample_limit: 1000" });
  expect([health, lastError]).toEqual(["down", "sample limit exceeded"]);
  expect(at.samples("many")).toEqual([]);
  expect(at.samples("scrape_samples_scraped").filter((row) => row.includes(" 30000 @"))).toHaveLength(2);
  expect(otherScrapes).toEqual(["15", "30"]);
});

test("of a series that comes twice the first value counts, the other is counted", async () => {
  const { at, health } = await besiege(await bodyTarget("twice 1\ntwice 2\n"));
  expect(health).toBe("up");
  expect(at.samples("twice").map((row) => row.split(" ")[1])).toEqual(["1", "1"]);
  expect(await at.metric("prometheus_target_scrapes_sample_duplicate_timestamp_total")).toEqual([
    "prometheus_target_scrapes_sample_duplicate_timestamp_total 2",
  ]);
});

test("times that run backwards are counted, and stored by nobody", async () => {
  let timeMs = Date.UTC(2026, 0, 1);
  const { address } = await exporter(() => `back 1 ${(timeMs -= 1000)}\n`);
  const { at, health } = await besiege(address);
  expect(health).toBe("up");
  expect(at.samples("back")).toHaveLength(1);
  expect(await at.metric("prometheus_target_scrapes_sample_out_of_order_total")).toEqual([
    "prometheus_target_scrapes_sample_out_of_order_total 1",
  ]);
});

test("a content type that is none of ours is told", async () => {
  const { health, lastError, otherScrapes } = await besiege(await bodyTarget("<html>", { "content-type": "text/html" }));
  expect([health, lastError]).toEqual([
    "down",
    'received unsupported Content-Type "text/html" and no fallback_scrape_protocol specified for target',
  ]);
  expect(otherScrapes).toEqual(["15", "30"]);
});
