import { expect, test } from "@jest/globals";
import { parseFlags } from "@ferula/flags";
import { flagsDefinition } from "../../src/flags/flags.ts";

/** cmd/prometheus/main.go and promslog's, hidden ones included; `=` before a default that differs from nothing. */
const UPSTREAM = `
  agent alertmanager.drain-notification-queue-on-shutdown=true alertmanager.notification-batch-size=256
  alertmanager.notification-queue-capacity=10000 auto-gomaxprocs=true auto-gomemlimit=true auto-gomemlimit.ratio=0.9
  auto-gomemlimit.refresh-interval=0s config.auto-reload config.auto-reload-interval=30s config.file=prometheus.yml enable-feature
  log.format=logfmt log.level=info query.lookback-delta=5m query.max-concurrency=20 query.max-samples=50000000 query.timeout=2m
  rules.alert.for-grace-period=10m rules.alert.for-outage-tolerance=1h rules.alert.resend-delay=1m rules.max-concurrent-evals=4
  scrape.adjust-timestamps=true scrape.discovery-reload-interval=5s scrape.timestamp-tolerance=2ms
  storage.agent.checkpoint-batch-size=1000 storage.agent.checkpoint-from-in-memory-series storage.agent.no-lockfile
  storage.agent.path=data-agent/ storage.agent.retention.max-time=4h storage.agent.retention.min-time=5m storage.agent.wal-compression=true
  storage.agent.wal-compression-type=snappy storage.agent.wal-segment-size storage.agent.wal-truncate-frequency
  storage.remote.flush-deadline=1m storage.remote.read-concurrent-limit=10 storage.remote.read-max-bytes-in-frame=1048576
  storage.remote.read-sample-limit=50000000 storage.tsdb.allow-overlapping-compaction=true storage.tsdb.block-reload-interval=1m
  storage.tsdb.delay-compact-file.path storage.tsdb.delayed-compaction.max-percent=10 storage.tsdb.head-chunks-write-queue-size=0
  storage.tsdb.max-block-chunk-segment-size storage.tsdb.max-block-duration storage.tsdb.min-block-duration=2h storage.tsdb.no-lockfile
  storage.tsdb.path=data/ storage.tsdb.retention.size storage.tsdb.retention.time storage.tsdb.samples-per-chunk=120
  storage.tsdb.wal-compression=true storage.tsdb.wal-compression-type=snappy storage.tsdb.wal-segment-size web.config.file
  web.console.libraries=console_libraries web.console.templates=consoles web.cors.origin=.* web.enable-admin-api web.enable-lifecycle
  web.enable-otlp-receiver web.enable-remote-write-receiver web.external-url web.listen-address=0.0.0.0:9090 web.max-connections=512
  web.max-notifications-subscribers=16 web.read-timeout=5m
  web.remote-write-receiver.accepted-protobuf-messages=prometheus.WriteRequest,io.prometheus.write.v2.Request web.route-prefix
  web.search.max-limit=10000 web.user-assets write-documentation
`;

/** What each kind of flag is when it is not given. */
const NOTHING: readonly string[] = ["", "false", "0", "0s", "0B"];

const rows = UPSTREAM.trim()
  .split(/\s+/)
  .map((row) => {
    const [name, text = ""] = row.split("=");
    return { name, text };
  });

test.each(rows)("--$name is known, and by default '$text'", ({ name, text }) => {
  const flag = flagsDefinition.flags[name as keyof typeof flagsDefinition.flags];
  expect(flag).toBeDefined();
  const printed = (flag.print as (value: unknown) => string)(flag.defaultValue);
  if (text === "") expect(NOTHING).toContain(printed);
  else expect(printed).toBe(text);
});

test("besides upstream's there are only our own", () => {
  const known = new Set([...rows.map(({ name }) => name), "web.page-title"]);
  expect(Object.keys(flagsDefinition.flags).filter((name) => !known.has(name))).toEqual([
    "storage.tsdb.wal-fsync",
    "scrape.body-size-ceiling",
    "query.workers",
  ]);
});

test.each([
  { argument: "--storage.tsdb.retention.time=1x", why: "a duration that is none" },
  { argument: "--storage.tsdb.retention.size=1x", why: "a size that is none" },
  { argument: "--storage.tsdb.wal-fsync=foo", why: "a word that is none of a few" },
  { argument: "--storage.tsdb.wal-compression-type=lz4", why: "a compression that upstream has not" },
  { argument: "--web.remote-write-receiver.accepted-protobuf-messages=x", why: "a message that is none" },
  { argument: "--web.enable-otlp-receiver", why: "metrics that nobody would take" },
  { argument: "--agent", why: "another program" },
])("$argument is refused: $why", ({ argument }) => {
  const parsed = parseFlags(flagsDefinition, [argument], { valueExitCode: 2 });
  expect(parsed).toMatchObject({ kind: "exit", code: 2, stderr: expect.stringContaining(/^--[^=]*/.exec(argument)![0]) });
});

test("what has no effect is taken, and named", () => {
  const parsed = parseFlags(flagsDefinition, [
    "--storage.tsdb.delay-compact-file.path=x",
    "--no-storage.tsdb.wal-compression",
    "--auto-gomemlimit.ratio=0.5",
    "--rules.max-concurrent-evals=4",
  ]);
  expect(parsed).toMatchObject({ withoutEffect: ["storage.tsdb.delay-compact-file.path"] });
});
