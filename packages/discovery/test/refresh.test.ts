import { expect, test } from "@jest/globals";
import { Registry } from "@ferula/client";
import { fakeClock } from "@ferula/test-kit";
import { createRefreshDiscoverer } from "../src/refresh.ts";
import type { TargetGroup } from "../src/target-group.ts";
import { described, discovererDeps, recordingLogger } from "./support.ts";

function start(answers: readonly (readonly TargetGroup[] | Error)[], tookMs: number = 0, random: () => number = () => 0) {
  const clock = fakeClock();
  const registry = new Registry();
  const { logger, logs } = recordingLogger();
  const ending = new AbortController();
  const emitted: (readonly [atMs: number, ...groups: string[]])[] = [];
  let asked = 0;
  const startMs = clock.nowMs();
  const discoverer = createRefreshDiscoverer(
    {
      mechanism: "http",
      intervalMs: 1000,
      async refresh() {
        const answer = answers[asked++];
        if (tookMs > 0) await new Promise<void>((resolve) => clock.setTimeout(resolve, tookMs));
        if (answer instanceof Error) throw answer;
        return answer ?? [];
      },
    },
    { ...discovererDeps(logger, registry), clock, random },
  );
  const ended = discoverer.run((groups) => void emitted.push([clock.nowMs() - startMs, ...described(groups)]), ending.signal);
  return { clock, registry, logs, emitted, ended, stop: () => ending.abort(), asked: () => asked };
}

function group(source: string, ...addresses: string[]): TargetGroup {
  return { source, targets: addresses.map((address) => ["__address__", address]), labels: [] };
}

test("groups are told at once and at every interval, and those that are gone as empty", async () => {
  const { clock, emitted, stop, ended } = start([[group("a", "x:1"), group("b", "y:1")], [group("b", "y:2")], []]);
  await clock.advance(2500);
  expect(emitted).toEqual([
    [0, "x:1 {}", "y:1 {}"],
    [1000, "y:2 {}", " {}"],
    [2000, " {}"],
  ]);
  stop();
  await ended;
});

test("an error is counted and logged, and what was known still stands", async () => {
  const { clock, emitted, logs, registry, stop, ended } = start([[group("a", "x:1")], new Error("no answer"), [group("b", "y:1")]]);
  await clock.advance(2000);
  expect(emitted).toEqual([
    [0, "x:1 {}"],
    [2000, "y:1 {}", " {}"],
  ]);
  expect(logs.join("")).toMatch(/level=ERROR .*Unable to refresh target groups.*no answer/);
  expect(await registry.metrics()).toContain('prometheus_sd_refresh_failures_total{config="web",mechanism="http"} 1\n');
  expect(await registry.metrics()).toContain('prometheus_sd_refresh_duration_seconds_count{config="web",mechanism="http"} 3\n');
  stop();
  await ended;
});

test("what takes longer than the interval leaves out the times that it missed", async () => {
  const { clock, emitted, stop, ended } = start([[group("a", "x:1")], [group("a", "x:2")]], 1500);
  await clock.advance(4000);
  expect(emitted.map(([atMs]) => atMs)).toEqual([1500, 3500]);
  stop();
  await clock.advance(2000);
  await ended;
});

test("those that start together do not ask together ever after", async () => {
  const { clock, emitted, stop, ended } = start([[], [], []], 0, () => 0.5);
  await clock.advance(2500);
  expect(emitted.map(([atMs]) => atMs)).toEqual([0, 950, 1950]);
  stop();
  await ended;
});

test("after the end nothing is counted or told", async () => {
  const { clock, emitted, logs, registry, stop, ended } = start([new Error("no answer")], 500);
  await clock.advance(100);
  stop();
  await clock.advance(1000);
  await ended;
  expect(emitted).toEqual([]);
  expect(logs).toEqual([]);
  expect(await registry.metrics()).toContain('prometheus_sd_refresh_failures_total{config="web",mechanism="http"} 0\n');
});
