import { appendFileSync, mkdirSync, renameSync, rmSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { afterEach, describe, expect, test } from "@jest/globals";
import { Registry } from "@ferula/client";
import { eventually, tempFolder } from "@ferula/test-kit";
import { fileProvider } from "../../../src/providers/file/file.ts";
import type { TargetGroup } from "../../../src/target-group.ts";
import { discovererDeps, recordingLogger, section } from "../../support.ts";

const stops: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

interface Discovery {
  /** `address address {file}` of each group, in the order of the sources. */
  readonly found: () => string[];
  readonly groups: ReadonlyMap<string, TargetGroup>;
  readonly logs: string[];
  /** How often the files were read. */
  readonly scans: () => Promise<number>;
  /** What the metric `prometheus_sd_file_<name>` says; its labels are part of the name. */
  readonly metric: (name: string) => Promise<string | undefined>;
}

function discover(patterns: readonly string[], folder: string, refreshInterval: string = "5m"): Discovery {
  const { logger, logs } = recordingLogger();
  const config = section(
    JSON.stringify({ file_sd_configs: [{ files: patterns, refresh_interval: refreshInterval }] }),
    join(folder, "config.yml"),
  );
  const registry = new Registry();
  const discoverer = fileProvider.create(config["file_sd_configs"][0] as never, 0, discovererDeps(logger, registry));
  const metric = async (name: string): Promise<string | undefined> => {
    const start = `prometheus_sd_file_${name} `;
    return (await registry.metrics())
      .split("\n")
      .find((line) => line.startsWith(start))
      ?.slice(start.length);
  };
  const groups = new Map<string, TargetGroup>();
  const stop = new AbortController();
  const ended = discoverer.run((found) => {
    for (const group of found) {
      if (group.targets.length > 0) groups.set(group.source, group);
      else groups.delete(group.source);
    }
  }, stop.signal);
  stops.push(async () => {
    stop.abort();
    await ended;
  });
  const text = ({ source, targets }: TargetGroup): string => `${targets.map((target) => target[1]).join(" ")} ${basename(source)}`;
  const scans = async (): Promise<number> => Number(await metric("scan_duration_seconds_count"));
  return { groups, logs, scans, metric, found: () => [...groups.values()].map(text).toSorted() };
}

/** As editors write: another file under another name, renamed to this one. */
function replace(path: string, text: string): void {
  writeFileSync(`${path}~`, text);
  renameSync(`${path}~`, path);
}

describe("a file of target groups", () => {
  test.each([
    {
      name: "t.json",
      text: '[\n\t{"targets": ["a:1", "b:1"], "labels": {"dc": "eu", "note": "\\ud83d\\ude00 \\/"}},\n\t{"targets": ["c:1"]}\n]',
    },
    { name: "t.yml", text: '- targets: ["a:1", b:1]\n  labels: {dc: eu, note: "😀 /"}\n- targets: [c:1]\n' },
    { name: "t.yaml", text: '- {targets: ["a:1", "b:1"], labels: {note: "😀 /", dc: eu}}\n- targets:\n  - c:1\n' },
  ])("may be $name", async ({ name, text }) => {
    const folder = tempFolder();
    writeFileSync(join(folder, name), text);
    const { found, groups } = discover([name], folder);
    await eventually(() => found().length === 2);
    expect(found()).toEqual([`a:1 b:1 ${name}:0`, `c:1 ${name}:1`]);
    expect(groups.get(`${join(folder, name)}:0`)?.labels).toEqual(["__meta_filepath", join(folder, name), "dc", "eu", "note", "😀 /"]);
  });

  test("that is empty holds no groups", async () => {
    const folder = tempFolder();
    writeFileSync(join(folder, "t.yml"), "");
    const { found, scans, metric } = discover(["t.yml"], folder);
    await eventually(async () => (await scans()) === 1);
    expect(await metric("read_errors_total")).toBe("0");
    expect(found()).toEqual([]);
  });

  test("is read anew when an editor replaces it; groups that vanish are empty", async () => {
    const folder = tempFolder();
    const path = join(folder, "t.yml");
    writeFileSync(path, "[{targets: [a]}, {targets: [b]}, {targets: [c]}]");
    const { found } = discover(["t.yml"], folder);
    await eventually(() => found().length === 3);
    replace(path, "[{targets: [d]}]");
    await eventually(() => expect(found()).toEqual(["d t.yml:0"]));
    replace(path, "[{targets: [d]}, {targets: [e]}]");
    await eventually(() => expect(found()).toEqual(["d t.yml:0", "e t.yml:1"]));
    writeFileSync(path, "[{targets: [f]}]");
    await eventually(() => expect(found()).toEqual(["f t.yml:0"]));
  });

  test("that is broken leaves its targets as they were, and the place is told", async () => {
    const folder = tempFolder();
    const path = join(folder, "t.yml");
    writeFileSync(path, "- targets: [a]\n");
    const { found, logs, metric } = discover(["t.yml"], folder);
    await eventually(() => found().length === 1);
    replace(path, "- targets: [a]\n- targetz: [b]\n");
    await eventually(async () => (await metric("read_errors_total")) !== "0");
    expect(found()).toEqual(["a t.yml:0"]);
    expect(logs.some((line) => line.includes("Error reading file") && line.includes(`${path}:2:3`) && line.includes("targetz"))).toBe(true);
    replace(path, "- targets: [b]\n");
    await eventually(() => expect(found()).toEqual(["b t.yml:0"]));
  });

  test.each([
    { why: "null as a group", text: "[null]" },
    { why: "a number of groups", text: "7" },
    { why: "nothing at all", text: "" },
    { why: "YAML that is no JSON", text: "[{targets: [a]}]" },
    { why: "half of it", text: '[{"targets": ["a"' },
  ])("with $why is refused", async ({ text }) => {
    const folder = tempFolder();
    writeFileSync(join(folder, "t.json"), text);
    const { scans, metric, found } = discover(["t.json"], folder);
    await eventually(async () => (await scans()) === 1);
    expect(await metric("read_errors_total")).toBe("1");
    expect(found()).toEqual([]);
  });

  test("is not read again when something else in its folder changes", async () => {
    const folder = tempFolder();
    writeFileSync(join(folder, "a.yml"), "[{targets: [a]}]");
    writeFileSync(join(folder, "b.yml"), "[broken");
    const { found, scans, logs } = discover(["*.yml"], folder);
    await eventually(async () => (await scans()) === 1);
    for (let line = 0; line < 5; line++) {
      appendFileSync(join(folder, "server.log"), "another line\n");
      await setTimeout(120);
    }
    writeFileSync(join(folder, "b.yml"), "[{targets: [b]}]");
    await eventually(() => expect(found()).toEqual(["a a.yml:0", "b b.yml:0"]));
    expect(await scans()).toBeLessThan(4);
    expect(logs.filter((line) => line.includes("Error reading file"))).toHaveLength(1);
  });

  test("is read again where it is a link's link that changes, as with a ConfigMap", async () => {
    const folder = tempFolder();
    for (const name of ["one", "two"]) {
      mkdirSync(join(folder, name));
      writeFileSync(join(folder, name, "t.yml"), `[{targets: [${name}]}]`);
    }
    symlinkSync("one", join(folder, "..data"));
    symlinkSync(join("..data", "t.yml"), join(folder, "t.yml"));
    const { found } = discover(["*.yml"], folder);
    await eventually(() => expect(found()).toEqual(["one t.yml:0"]));
    symlinkSync("two", join(folder, "..data_tmp"));
    renameSync(join(folder, "..data_tmp"), join(folder, "..data"));
    await eventually(() => expect(found()).toEqual(["two t.yml:0"]));
  });

  test("that is gone takes its targets with it; one that comes brings its own", async () => {
    const folder = tempFolder();
    writeFileSync(join(folder, "a.yml"), "[{targets: [a]}]");
    const { found, metric } = discover(["*.yml", "b.json"], folder);
    await eventually(() => expect(found()).toEqual(["a a.yml:0"]));
    writeFileSync(join(folder, "b.json"), '[{"targets": ["b"]}]');
    await eventually(() => expect(found()).toEqual(["a a.yml:0", "b b.json:0"]));
    rmSync(join(folder, "a.yml"));
    await eventually(() => expect(found()).toEqual(["b b.json:0"]));
    expect(await metric("read_errors_total")).toBe("0");
  });

  test("in a folder that comes later, or is replaced, is found at a refresh, and watched from then on", async () => {
    const folder = tempFolder();
    const sub = join(folder, "sub");
    const { found, logs } = discover(["sub/*.yml"], folder, "50ms");
    await eventually(() => logs.some((line) => line.includes("Error adding file watch")));
    mkdirSync(sub);
    writeFileSync(join(sub, "a.yml"), "[{targets: [a]}]");
    await eventually(() => expect(found()).toEqual(["a a.yml:0"]));
    rmSync(sub, { recursive: true });
    await eventually(() => expect(found()).toEqual([]));
    mkdirSync(sub);
    writeFileSync(join(sub, "b.yml"), "[{targets: [b]}]");
    await eventually(() => expect(found()).toEqual(["b b.yml:0"]));
    expect(logs.filter((line) => line.includes("Error adding file watch")).length).toBeLessThan(4);
  });
});

test("metrics tell when the files that are there were changed; a pattern that is none is logged", async () => {
  const folder = tempFolder();
  const path = join(folder, "t.yml");
  writeFileSync(path, "[{targets: [a]}]");
  utimesSync(path, 1_700_000_000, 1_700_000_000.9);
  const { found, metric, logs } = discover(["t.yml", "[t.yml"], folder);
  await eventually(() => expect(found()).toEqual(["a t.yml:0"]));
  const mtime = `mtime_seconds{filename="${path}"}`;
  expect(await metric(mtime)).toBe("1.7e+09");
  expect(logs.some((line) => line.includes("Error expanding glob") && line.includes("syntax error in pattern"))).toBe(true);
  rmSync(path);
  await eventually(async () => (await metric(mtime)) === undefined);
});

test("a refresh interval of nothing is refused", () => {
  expect(() => section("{file_sd_configs: [{files: [a.yml], refresh_interval: 0s}]}")).toThrow("must be greater than 0");
});

test.each([
  { files: [], want: "must contain at least one path name" },
  { files: ["a.txt"], want: "is not valid for file discovery" },
  { files: ["*/a.yml"], want: "is not valid for file discovery" },
])("$files are no files to discover", ({ files, want }) => {
  expect(() => section(JSON.stringify({ file_sd_configs: [{ files }] }))).toThrow(want);
});
