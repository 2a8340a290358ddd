import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { noLogger, type Logger } from "@ferula/logging";
import { fakeClock, tempFolder } from "@ferula/test-kit";
import { configChecksum, createAutoReload } from "../src/auto-reload.ts";

const CONFIG = `rule_files: [rules/*.yml, more.yml]
scrape_config_files: [jobs/*.yml]
`;

function folderOf(files: Readonly<Record<string, string>>): string {
  const folder = tempFolder();
  for (const name of ["rules", "jobs"]) mkdirSync(join(folder, name));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return folder;
}

const FILES = { "prometheus.yml": CONFIG, "rules/a.yml": "groups: []", "jobs/a.yml": "scrape_configs: []" };

describe("the checksum of a configuration", () => {
  const change = (file: string, text: string) => (folder: string) => writeFileSync(join(folder, file), text);

  test.each([
    { why: "the file itself", act: change("prometheus.yml", `${CONFIG}# More.\n`) },
    { why: "a list of files", act: change("prometheus.yml", "rule_files: []\n") },
    { why: "a rule file", act: change("rules/a.yml", "groups: [{name: a}]") },
    { why: "a new rule file", act: change("rules/b.yml", "") },
    { why: "a file that no pattern had named before", act: change("more.yml", "") },
    { why: "a file of jobs", act: change("jobs/a.yml", "") },
    { why: "a file that is gone", act: (folder: string) => rmSync(join(folder, "jobs/a.yml")) },
  ])("changes with $why", ({ act }) => {
    const folder = folderOf(FILES);
    const checksum = configChecksum(join(folder, "prometheus.yml"));
    const before = checksum();
    expect(checksum()).toBe(before);
    act(folder);
    expect(checksum()).not.toBe(before);
    expect(checksum()).toBe(configChecksum(join(folder, "prometheus.yml"))());
  });

  test("does not change with files that are no part of it, or that are made of the same bytes again", () => {
    const folder = folderOf(FILES);
    const checksum = configChecksum(join(folder, "prometheus.yml"));
    const before = checksum();
    writeFileSync(join(folder, "rules/notes.txt"), "x");
    writeFileSync(join(folder, "rules/a.yml"), FILES["rules/a.yml"]);
    expect(checksum()).toBe(before);
  });

  test("tells a rule file from one of jobs", () => {
    const folder = folderOf({ "x.yml": "" });
    const sum = (key: string): string => {
      writeFileSync(join(folder, "prometheus.yml"), `# ${"-".repeat(30 - key.length)}\n${key}: [x.yml]\n`);
      return configChecksum(join(folder, "prometheus.yml"))();
    };
    expect(sum("rule_files")).not.toBe(sum("scrape_config_files"));
  });

  test.each([
    { why: "broken YAML", text: "rule_files: [", message: /prometheus\.yml:1:14: yaml: / },
    { why: "a list that is none", text: "rule_files: 7", message: /prometheus\.yml: rule_files is no list/ },
    { why: "a rule file that is a folder", text: "rule_files: [rules]", message: /read .*\/rules: is a directory/ },
    { why: "a pattern that is none", text: "rule_files: ['[']", message: /cannot find files by pattern ".*\/\[": syntax error in pattern/ },
  ])("can't be made with $why", ({ text, message }) => {
    const folder = folderOf({ "prometheus.yml": text });
    expect(configChecksum(join(folder, "prometheus.yml"))).toThrow(message);
  });

  test("is made of a file that is wrong otherwise, and of one that says nothing", () => {
    const sums = ["", "unknown: [1]\nglobal: 3\n", "rule_files:\n"].map((text) =>
      configChecksum(join(folderOf({ "prometheus.yml": text }), "prometheus.yml"))(),
    );
    expect(new Set(sums).size).toBe(3);
  });
});

describe("a server that reloads by itself", () => {
  function start(intervalMs = 5000) {
    const clock = fakeClock();
    const state = { sum: "a", isBroken: false, reloads: 0, errors: [] as string[] };
    const logger: Logger = { ...noLogger, error: (message) => void state.errors.push(message) };
    const { start: startLooking, stop } = createAutoReload({
      intervalMs,
      clock,
      logger,
      checksum() {
        if (state.sum === "") throw new Error("no file");
        return state.sum;
      },
    });
    const reload = startLooking(() => {
      state.reloads++;
      if (state.isBroken) throw new Error("broken");
    });
    return { clock, state, reload, stop };
  }

  test("does so once after a change, at its next look", async () => {
    const { clock, state } = start();
    await clock.advance(20_000);
    expect(state.reloads).toBe(0);
    state.sum = "b";
    await clock.advance(4999);
    expect(state.reloads).toBe(0);
    await clock.advance(20_000);
    expect(state.reloads).toBe(1);
  });

  test("tries a broken file at every look, and takes what was put back", async () => {
    const { clock, state } = start();
    Object.assign(state, { sum: "b", isBroken: true });
    await clock.advance(15_000);
    expect(state.reloads).toBe(3);
    Object.assign(state, { sum: "a", isBroken: false });
    await clock.advance(15_000);
    expect(state.reloads).toBe(4);
  });

  test("tries again while the file can't be read, and says so", async () => {
    const { clock, state } = start();
    Object.assign(state, { sum: "", isBroken: true });
    await clock.advance(10_000);
    expect(state).toMatchObject({ reloads: 2, errors: Array(2).fill("Failed to generate checksum during configuration reload") });
  });

  test("does not do again what was asked for by hand", async () => {
    const { clock, state, reload } = start();
    state.sum = "b";
    reload();
    await clock.advance(20_000);
    expect(state.reloads).toBe(1);
  });

  test("tries again what failed by hand", async () => {
    const { clock, state, reload } = start();
    state.isBroken = true;
    expect(reload).toThrow("broken");
    state.isBroken = false;
    await clock.advance(20_000);
    expect(state.reloads).toBe(2);
  });

  test("looks once a second at most, and no more once it is stopped", async () => {
    const { clock, state, stop } = start(0);
    state.sum = "b";
    await clock.advance(999);
    expect(state.reloads).toBe(0);
    await clock.advance(1);
    expect(state.reloads).toBe(1);
    stop();
    expect(clock.timerCount()).toBe(0);
  });
});
