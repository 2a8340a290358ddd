import { renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "@jest/globals";
import { Registry } from "@ferula/client";
import { eventually, fakeClock, tempFolder } from "@ferula/test-kit";
import { createDiscoveryManager, type DiscoveredGroups, type DiscoveryManager } from "../src/manager.ts";
import { described, recordingLogger, section } from "./support.ts";

const managers: DiscoveryManager[] = [];

afterEach(async () => {
  for (const manager of managers.splice(0)) await manager.stop();
});

function start(registry: Registry = new Registry(), name: string = "scrape") {
  const clock = fakeClock();
  const { logger, logs } = recordingLogger();
  const updates: DiscoveredGroups[] = [];
  const updateTimes: number[] = [];
  const onUpdate = (groups: DiscoveredGroups): void => {
    updates.push(groups);
    updateTimes.push(clock.nowMs());
  };
  const manager = createDiscoveryManager({ name, clock, logger, registry, onUpdate, userAgent: "test" });
  managers.push(manager);
  return { manager, clock, registry, logs, updates, updateTimes, last: (job: string) => described(updates.at(-1)?.get(job) ?? []) };
}

const statics = (...addresses: string[]) => section(JSON.stringify({ static_configs: [{ targets: addresses, labels: { dc: "eu" } }] }));

describe("what is found", () => {
  test("is passed on at once, for all jobs together", async () => {
    const { manager, clock, updates, last } = start();
    manager.apply(
      new Map([
        ["a", statics("x:1", "y:1")],
        ["b", statics("z:1")],
        ["none", section("")],
      ]),
    );
    expect(updates).toEqual([]);
    await clock.advance(0);
    expect(updates.length).toBe(1);
    expect(last("a")).toEqual(['x:1 y:1 {dc="eu"}']);
    expect(last("b")).toEqual(['z:1 {dc="eu"}']);
    expect(updates[0].get("none")).toEqual([]);
  });

  test("is passed on less and less often while there are news, down to once in the throttle's time", async () => {
    const { manager, clock, updates, updateTimes } = start();
    for (let i = 0; i < 250; i++) {
      manager.apply(new Map([["a", statics(`x:${i}`)]]));
      await clock.advance(100);
    }
    const waits = updateTimes.map((ms, i) => ms - updateTimes[i - 1]).slice(1);
    expect(waits).toEqual([100, 200, 400, 800, 1600, 3200, 5000, 5000, 5000]);
    await clock.advance(5000);
    const count = updates.length;
    await clock.advance(5000);
    manager.apply(new Map([["a", statics("quiet:1")]]));
    await clock.advance(0);
    expect(updates.length).toBe(count + 1);
  });
});

describe("a new configuration", () => {
  test("that is the same changes nothing; a job that is gone is not passed on", async () => {
    const { manager, clock, updates, last } = start();
    manager.apply(
      new Map([
        ["a", statics("x:1")],
        ["b", statics("y:1")],
      ]),
    );
    await clock.advance(0);
    const [group] = updates[0].get("a") ?? [];
    manager.apply(new Map([["a", statics("x:1")]]));
    await clock.advance(5000);
    expect(updates.at(-1)?.get("a")?.[0]).toBe(group);
    expect([...(updates.at(-1)?.keys() ?? [])]).toEqual(["a"]);
    manager.apply(new Map([["a", statics("z:1")]]));
    await clock.advance(5000);
    expect(last("a")).toEqual(['z:1 {dc="eu"}']);
  });

  test("with other labels alone is another one", async () => {
    const { manager, clock, last } = start();
    manager.apply(new Map([["a", section('{"static_configs": [{"targets": ["x"], "labels": {"a": "1"}}]}')]]));
    await clock.advance(0);
    manager.apply(new Map([["a", section('{"static_configs": [{"targets": ["x"], "labels": {"a": "2"}}]}')]]));
    await clock.advance(5000);
    expect(last("a")).toEqual(['x {a="2"}']);
  });

  test("keeps what was found by the old one until the new one has found something", async () => {
    const folder = tempFolder();
    const path = join(folder, "t.yml");
    writeFileSync(path, "[{targets: [x]}]");
    const files = (more: string) => section(`{file_sd_configs: [{files: [t.yml]${more}}]}`, join(folder, "config.yml"));
    const { manager, clock, updates } = start();
    const targets = (): string[] => (updates.at(-1)?.get("a") ?? []).flatMap((group) => group.targets.map((target) => target[1]));
    manager.apply(new Map([["a", files("")]]));
    await eventually(async () => {
      await clock.advance(100);
      return targets().length === 1;
    });
    const before = updates.length;
    manager.apply(new Map([["a", files(", refresh_interval: 1m")]]));
    await eventually(async () => {
      await clock.advance(1000);
      return updates.length > before + 1;
    });
    expect(updates.slice(before).every((update) => update.get("a")?.length === 1)).toBe(true);
    writeFileSync(`${path}~`, "[{targets: [y]}]");
    renameSync(`${path}~`, path);
    await eventually(async () => {
      await clock.advance(1000);
      return targets().join() === "y";
    });
  });

  test("leaves the sections that stay running, when another one beside them changes", async () => {
    const { manager, clock, updates } = start();
    const both = (other: string) => section(JSON.stringify({ static_configs: [{ targets: ["stays"] }, { targets: [other] }] }));
    manager.apply(new Map([["a", both("x")]]));
    await clock.advance(0);
    const stays = updates[0].get("a")?.find((group) => group.targets[0][1] === "stays");
    manager.apply(new Map([["a", both("y")]]));
    await clock.advance(5000);
    const now = updates.at(-1)?.get("a") ?? [];
    expect(now.map((group) => group.targets[0][1]).toSorted()).toEqual(["stays", "y"]);
    expect(now).toContain(stays);
  });
});

describe("a section that cannot tell anything yet", () => {
  const targetsOf = (updates: readonly DiscoveredGroups[]): string[] =>
    (updates.at(-1)?.get("a") ?? []).flatMap((group) => group.targets.map((target) => target[1]));

  test("does not hold on to what another one found, when that is taken out", async () => {
    const down = section(JSON.stringify({ http_sd_configs: [{ url: "http://127.0.0.1:1/" }] }));
    const { manager, clock, updates } = start();
    manager.apply(new Map([["a", { ...down, static_configs: statics("x:1")["static_configs"] }]]));
    await clock.advance(0);
    expect(targetsOf(updates)).toEqual(["x:1"]);
    manager.apply(new Map([["a", down]]));
    await clock.advance(5000);
    expect(targetsOf(updates)).toEqual([]);
  });

  test("keeps what it is to replace, however often the configuration is read again", async () => {
    const down = section(JSON.stringify({ http_sd_configs: [{ url: "http://127.0.0.1:1/" }] }));
    const { manager, clock, updates } = start();
    manager.apply(new Map([["a", statics("x:1")]]));
    await clock.advance(0);
    for (let i = 0; i < 3; i++) {
      manager.apply(new Map([["a", down]]));
      await clock.advance(5000);
      expect(targetsOf(updates)).toEqual(["x:1"]);
    }
    manager.apply(new Map([["a", statics("y:1")]]));
    await clock.advance(5000);
    expect(targetsOf(updates)).toEqual(["y:1"]);
  });
});

describe("a section that several jobs have", () => {
  const shared = (folder: string, ...more: string[]) =>
    section(
      JSON.stringify({ file_sd_configs: [{ files: ["t.yml"] }], static_configs: more.map((target) => ({ targets: [target] })) }),
      join(folder, "config.yml"),
    );
  const folderOf = (targets: string): string => {
    const folder = tempFolder();
    writeFileSync(join(folder, "t.yml"), `[{targets: [${targets}]}]`);
    return folder;
  };
  const scans = async (registry: Registry): Promise<string | undefined> =>
    /prometheus_sd_file_scan_duration_seconds_count (\d+)/.exec(await registry.metrics())?.[1];

  test("runs once, and all of them get what it finds", async () => {
    const folder = folderOf("f:1");
    const { manager, clock, updates, registry, last } = start();
    manager.apply(
      new Map([
        ["a", shared(folder)],
        ["b", shared(folder, "b:1")],
      ]),
    );
    await eventually(async () => {
      await clock.advance(1000);
      return last("a").length === 1 && last("b").length === 2;
    });
    expect(updates.at(-1)?.get("b")?.[1]).toBe(updates.at(-1)?.get("a")?.[0]);
    expect(await scans(registry)).toBe("1");
  });

  test("keeps running while one of them is left, and one that comes later gets at once what is known", async () => {
    const folder = folderOf("f:1");
    const { manager, clock, registry, last } = start();
    manager.apply(new Map([["a", shared(folder)]]));
    await eventually(async () => {
      await clock.advance(1000);
      return last("a").length === 1;
    });
    manager.apply(
      new Map([
        ["a", shared(folder)],
        ["b", shared(folder)],
      ]),
    );
    await clock.advance(5000);
    expect(last("b")).toEqual(last("a"));
    manager.apply(new Map([["b", shared(folder)]]));
    await clock.advance(5000);
    expect(last("b")).toHaveLength(1);
    expect(await scans(registry)).toBe("1");
  });
});

describe("metrics of refreshes", () => {
  const down = (port: number) => section(JSON.stringify({ http_sd_configs: [{ url: `http://127.0.0.1:${port}/` }] }));
  const configs = async (registry: Registry): Promise<string[]> => {
    const text = await registry.metrics();
    return [...text.matchAll(/^prometheus_sd_refresh_failures_total\{config="(\w+)",mechanism="http"\} 1$/gm)].map(([, config]) => config);
  };

  test("go with their job, and name another one when that still asks", async () => {
    const { manager, clock, registry } = start();
    manager.apply(
      new Map([
        ["a", down(1)],
        ["b", down(2)],
        ["c", down(2)],
      ]),
    );
    await eventually(async () => expect(await configs(registry)).toEqual(["a", "b"]));
    manager.apply(new Map([["c", down(2)]]));
    expect(await registry.metrics()).not.toMatch(/^prometheus_sd_refresh_.*config="[ab]"/m);
    await clock.advance(60_000);
    await eventually(async () => expect(await configs(registry)).toEqual(["c"]));
    manager.apply(new Map([["c", statics("x:1")]]));
    expect(await registry.metrics()).not.toMatch(/^prometheus_sd_refresh_.*config=/m);
  });
});

test("what providers count is there before any section asks", async () => {
  const { registry } = start();
  const text = await registry.metrics();
  const names = ["http_failures_total", "dns_lookups_total", "dns_lookup_failures_total", "file_read_errors_total"];
  for (const name of names) expect(text).toContain(`prometheus_sd_${name} 0\n`);
});

test("metrics tell of both managers of a process", async () => {
  const registry = new Registry();
  const scrape = start(registry);
  const notify = start(registry, "notify");
  scrape.manager.apply(
    new Map([
      ["a", statics("x:1", "y:1")],
      ["b", statics("z:1")],
    ]),
  );
  notify.manager.apply(new Map([["0", statics("am:1")]]));
  await scrape.clock.advance(0);
  await notify.clock.advance(0);
  const lines = async (): Promise<string[]> => (await registry.metrics()).split("\n").filter((line) => line.startsWith("prometheus_sd_"));
  expect(await lines()).toEqual(
    expect.arrayContaining([
      'prometheus_sd_discovered_targets{config="a",name="scrape"} 2',
      'prometheus_sd_discovered_targets{config="b",name="scrape"} 1',
      'prometheus_sd_discovered_targets{config="0",name="notify"} 1',
      'prometheus_sd_received_updates_total{name="scrape"} 2',
      'prometheus_sd_updates_total{name="notify"} 1',
      'prometheus_sd_updates_delayed_total{name="scrape"} 0',
      'prometheus_sd_failed_configs{name="scrape"} 0',
      'prometheus_sd_last_update_timestamp_seconds{config="a",name="scrape"} 1.7672256e+09',
    ]),
  );
  scrape.manager.apply(new Map([["a", statics("x:1", "y:1")]]));
  expect((await lines()).join("\n")).not.toContain('config="b"');
});

test("a section that no discoverer can be made of is counted, and the others run", async () => {
  const { manager, clock, registry, logs, last } = start();
  manager.apply(new Map([["a", { ...statics("x:1"), file_sd_configs: [undefined] }]]));
  await clock.advance(0);
  expect(last("a")).toEqual(['x:1 {dc="eu"}']);
  expect(await registry.metrics()).toContain('prometheus_sd_failed_configs{name="scrape"} 1\n');
  expect(logs.some((line) => line.includes("Cannot create service discovery"))).toBe(true);
  // Each job that has it counts, and it is tried again whenever the configuration is read.
  manager.apply(
    new Map([
      ["a", { file_sd_configs: [undefined] }],
      ["b", { file_sd_configs: [undefined] }],
    ]),
  );
  expect(await registry.metrics()).toContain('prometheus_sd_failed_configs{name="scrape"} 2\n');
  expect(logs.filter((line) => line.includes("Cannot create service discovery"))).toHaveLength(2);
  manager.apply(new Map([["a", statics("x:1")]]));
  expect(await registry.metrics()).toContain('prometheus_sd_failed_configs{name="scrape"} 0\n');
});

test("a discoverer that fails is told of, and the others run", async () => {
  const { manager, clock, logs, updates, last } = start();
  manager.apply(
    new Map([
      ["a", { static_configs: [{}] }],
      ["b", statics("x:1")],
    ]),
  );
  await clock.advance(0);
  expect(last("b")).toEqual(['x:1 {dc="eu"}']);
  expect(updates.at(-1)?.get("a")).toEqual([]);
  expect(logs.join("")).toMatch(/level=ERROR msg="A discoverer has failed" discovery=static config=a err=/);
});

test("a file that can't be read is counted", async () => {
  const folder = tempFolder();
  writeFileSync(join(folder, "t.yml"), "oops");
  const { manager, registry } = start();
  manager.apply(new Map([["a", section("{file_sd_configs: [{files: [t.yml]}]}", join(folder, "config.yml"))]]));
  await eventually(async () => (await registry.metrics()).includes("prometheus_sd_file_read_errors_total 1\n"));
});

test("after the stop nothing is passed on, and no timer is left", async () => {
  const { manager, clock, updates } = start();
  manager.apply(new Map([["a", statics("x:1")]]));
  await manager.stop();
  await clock.advance(10_000);
  expect(updates).toEqual([]);
  expect(clock.timerCount()).toBe(0);
});
