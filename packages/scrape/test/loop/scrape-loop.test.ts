import { gzipSync } from "node:zlib";
import { afterEach, describe, expect, test } from "@jest/globals";
import { createHttpClient } from "@ferula/http";
import { createSampleBatch, isStaleAt, PromError, type ExemplarRow } from "@ferula/model";
import type { Appender } from "@ferula/storage";
import { eventually } from "@ferula/test-kit";
import { workspaces } from "../cache/support.ts";
import type { Reading } from "../../src/body-reader.ts";
import type { FailureLog } from "../../src/failure-log.ts";
import { createAddedSeries } from "../../src/loop/added-series.ts";
import { createScraper, UNKNOWN_HEALTH } from "../../src/loop/scraper.ts";
import { defaultScrapeOptions } from "../../src/scrape-options.ts";
import { cleanUp, exporter, job, START_MS, startLoop, targetAt, world, type TestLoop, type World } from "../support.ts";

afterEach(cleanUp);

const NO_COUNTS = { scraped: 0, afterRelabelling: 0, added: 0 };
const TEXT = { "content-type": "text/plain; version=0.0.4" };

describe("a scrape", () => {
  test("stores the samples and its report, at the time that was due", async () => {
    const at = world();
    const { address } = await exporter(() => 'a 1\nb{x="y"} 2\n');
    const loop = startLoop(address, { world: at });
    expect(loop.health()).toMatchObject({ health: "unknown", lastError: "", lastScrapeMs: 0 });
    expect(await loop.tick()).toMatchObject({ health: "up", lastError: "", lastScrapeMs: START_MS + 15_000 });
    const rows = at.samples();
    expect(rows.filter((row) => !row.startsWith("scrape_duration_seconds"))).toEqual([
      `a{job="j"} 1 @15`,
      `b{job="j", x="y"} 2 @15`,
      `up{job="j"} 1 @15`,
      `scrape_samples_scraped{job="j"} 2 @15`,
      `scrape_samples_post_metric_relabeling{job="j"} 2 @15`,
      `scrape_series_added{job="j"} 2 @15`,
    ]);
    expect(at.samples("scrape_duration_seconds").length).toBe(1);
    await loop.tick();
    expect(at.samples("scrape_series_added")[1]).toContain(" 0 @");
    expect(at.samples("a").length).toBe(2);
  });

  test.each([
    { why: "an empty body", headers: {}, body: "", want: ["0", "STALE"] },
    { why: "a body of comments", headers: TEXT, body: "# nothing\n", want: ["0", "STALE"] },
  ])("of $why is a good one without samples, whatever its content type", async ({ headers, body, want }) => {
    const at = world();
    let isEmpty = false;
    const { address } = await exporter((_req, res) => {
      res.writeHead(200, isEmpty ? headers : TEXT).end(isEmpty ? body : "a 0\n");
    });
    const loop = startLoop(address, { world: at });
    await loop.tick();
    isEmpty = true;
    expect(await loop.tick()).toMatchObject({ health: "up", lastError: "" });
    expect(at.samples("a").map((row) => row.split(" ")[1])).toEqual(want);
    expect(at.samples("up").map((row) => row.split(" ")[1])).toEqual(["1", "1"]);
  });

  test("of a body without a usable content type is read as the job says, which is told in the log", async () => {
    const at = world();
    const { address } = await exporter((_req, res) => void res.writeHead(200, { "content-type": "text/html" }).end("a 1\n"));
    const loop = startLoop(address, { world: at, yaml: "fallback_scrape_protocol: PrometheusText1.0.0" });
    expect(await loop.tick()).toMatchObject({ health: "up" });
    const complaint = 'received unsupported Content-Type \\"text/html\\", using fallback_scrape_protocol \\"text/plain\\"';
    expect(at.logs.find((line) => line.includes("using fallback setting"))).toContain(complaint);
  });

  test("is stored in one call with its report, once the report's series are known", async () => {
    const at = world();
    const rowCounts: number[] = [];
    const appender: Appender = {
      ...at.deps.appender,
      append(batch, onRejected) {
        rowCounts.push(batch.length);
        return at.deps.appender.append(batch, onRejected);
      },
    };
    const { address } = await exporter(() => "a 1\nb 2\n");
    const loop = startLoop(address, { world: { ...at, deps: { ...at.deps, appender } } });
    for (let i = 0; i < 3; i++) await loop.tick();
    expect(rowCounts).toEqual([2, 5, 7, 7]);
    expect(at.samples("scrape_samples_scraped").map((row) => row.split(" ")[1])).toEqual(["2", "2", "2"]);
  });

  test("that tells of `up` itself is believed; what its report can't tell beside that counts as nothing dropped", async () => {
    const at = world();
    const { address } = await exporter(() => "up 5\n");
    const loop = startLoop(address, { world: at });
    for (let i = 0; i < 2; i++) await loop.tick();
    expect(at.samples("up").map((row) => row.split(" ")[1])).toEqual(["5", "5"]);
    expect(await at.metric("prometheus_target_scrapes_sample_duplicate_timestamp_total")).toEqual([
      "prometheus_target_scrapes_sample_duplicate_timestamp_total 0",
    ]);
  });

  test("tells more when it is asked to", async () => {
    const at = world();
    const { address } = await exporter(() => "a 1\n");
    await startLoop(address, { world: at, yaml: "extra_scrape_metrics: true\nsample_limit: 7" }).tick();
    expect(at.samples("scrape_timeout_seconds")[0]).toContain(" 10 @");
    expect(at.samples("scrape_sample_limit")[0]).toContain(" 7 @");
    expect(at.samples("scrape_body_size_bytes")[0]).toContain(" 4 @");
  });

  test("says who asks, and for what", async () => {
    const at = world();
    let headers: Record<string, unknown> = {};
    const { address } = await exporter((req, res) => {
      headers = req.headers;
      res.writeHead(200, TEXT).end("a 1\n");
    });
    await startLoop(address, { world: at }).tick();
    expect(headers).toMatchObject({
      accept: expect.stringMatching(/^application\/openmetrics-text;version=1\.0\.0;.*,\*\/\*;q=0\.2$/),
      "accept-encoding": "identity",
      "user-agent": "Test/1",
      "x-prometheus-scrape-timeout-seconds": "10",
    });
  });

  test("unpacks a body", async () => {
    const at = world();
    const { address } = await exporter((_req, res) => {
      res.writeHead(200, { ...TEXT, "content-encoding": "gzip" }).end(gzipSync("a 1\n".repeat(10_000)));
    });
    await startLoop(address, { world: at }).tick();
    expect(at.samples("scrape_samples_scraped")[0]).toContain(" 10000 @");
  });

  test("takes a body that comes in pieces, and is longer than the last", async () => {
    const at = world();
    let lines = 1;
    const { address } = await exporter((_req, res) => {
      res.writeHead(200, TEXT);
      for (let i = 0; i < lines; i++) res.write(`a{i="${i}"} ${i}\n`);
      res.end();
    });
    const loop = startLoop(address, { world: at });
    await loop.tick();
    lines = 2000;
    await loop.tick();
    expect(
      at
        .samples("a")
        .filter((row) => row.startsWith('a{i="1999"'))
        .map((row) => row.split(" ")[2]),
    ).toEqual(["1999"]);
  });
});

describe("a scrape fails with", () => {
  test.each([
    {
      why: "the status of the answer",
      status: 500,
      headers: TEXT,
      body: "a 1\n",
      want: "server returned HTTP status 500 Internal Server Error",
    },
    {
      why: "the status, however long the answer is",
      status: 404,
      headers: TEXT,
      body: "x".repeat(1_000_000),
      want: "server returned HTTP status 404 Not Found",
    },
    {
      why: "the status in the target's own words",
      status: 503,
      reason: "Backend fetch failed",
      headers: TEXT,
      body: "",
      want: "server returned HTTP status 503 Backend fetch failed",
    },
    {
      why: "no content type",
      status: 200,
      headers: {},
      body: "a 1\n",
      want: "non-compliant scrape target sending blank Content-Type and no fallback_scrape_protocol specified for target",
    },
    {
      why: "a strange content type",
      status: 200,
      headers: { "content-type": "text/html" },
      body: "a 1\n",
      want: 'received unsupported Content-Type "text/html" and no fallback_scrape_protocol specified for target',
    },
    {
      why: "a mistake in the body",
      status: 200,
      headers: TEXT,
      body: "a 1\nb\n",
      want: 'line 2: expected value after metric, got "\\n" ("INVALID") while parsing: "b\\n"',
    },
    { why: "too many samples", status: 200, headers: TEXT, body: "a 1\nb 1\nc 1\nd 1\n", want: "sample limit exceeded" },
    {
      why: "too long a body",
      status: 200,
      headers: TEXT,
      body: "# ".padEnd(6000, "x"),
      want: "body size limit exceeded",
    },
    {
      why: "a body that is as long as the limit",
      status: 200,
      headers: TEXT,
      body: "# ".padEnd(5000, "x"),
      want: "body size limit exceeded",
    },
  ])("$why", async ({ status, reason, headers, body, want }) => {
    const at = world();
    const { address } = await exporter((_req, res) => {
      res.writeHead(status, reason, headers as Record<string, string>).end(body);
    });
    const health = await startLoop(address, { world: at, yaml: "sample_limit: 3\nbody_size_limit: 5000B" }).tick();
    expect(health).toMatchObject({ health: "down", lastError: want });
    expect(at.samples("up")[0]).toContain(" 0 @");
    expect(at.samples("a")).toEqual([]);
  });

  test("the reason why nobody could be reached", async () => {
    const at = world();
    const { address, server } = await exporter(() => "");
    await new Promise((resolve) => {
      server.close(resolve);
    });
    const { lastError } = await startLoop(address, { world: at }).tick();
    expect(lastError).toBe(`Get "http://${address}/metrics": dial tcp ${address}: connect: connection refused`);
  });

  test("the deadline, when the target is slow; others are not delayed", async () => {
    const at = world();
    const slow = await exporter((_req, res) => void res.writeHead(200, TEXT).write("a 1\n"));
    const quick = await exporter(() => "b 1\n");
    const loop = startLoop(slow.address, { world: at });
    const other = startLoop(quick.address, { world: at });
    await at.clock.advance(15_000);
    await eventually(() => other.health().health === "up" && slow.requestCount() === 1);
    expect(loop.health().health).toBe("unknown");
    await at.clock.advance(10_000);
    await eventually(() => loop.health().health === "down");
    expect(loop.health().lastError).toBe("context deadline exceeded");
  });

  test("an early end, when the connection dies; the memory is used again", async () => {
    const at = world();
    const { address } = await exporter((_req, res) => {
      res.writeHead(200, { ...TEXT, "content-length": "1000000" });
      res.write("a 1\n".repeat(5000), () => res.destroy());
    });
    const loop = startLoop(address, { world: at });
    expect((await loop.tick()).lastError).toBe("unexpected EOF");
    for (let i = 0; i < 5; i++) await loop.tick();
    const before = workspaces.shared.usedBytes;
    for (let i = 0; i < 20; i++) await loop.tick();
    expect(workspaces.shared.usedBytes).toBe(before);
  });

  test("what its failure counts", async () => {
    const at = world();
    let body = "a 1\nb 1\nc 1\n";
    const { address } = await exporter(() => body);
    const loop = startLoop(address, {
      world: at,
      yaml: "sample_limit: 2\nbody_size_limit: 5000B\nextra_scrape_metrics: true",
      rules: { labelLimit: 2 },
    });
    await loop.tick();
    body = 'a{x="1"} 1\n';
    await loop.tick();
    body = "# ".padEnd(6000, "x");
    await loop.tick();
    expect(await at.metric("prometheus_target_scrapes_exceeded_sample_limit_total")).toEqual([
      "prometheus_target_scrapes_exceeded_sample_limit_total 1",
    ]);
    expect(await at.metric("prometheus_target_scrape_pool_exceeded_label_limits_total")).toEqual([
      "prometheus_target_scrape_pool_exceeded_label_limits_total 1",
    ]);
    expect(await at.metric("prometheus_target_scrapes_exceeded_body_size_limit_total")).toEqual([
      "prometheus_target_scrapes_exceeded_body_size_limit_total 1",
    ]);
    expect(await at.metric("prometheus_target_scrape_duration_seconds_count")).toEqual([
      "prometheus_target_scrape_duration_seconds_count 3",
    ]);
    expect(await at.metric("prometheus_target_interval_length_histogram_seconds_count")).toEqual([
      'prometheus_target_interval_length_histogram_seconds_count{interval="15s"} 2',
    ]);
    expect(at.samples("scrape_samples_post_metric_relabeling").map((row) => row.split(" ")[1])).toEqual(["3", "0", "0"]);
    expect(at.samples("scrape_body_size_bytes").map((row) => row.split(" ")[1])).toEqual(["12", "11", "-1"]);
  });
});

describe("stale markers", () => {
  test("end all series when a scrape fails, once; a report goes on", async () => {
    const at = world();
    let status = 200;
    const { address } = await exporter((_req, res) => void res.writeHead(status, TEXT).end("a 1\n"));
    const loop = startLoop(address, { world: at });
    await loop.tick();
    status = 503;
    await loop.tick();
    await loop.tick();
    status = 200;
    await loop.tick();
    expect(at.samples("a").map((row) => row.split(" ")[1])).toEqual(["1", "STALE", "1"]);
    expect(at.samples("up").map((row) => row.split(" ")[1])).toEqual(["1", "0", "0", "1"]);
  });

  test("of a target that went are of the next scrape's time, and written after another one and a bit", async () => {
    const at = world();
    const { address } = await exporter(() => "a 1\n");
    const loop = startLoop(address, { world: at });
    await loop.tick();
    const retired = loop.retire();
    await at.clock.advance(30_000 + 16_498 - 15_000);
    expect(at.samples("a").length).toBe(1);
    await at.clock.advance(1);
    await retired;
    expect(at.samples("a")[1]).toBe('a{job="j"} STALE @30');
    expect(at.samples("up")[1]).toBe('up{job="j"} STALE @30');
    expect(at.clock.timerCount()).toBe(0);
  });

  test("are refused by the storage when somebody has gone on with the series", async () => {
    const at = world();
    const { address } = await exporter(() => "a 1\n");
    const loop = startLoop(address, { world: at });
    await loop.tick();
    const retired = loop.retire();
    const successor = startLoop(address, { world: at });
    for (let i = 0; i < 3; i++) await successor.tick();
    await retired;
    expect(at.samples().filter((row) => row.includes("STALE"))).toEqual([]);
    expect(at.samples("a").length).toBe(4);
  });

  test.each([
    { why: "a scrape that fails", end: (loop: TestLoop) => loop.tick(), isReported: false },
    {
      why: "a target that went",
      end: (loop: TestLoop, at: World) => Promise.all([loop.retire(), at.clock.advance(60_000)]),
      isReported: true,
    },
  ])("of $why are to be refused where they would stand between newer samples", async ({ end, isReported }) => {
    const at = world();
    const markers: string[] = [];
    const appender: Appender = {
      ...at.storage,
      append(batch) {
        if (batch.length > 0 && isStaleAt(batch, 0)) markers.push(`${batch.length} ${batch.inOrderOnly}`);
        return at.storage.append(batch);
      },
    };
    let status = 200;
    const { address } = await exporter((_req, res) => void res.writeHead(status, TEXT).end("a 1\n"));
    const loop = startLoop(address, { world: { ...at, deps: { ...at.deps, appender } } });
    await loop.tick();
    status = 503;
    await end(loop, at);
    expect(markers).toEqual(["1 true", ...(isReported ? ["5 true"] : [])]);
  });

  test("are not written when the server stops", async () => {
    const at = world();
    const { address } = await exporter(() => "a 1\n");
    const loop = startLoop(address, { world: at });
    await loop.tick();
    const retired = loop.retire();
    await loop.stop();
    await retired;
    expect(at.samples().filter((row) => row.includes("STALE"))).toEqual([]);
  });
});

describe("the times of scrapes", () => {
  test("stand still in the interval, whatever a scrape takes", async () => {
    const at = world();
    const { address } = await exporter(() => "a 1\n");
    const loop = startLoop(address, { world: at });
    for (let i = 0; i < 4; i++) await loop.tick();
    expect(at.samples("up").map((row) => row.split("@")[1])).toEqual(["15", "30", "45", "60"]);
    const [count] = await at.metric("prometheus_target_interval_length_seconds_count");
    expect(count).toBe('prometheus_target_interval_length_seconds_count{interval="15s"} 3');
  });

  test.each([
    { why: "an hour", backMs: 3_600_000, want: [-3570, -3555, -3540] },
    { why: "a little more than an interval", backMs: 16_000, want: [14, 15, 30] },
  ])("stay an interval apart, or less, when the clock is set back by $why", async ({ backMs, want }) => {
    const at = world();
    let shiftMs = 0;
    const clock = { nowMs: () => at.clock.nowMs() + shiftMs, setTimeout: at.clock.setTimeout };
    const { address } = await exporter(() => "a 1\n");
    const loop = startLoop(address, { world: { ...at, deps: { ...at.deps, clock } } });
    await loop.tick();
    shiftMs = -backMs;
    const seconds: number[] = [];
    for (let i = 0; i < 3; i++) {
      const { lastScrapeMs } = loop.health();
      await at.clock.advance(15_000);
      await eventually(() => loop.health().lastScrapeMs !== lastScrapeMs);
      seconds.push((loop.health().lastScrapeMs - START_MS) / 1000);
    }
    expect(seconds).toEqual(want);
  });

  test("leave out the ticks that were missed", async () => {
    const at = world();
    let answer: () => void = () => undefined;
    const { address, requestCount } = await exporter((_req, res) => {
      answer = () => res.writeHead(200, TEXT).end("a 1\n");
      if (at.samples("up").length > 0) answer();
    });
    const loop = startLoop(address, { world: at, target: { intervalMs: 1000, timeoutMs: 10_000 } });
    await at.clock.advance(1000);
    await at.clock.advance(2500);
    await eventually(() => requestCount() === 1);
    answer();
    await eventually(() => loop.health().health === "up");
    await loop.tick();
    expect(at.samples("up").map((row) => row.split("@")[1])).toEqual(["1", "4"]);
  });
});

describe("a loop that is stopped", () => {
  test("cuts the scrape short, which tells nothing", async () => {
    const at = world();
    const { address, requestCount } = await exporter((_req, res) => void res.writeHead(200, TEXT).write("a 1\n"));
    const loop = startLoop(address, { world: at });
    await at.clock.advance(15_000);
    await eventually(() => requestCount() === 1);
    await loop.stop();
    expect(at.samples()).toEqual([]);
    expect(at.clock.timerCount()).toBe(0);
  });

  test("that is retired lets the scrape end", async () => {
    const at = world();
    let answer: () => void = () => undefined;
    const { address, requestCount } = await exporter((_req, res) => {
      answer = () => res.writeHead(200, TEXT).end("a 1\n");
    });
    const loop = startLoop(address, { world: at });
    await at.clock.advance(15_000);
    await eventually(() => requestCount() === 1);
    const retired = loop.retire();
    answer();
    await eventually(() => at.samples("a").length === 1);
    await loop.stop();
    await retired;
  });
});

describe("the log of failed scrapes", () => {
  const written: string[][] = [];
  const failureLog: FailureLog = { write: (...line) => void written.push(line), close: () => undefined };

  test.each([
    { why: "a status", status: 500, headers: TEXT, body: "", isLogged: true },
    { why: "too long a body", status: 200, headers: TEXT, body: "x".repeat(100), isLogged: true },
    { why: "a mistake in the body", status: 200, headers: TEXT, body: "}\n", isLogged: false },
    { why: "a content type", status: 200, headers: {}, body: "a 1\n", isLogged: false },
  ])("is told of $why: $isLogged", async ({ status, headers, body, isLogged }) => {
    written.length = 0;
    const { address } = await exporter((_req, res) => void res.writeHead(status, headers).end(body));
    const { lastError } = await startLoop(address, { world: world(), failureLog, yaml: "body_size_limit: 100B" }).tick();
    expect(lastError).not.toBe("");
    expect(written).toEqual(isLogged ? [["j", `http://${address}/metrics`, lastError]] : []);
  });
});

describe("timestamps", () => {
  test.each([
    { why: "a little late, are moved to when the scrape was due", lateMs: 2, options: {}, want: 15 },
    { why: "later, are not", lateMs: 3, options: {}, want: 15.003 },
    { why: "are moved further where that is allowed", lateMs: 100, options: { timestampToleranceMs: 150 }, want: 15.1 - 0.1 },
    { why: "but by no more than a hundredth of the interval", lateMs: 151, options: { timestampToleranceMs: 500 }, want: 15.151 },
    { why: "are never moved where they are not to be", lateMs: 2, options: { alignsTimestamps: false }, want: 15.002 },
  ])("$why", async ({ lateMs, options, want }) => {
    const at = world();
    const { address } = await exporter(() => "a 1\n");
    const clock = { ...at.clock, nowMs: () => at.clock.nowMs() + (at.clock.nowMs() >= START_MS + 15_000 ? lateMs : 0) };
    const late = { ...at, deps: { ...at.deps, clock, options: { ...defaultScrapeOptions, ...options } } };
    await startLoop(address, { world: late }).tick();
    expect(at.samples("up")[0]).toBe(`up{job="j"} 1 @${want}`);
  });
});

test("exemplars of a body go to who keeps them; those that come too late are counted", async () => {
  const at = world();
  const kept: (readonly ExemplarRow[])[] = [];
  const exemplars = (rows: readonly ExemplarRow[]) => (kept.push(rows), { outOfOrder: rows.length });
  const rows = [{ ref: 7, timestampMs: 1, value: 2, labels: [] }];
  const reader = {
    *read(): Reading {
      yield;
      return { batch: createSampleBatch(0), ...NO_COUNTS, tooFarAhead: 0, exemplars: rows };
    },
  };
  const { address } = await exporter(() => "a 1\n");
  const client = createHttpClient(undefined, { userAgent: "Test/1" });
  const deps = { ...at.deps, client, exemplars, failureLog: () => undefined };
  const metadata = () => ({ entries: () => [], length: () => 0, sizeBytes: () => 0 });
  const quiet = { markAllStale: () => createSampleBatch(0), lastSizeBytes: () => 0, free: () => undefined, metadata };
  const state = { reader: { ...quiet, ...reader }, addedSeries: createAddedSeries(), sampleLimit: 0 };
  const scraper = createScraper(targetAt(address), job("job_name: j"), state, deps, { health: UNKNOWN_HEALTH, hasScraped: false });
  await scraper.scrape(START_MS, new AbortController().signal);
  await client.close();
  expect(scraper.health()).toMatchObject({ health: "up" });
  expect(kept).toEqual([rows]);
  expect(await at.metric("prometheus_target_scrapes_exemplar_out_of_order_total")).toEqual([
    "prometheus_target_scrapes_exemplar_out_of_order_total 1",
  ]);
});

test("an error that is forced keeps the target from being asked", async () => {
  const at = world();
  const { address, requestCount } = await exporter(() => "a 1\n");
  const loop = startLoop(address, { world: at });
  loop.forceError("too many of you");
  expect(await loop.tick()).toMatchObject({ health: "down", lastError: "too many of you" });
  expect(requestCount()).toBe(0);
  loop.forceError(undefined);
  expect(await loop.tick()).toMatchObject({ health: "up", lastError: "" });
});

test("samples that the storage refuses are counted and told", async () => {
  const at = world();
  let timestamp = "";
  const { address } = await exporter(() => `a 1${timestamp}\nb 1\n`);
  const loop = startLoop(address, { world: at });
  await loop.tick();
  timestamp = ` ${at.clock.nowMs() - 60_000}`;
  await loop.tick();
  timestamp = ` ${at.clock.nowMs() + 3_600_000}`;
  await loop.tick();
  expect(await at.metric("prometheus_target_scrapes_sample_out_of_order_total")).toEqual([
    "prometheus_target_scrapes_sample_out_of_order_total 1",
  ]);
  expect(await at.metric("prometheus_target_scrapes_sample_out_of_bounds_total")).toEqual([
    "prometheus_target_scrapes_sample_out_of_bounds_total 1",
  ]);
  expect(at.logs.filter((line) => line.includes("Error on ingesting"))).toEqual([
    expect.stringContaining('msg="Error on ingesting out-of-order samples"'),
    expect.stringContaining('msg="Error on ingesting samples that are too old or are too far into the future"'),
  ]);
  expect(loop.health().health).toBe("up");
});

test("a scrape is a good one where a series ends whose sample was refused, and the marker can't be stored", async () => {
  const at = world();
  let isFull = false;
  const appender: Appender = {
    ...at.deps.appender,
    append(batch, onRejected) {
      if (!isFull) return at.deps.appender.append(batch, onRejected);
      if (batch.length === 1 && isStaleAt(batch, 0)) throw new PromError("internal", "the disk is full");
      onRejected?.("float", 0, "outOfOrder");
      return { ...at.deps.appender.append(batch), outOfOrder: 1 };
    },
  };
  const { address } = await exporter(() => "a 1\nb 1\n");
  const loop = startLoop(address, { world: { ...at, deps: { ...at.deps, appender } } });
  for (let i = 0; i < 2; i++) await loop.tick();
  isFull = true;
  expect(await loop.tick()).toMatchObject({ health: "up", lastError: "" });
  expect(at.samples("up").map((row) => row.split(" ")[1])).toEqual(["1", "1", "1"]);
  expect(at.logs.filter((line) => line.includes("Stale markers could not be stored"))).toHaveLength(1);
});

test("samples that are too old count as out of bounds, those that are invalid are told in the log", async () => {
  const at = world();
  const { address } = await exporter(() => "a 1\n");
  const append = at.storage.append;
  Object.assign(at.storage, {
    append: (batch: Parameters<typeof append>[0]) => ({ ...append(batch), tooOld: 2, invalid: 3 }),
  });
  await startLoop(address, { world: at }).tick();
  expect(await at.metric("prometheus_target_scrapes_sample_out_of_bounds_total")).toEqual([
    "prometheus_target_scrapes_sample_out_of_bounds_total 2",
  ]);
  expect(at.logs.filter((line) => line.includes("Error on ingesting"))).toEqual([
    expect.stringMatching(/too old or are too far into the future" .* num_dropped=2\n/),
    expect.stringMatching(/that are invalid" .* num_dropped=3\n/),
  ]);
});

test.each([
  { why: "that can't write", error: new PromError("internal", "no space left on device"), told: 'msg="Scrape commit failed"' },
  { why: "with a mistake", error: new TypeError("no space left on device"), told: 'msg="Scrape failed unexpectedly"' },
])("a storage $why makes the scrape fail, which is logged as an error, and the loop go on", async ({ error, told }) => {
  const at = world();
  const { address } = await exporter(() => "a 1\n");
  const append = at.storage.append;
  let isFull = true;
  Object.assign(at.storage, {
    append: (batch: Parameters<typeof append>[0]) => {
      if (isFull) throw error;
      return append(batch);
    },
  });
  const loop = startLoop(address, { world: at });
  expect(await loop.tick()).toMatchObject({ health: "down", lastError: "no space left on device" });
  expect(at.logs.some((line) => line.includes("level=ERROR") && line.includes(told))).toBe(true);
  isFull = false;
  expect(await loop.tick()).toMatchObject({ health: "up" });
  expect(at.samples("a").length).toBe(1);
});

test("what a target does wrong is logged for those who look for it only", async () => {
  const at = world();
  const { address } = await exporter(() => "}\n");
  await startLoop(address, { world: at }).tick();
  expect(at.logs.filter((line) => line.includes("Scrape failed"))).toEqual([expect.stringContaining("level=DEBUG")]);
});
