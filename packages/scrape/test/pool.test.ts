import { join } from "node:path";
import { afterEach, describe, expect, test } from "@jest/globals";
import { eventually, tempFolder } from "@ferula/test-kit";
import type { TargetHealth } from "../src/loop/scraper.ts";
import { createScrapePool, type ScrapePool } from "../src/pool.ts";
import { afterTest, cleanUp, exporter, group, job, world, type World } from "./support.ts";

afterEach(cleanUp);

function pool(yaml: string, at: World): ScrapePool {
  const made = createScrapePool(job(`job_name: j\n${yaml}`), at.deps);
  afterTest(() => made.stop());
  return made;
}

const urls = (of: ScrapePool): string[] => of.loops().map(({ target }) => target.url);

describe("a pool", () => {
  test("keeps the loops of targets that stay, and starts and retires the others", async () => {
    const at = world();
    const of = pool("", at);
    of.sync([group(["a:1", "b:1", "b:1"])]);
    const [, b] = of.loops();
    of.sync([group(["b:1", "c:1"])]);
    expect(urls(of)).toEqual(["http://b:1/metrics", "http://c:1/metrics"]);
    expect(of.loops()[0]).toBe(b);
    expect(await at.metric("prometheus_target_scrape_pool_targets")).toEqual(['prometheus_target_scrape_pool_targets{scrape_job="j"} 2']);
    expect(await at.metric("prometheus_target_scrape_pool_sync_total")).toEqual([
      'prometheus_target_scrape_pool_sync_total{scrape_job="j"} 2',
    ]);
  });

  test("shows the labels that a target was found with last", () => {
    const of = pool("", world());
    of.sync([group(["a:1"], { __meta_zone: "1" })]);
    of.sync([group(["a:1"], { __meta_zone: "2" })]);
    expect(of.loops().length).toBe(1);
    expect(of.loops()[0].target.discoveredLabels).toContain("2");
  });

  test("scrapes a target that has another interval anew", () => {
    const of = pool("", world());
    of.sync([group(["a:1"])]);
    of.sync([group(["a:1"], { __scrape_interval__: "30s" })]);
    expect(of.loops().map(({ target }) => target.intervalMs)).toEqual([30_000]);
  });

  test("tells of entries that make no target, and goes on", async () => {
    const at = world();
    const of = pool("", at);
    of.sync([group(["b:1"])]);
    expect(await at.metric("prometheus_target_sync_failed_total")).toEqual(['prometheus_target_sync_failed_total{scrape_job="j"} 0']);
    of.sync([group(["http://a", "b:1"])]);
    expect(urls(of)).toEqual(["http://b:1/metrics"]);
    expect(await at.metric("prometheus_target_sync_failed_total")).toEqual(['prometheus_target_sync_failed_total{scrape_job="j"} 1']);
    expect(at.logs.some((line) => line.includes("Creating target failed") && line.includes("is not a valid hostname"))).toBe(true);
  });

  test.each([
    { yaml: "keep_dropped_targets: 1", want: { shown: 1, count: 3 } },
    { yaml: "", want: { shown: 3, count: 3 } },
  ])("shows $want.shown of 3 dropped targets with `$yaml`", ({ yaml, want }) => {
    const of = pool(`${yaml}\nrelabel_configs: [{action: drop, source_labels: [__address__], regex: 'd.*'}]`, world());
    of.sync([group(["d1", "d2", "d3", "a"])]);
    expect({ shown: of.dropped().targets.length, count: of.dropped().count }).toEqual(want);
    expect(urls(of)).toEqual(["http://a/metrics"]);
  });

  test("with more targets than its limit scrapes none of them, until they are fewer", async () => {
    const at = world();
    const one = await exporter(() => "a 1\n");
    const two = await exporter(() => "a 1\n");
    const of = pool("target_limit: 1", at);
    of.sync([group([one.address, two.address])]);
    await at.clock.advance(15_000);
    await eventually(() => of.loops().every((loop) => loop.health().health === "down"));
    expect(of.loops()[0].health().lastError).toBe("target_limit exceeded (number of targets: 2, limit: 1)");
    expect(one.requestCount() + two.requestCount()).toBe(0);
    expect(await at.metric("prometheus_target_scrape_pool_exceeded_target_limit_total")).toEqual([
      "prometheus_target_scrape_pool_exceeded_target_limit_total 1",
    ]);
    of.sync([group([one.address])]);
    await at.clock.advance(15_000);
    await eventually(() => of.loops()[0].health().health === "up");
  });

  test("shows how its first targets fared before, and nothing of one that comes back later", () => {
    const at = world();
    const before: TargetHealth = { health: "down", lastError: "no route", lastScrapeMs: 1, lastDurationSeconds: 2 };
    const keyOf = (of: ScrapePool): string => of.loops()[0].target.key;
    const first = pool("", at);
    first.sync([group(["a:1"])]);
    const of = createScrapePool(job("job_name: j"), at.deps, { health: new Map([[keyOf(first), before]]) });
    afterTest(() => of.stop());
    of.sync([group(["a:1"])]);
    expect(of.loops()[0].health()).toEqual(before);
    of.sync([]);
    of.sync([group(["a:1"])]);
    expect(of.loops()[0].health().health).toBe("unknown");
  });

  test("scrapes through a unix socket", async () => {
    const at = world();
    const path = join(tempFolder(), "target.sock");
    await exporter(() => "a 1\n", path);
    const of = pool("", at);
    of.sync([group(["nowhere.invalid"], { __unix_socket__: path })]);
    await at.clock.advance(15_000);
    await eventually(() => of.loops()[0].health().health === "up");
    expect(at.samples("a").length).toBe(1);
  });

  test.each<[why: string, end: (of: ScrapePool, clock: World["clock"]) => Promise<void>]>([
    [
      "no target is left at",
      async (of, clock) => {
        of.sync([]);
        for (let interval = 0; interval < 3; interval++) await clock.advance(15_000);
      },
    ],
    ["it scraped, once it has stopped", (of) => of.stop()],
  ])("keeps no connection to a socket that %s", async (_why, end) => {
    const at = world();
    const path = join(tempFolder(), "target.sock");
    const { server } = await exporter(() => "a 1\n", path);
    // Else it is the server that ends the connection.
    server.keepAliveTimeout = 0;
    let openCount = 0;
    server.on("connection", (socket) => {
      openCount++;
      socket.on("close", () => openCount--);
    });
    const of = pool("", at);
    of.sync([group(["nowhere.invalid"], { __unix_socket__: path })]);
    await at.clock.advance(15_000);
    await eventually(() => of.loops()[0].health().health === "up");
    expect(openCount).toBe(1);
    await end(of, at.clock);
    await eventually(() => openCount === 0);
  });

  test.each([
    { yaml: "metric_name_validation_scheme: legacy", body: '{"a.b"} 1\n', want: "invalid metric name or label names" },
    { yaml: "label_limit: 3", body: 'a{b="c"} 1\n', want: "label_limit exceeded" },
    { yaml: "label_name_length_limit: 8", body: 'a{ninechars="c"} 1\n', want: "label_name_length_limit exceeded" },
    { yaml: "label_value_length_limit: 30", body: `a{b="${"c".repeat(31)}"} 1\n`, want: "label_value_length_limit exceeded" },
  ])("holds bodies to `$yaml`", async ({ yaml, body, want }) => {
    const at = world();
    const { address } = await exporter(() => body);
    const of = pool(yaml, at);
    of.sync([group([address])]);
    await at.clock.advance(15_000);
    await eventually(() => expect(of.loops()[0].health().lastError).toContain(want));
  });

  test("takes more dropped targets than a call has room for arguments", () => {
    const of = pool("keep_dropped_targets: 1\nrelabel_configs: [{action: drop, regex: '.*'}]", world());
    of.sync([group(Array.from({ length: 150_000 }, () => "d"))]);
    expect(of.dropped().count).toBe(150_000);
  });

  test("that stops cuts short what it had retired, and leaves no timer", async () => {
    const at = world();
    const { address } = await exporter(() => "a 1\n");
    const of = pool("", at);
    of.sync([group([address])]);
    await at.clock.advance(15_000);
    await eventually(() => at.samples("up").length === 1);
    of.sync([]);
    expect(of.loops()).toEqual([]);
    await of.stop();
    expect(at.clock.timerCount()).toBe(0);
    expect(at.samples().some((row) => row.includes("STALE"))).toBe(false);
  });

  test("with certificates that can't be read is not made", () => {
    const at = world();
    expect(() => createScrapePool(job("job_name: j\ntls_config: {ca_file: /nowhere/ca.pem}"), at.deps)).toThrow("unable to read CA cert");
  });
});
