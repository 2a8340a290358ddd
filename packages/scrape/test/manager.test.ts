import { afterEach, describe, expect, test } from "@jest/globals";
import { eventually } from "@ferula/test-kit";
import { createScrapeManager, type ScrapeManager } from "../src/manager.ts";
import type { OpenFailureLog } from "../src/failure-log.ts";
import type { ScrapeLoop } from "../src/loop/scrape-loop.ts";
import { afterTest, cleanUp, exporter, group, job, world, type World } from "./support.ts";

afterEach(cleanUp);

function manager(at: World, openFailureLog: OpenFailureLog = noLog): ScrapeManager {
  const made = createScrapeManager({ ...at.deps, openFailureLog });
  afterTest(() => made.stop());
  return made;
}

function noLog(): never {
  throw new Error("no job of this test has a log");
}

const loopsOf = (scrape: ScrapeManager, name: string): readonly ScrapeLoop[] => scrape.pools().get(name)?.loops() ?? [];

describe("a new configuration", () => {
  test.each([
    { why: "the same", before: "", after: "", isKept: true },
    {
      why: "the same with other targets",
      before: "static_configs: [{targets: ['a:1']}]",
      after: "static_configs: [{targets: ['a:1', 'b:1']}]",
      isKept: true,
    },
    { why: "another interval", before: "", after: "scrape_interval: 30s", isKept: false },
    { why: "another rule", before: "", after: "metric_relabel_configs: [{action: drop, source_labels: [a], regex: b}]", isKept: false },
    {
      why: "another expression in a rule",
      before: "relabel_configs: [{action: drop, source_labels: [a], regex: b}]",
      after: "relabel_configs: [{action: drop, source_labels: [a], regex: c}]",
      isKept: false,
    },
    {
      why: "another password",
      before: "basic_auth: {username: u, password: old}",
      after: "basic_auth: {username: u, password: new}",
      isKept: false,
    },
    {
      why: "the same password",
      before: "basic_auth: {username: u, password: old}",
      after: "basic_auth: {username: u, password: old}",
      isKept: true,
    },
    {
      why: "another secret in a header",
      before: "http_headers: {X-A: {secrets: [a]}}",
      after: "http_headers: {X-A: {secrets: [b]}}",
      isKept: false,
    },
  ])("with $why keeps the loops of a job: $isKept", ({ before, after, isKept }) => {
    const scrape = manager(world());
    scrape.apply([job(`job_name: j\n${before}`)]);
    scrape.sync(new Map([["j", [group(["a:1"])]]]));
    const [loop] = loopsOf(scrape, "j");
    scrape.apply([job(`job_name: j\n${after}`)]);
    const [now] = loopsOf(scrape, "j");
    expect(now.target.url).toBe("http://a:1/metrics");
    expect(now === loop).toBe(isKept);
  });

  test("lets the series of a changed job go on, and ends those that are no more", async () => {
    const at = world();
    const { address } = await exporter(() => "a 1\nb 1\n");
    const scrape = manager(at);
    scrape.apply([job("job_name: j")]);
    scrape.sync(new Map([["j", [group([address])]]]));
    await at.clock.advance(15_000);
    await eventually(() => at.samples("a").length === 1);
    scrape.apply([job("job_name: j\nmetric_relabel_configs: [{action: drop, source_labels: [__name__], regex: b}]")]);
    for (let i = 2; i < 6; i++) {
      await at.clock.advance(15_000);
      await eventually(() => at.samples("a").length === i);
    }
    expect(at.samples("a").some((row) => row.includes("STALE"))).toBe(false);
    expect(at.samples("up").some((row) => row.includes("STALE"))).toBe(false);
    expect(at.samples("b").map((row) => row.split(" ")[2] ?? row).length).toBe(2);
    expect(at.samples("b")[1]).toContain("STALE");
  });

  test("with a longer interval lets the series go on", async () => {
    const at = world();
    const { address } = await exporter(() => "a 1\n");
    const scrape = manager(at);
    scrape.apply([job("job_name: j\nscrape_interval: 10s")]);
    scrape.sync(new Map([["j", [group([address])]]]));
    await at.clock.advance(10_000);
    await eventually(() => at.samples("a").length === 1);
    scrape.apply([job("job_name: j\nscrape_interval: 60s")]);
    await at.clock.advance(60_000);
    await eventually(() => at.samples("a").length === 2);
    for (let i = 3; i < 5; i++) {
      // To the tick and no further: the old loop's markers are due soon after, and the answer of the target takes real time.
      const [loop] = loopsOf(scrape, "j");
      await at.clock.advance(loop.health().lastScrapeMs + 60_000 - at.clock.nowMs());
      await eventually(() => at.samples("a").length === i);
    }
    expect(at.samples().some((row) => row.includes("STALE"))).toBe(false);
  });

  test.each([
    { why: "sample_limit", after: "sample_limit: 3", added: ["2", "0"] },
    { why: "the timeout", after: "scrape_timeout: 14s", added: ["2", "0"] },
    { why: "how it is asked", after: "basic_auth: {username: u}", added: ["2", "0"] },
    { why: "the interval", after: "scrape_interval: 10s", added: ["2", "0"] },
    { why: "what is stored of it", after: "honor_labels: true", added: ["2", "2"] },
  ])("counts series of a target that goes on as new only where $why is not all that changed", async ({ after, added }) => {
    const at = world();
    const { address } = await exporter(() => "a 1\nb 1\n");
    const scrape = manager(at);
    scrape.apply([job("job_name: j")]);
    scrape.sync(new Map([["j", [group([address])]]]));
    await at.clock.advance(15_000);
    await eventually(() => at.samples("a").length === 1);
    scrape.apply([job(`job_name: j\n${after}`)]);
    expect(loopsOf(scrape, "j")[0].health().health).toBe("up");
    await at.clock.advance(15_000);
    await eventually(() => at.samples("a").length === 2);
    expect(
      at
        .samples("scrape_series_added")
        .slice(0, 2)
        .map((row) => row.split(" ").at(-2)),
    ).toEqual(added);
  });

  test("keeps the limit of a job that got another", async () => {
    const at = world();
    const { address } = await exporter(() => "a 1\nb 1\n");
    const scrape = manager(at);
    scrape.apply([job("job_name: j")]);
    scrape.sync(new Map([["j", [group([address])]]]));
    await at.clock.advance(15_000);
    await eventually(() => at.samples("a").length === 1);
    scrape.apply([job("job_name: j\nsample_limit: 1")]);
    await at.clock.advance(15_000);
    await eventually(() => at.samples("up").length === 2);
    expect(loopsOf(scrape, "j")[0].health().lastError).toBe("sample limit exceeded");
    expect(at.samples("a")[1]).toContain("STALE");
  });

  test("ends the series of a target that was handed over and goes before it is scraped again", async () => {
    const at = world();
    const { address } = await exporter(() => "a 1\n");
    const scrape = manager(at);
    scrape.apply([job("job_name: j")]);
    scrape.sync(new Map([["j", [group([address])]]]));
    await at.clock.advance(15_000);
    await eventually(() => at.samples("a").length === 1);
    scrape.apply([job("job_name: j\nsample_limit: 5")]);
    scrape.sync(new Map([["j", []]]));
    for (let i = 0; i < 4; i++) await at.clock.advance(15_000);
    await eventually(() => at.samples("a").length === 2);
    expect(at.samples("a")[1]).toContain("STALE");
    expect(at.samples("up")[1]).toContain("STALE");
  });

  test("lets a target that is still scraped fare as it did", async () => {
    const at = world();
    const { address } = await exporter(() => "}");
    const scrape = manager(at);
    scrape.apply([job("job_name: j")]);
    scrape.sync(new Map([["j", [group([address])]]]));
    await at.clock.advance(15_000);
    const before = await eventually(() => loopsOf(scrape, "j")[0].health().lastError !== "" && loopsOf(scrape, "j")[0].health());
    scrape.apply([job("job_name: j\nsample_limit: 5")]);
    expect(loopsOf(scrape, "j")[0].health()).toEqual(before);
  });

  test("opens the logs of failed scrapes anew; where one can't be opened, all stays as it was", async () => {
    const at = world();
    const { address } = await exporter((_req, res) => void res.writeHead(500).end());
    const events: string[] = [];
    let count = 0;
    const scrape = manager(at, (path) => {
      if (path === "bad") throw new Error("can't create json log file");
      const name = `${path}${++count}`;
      events.push(`open ${name}`);
      return {
        write: (ofJob, _target, message) => void events.push(`${name} ${ofJob} ${message}`),
        close: () => void events.push(`close ${name}`),
      };
    });
    const failed = "server returned HTTP status 500 Internal Server Error";
    const jobs = [job("job_name: j\nscrape_failure_log_file: f"), job("job_name: k\nscrape_failure_log_file: f")];
    scrape.apply(jobs);
    scrape.sync(new Map([["j", [group([address])]]]));
    scrape.apply(jobs);
    expect(() => scrape.apply([job("job_name: j\nscrape_failure_log_file: bad")])).toThrow("can't create json log file");
    expect([...scrape.pools().keys()]).toEqual(["j", "k"]);
    await at.clock.advance(15_000);
    await eventually(() => events.some((event) => event.endsWith(failed)));
    await scrape.stop();
    expect(events).toEqual(["open f1", "open f2", "close f1", `f2 j ${failed}`, "close f2"]);
  });

  test("shows how much its targets say of their metrics", async () => {
    const at = world();
    const { address } = await exporter(() => "# TYPE a counter\n# HELP a Some.\na 1\n# TYPE b gauge\nb 1\n");
    const scrape = manager(at);
    scrape.apply([job("job_name: j")]);
    scrape.sync(new Map([["j", [group([address])]]]));
    await at.clock.advance(15_000);
    await eventually(() => at.samples("a").length === 1);
    expect([...loopsOf(scrape, "j")[0].metadata().entries()]).toEqual([
      ["a", { type: "counter", help: "Some.", unit: "" }],
      ["b", { type: "gauge", help: "", unit: "" }],
    ]);
    expect(await at.metric("prometheus_target_metadata_cache_entries")).toEqual([
      'prometheus_target_metadata_cache_entries{scrape_job="j"} 2',
    ]);
    expect(await at.metric("prometheus_target_metadata_cache_bytes")).toEqual([
      'prometheus_target_metadata_cache_bytes{scrape_job="j"} 17',
    ]);
  });

  test("without a job ends its series, and forgets its metrics", async () => {
    const at = world();
    const { address } = await exporter(() => "a 1\n");
    const scrape = manager(at);
    scrape.apply([job("job_name: j"), job("job_name: k")]);
    scrape.sync(new Map([["j", [group([address])]]]));
    await at.clock.advance(15_000);
    await eventually(() => at.samples("a").length === 1);
    scrape.apply([job("job_name: k")]);
    expect([...scrape.pools().keys()]).toEqual(["k"]);
    await at.clock.advance(45_000);
    await eventually(() => at.samples("a").length === 2);
    expect(at.samples("a")[1]).toContain("STALE");
    expect((await at.metric("prometheus_target_scrape_pool_targets")).join()).not.toContain('"j"');
  });

  test("that can't be set up leaves that job as it was, and replaces the others", async () => {
    const at = world();
    const scrape = manager(at);
    scrape.apply([job("job_name: bad"), job("job_name: good")]);
    scrape.sync(new Map([["bad", [group(["a:1"])]]]));
    const [loop] = loopsOf(scrape, "bad");
    expect(() =>
      scrape.apply([job("job_name: bad\ntls_config: {ca_file: /nowhere/ca.pem}"), job("job_name: good\nscrape_interval: 30s")]),
    ).toThrow('cannot set up scrape job "bad": unable to read CA cert: unable to read file /nowhere/ca.pem');
    expect(loopsOf(scrape, "bad")).toEqual([loop]);
    expect(scrape.pools().get("good")?.config.scrape_interval).toBe(30_000);
    expect(() => scrape.apply([job("job_name: new\ntls_config: {ca_file: /nowhere/ca.pem}")])).toThrow("cannot set up");
    const counts = {
      prometheus_target_scrape_pools_total: 3,
      prometheus_target_scrape_pools_failed_total: 1,
      prometheus_target_scrape_pool_reloads_total: 2,
      prometheus_target_scrape_pool_reloads_failed_total: 1,
      prometheus_target_scrapes_cache_flush_forced_total: 0,
    };
    for (const [name, count] of Object.entries(counts)) expect(await at.metric(name)).toEqual([`${name} ${count}`]);
    expect(await at.metric("prometheus_target_reload_length_seconds_count")).toEqual([
      'prometheus_target_reload_length_seconds_count{interval="15s"} 1',
      'prometheus_target_reload_length_seconds_count{interval="30s"} 1',
    ]);
  });
});

test("jobs come in order; each gets its own targets", () => {
  const scrape = manager(world());
  scrape.apply([job("job_name: z"), job("job_name: a")]);
  expect([...scrape.pools().keys()]).toEqual(["a", "z"]);
  scrape.sync(
    new Map([
      ["z", [group(["t:1"])]],
      ["other", [group(["u:1"])]],
    ]),
  );
  expect(loopsOf(scrape, "z").length).toBe(1);
  expect(loopsOf(scrape, "a")).toEqual([]);
});

test("stopping leaves the series live and no timer behind", async () => {
  const at = world();
  const { address } = await exporter(() => "a 1\n");
  const scrape = manager(at);
  scrape.apply([job("job_name: j")]);
  scrape.sync(new Map([["j", [group([address])]]]));
  await at.clock.advance(15_000);
  await eventually(() => at.samples("up").length === 1);
  scrape.apply([job("job_name: j\nscrape_interval: 20s")]);
  await scrape.stop();
  expect(at.clock.timerCount()).toBe(0);
  expect(at.samples().some((row) => row.includes("STALE"))).toBe(false);
});
