import { describe, expect, test } from "@jest/globals";
import { createFaultyFiles, type FaultyFiles } from "@ferula/files";
import { type Logger, noLogger } from "@ferula/logging";
import { createQueryLog, type LoggedQuery, type QueryLog } from "../../src/index.ts";

const query: LoggedQuery = {
  text: "up",
  params: { startMs: 0, endMs: 60_000, stepMs: 15_000 },
  error: undefined,
  stats: {},
  origin: undefined,
};

function logOn(files: FaultyFiles): { readonly log: QueryLog; readonly told: readonly string[] } {
  const told: string[] = [];
  const logger: Logger = { ...noLogger, error: (message) => void told.push(message) };
  return { log: createQueryLog({ files, nowMs: () => 0, logger }), told };
}

const linesOf = (files: FaultyFiles, path: string): readonly string[] =>
  new TextDecoder().decode(files.readFile(path)).split("\n").slice(0, -1);

describe("the log of queries", () => {
  test("is off until it is opened, and when nothing is", () => {
    const { log } = logOn(createFaultyFiles());
    expect([log.isOn(), log.write(query)]).toEqual([false, true]);
    log.open("a.log");
    expect(log.isOn()).toBe(true);
    log.open("");
    expect(log.isOn()).toBe(false);
  });

  test("goes on at the end of its file", () => {
    const files = createFaultyFiles();
    const { log } = logOn(files);
    log.open("a.log");
    log.write(query);
    log.open("a.log");
    log.write({ ...query, error: new Error("no"), origin: { ruleGroup: { file: "r.yml", name: "g" } } });
    const [first, second, ...rest] = linesOf(files, "a.log").map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(Object.keys(first)).toEqual(["time", "level", "msg", "params", "stats", "spanID", "traceID"]);
    expect(second).toMatchObject({ error: "no", ruleGroup: { file: "r.yml", name: "g" } });
    expect(Object.keys(second)).toEqual(["time", "level", "msg", "params", "error", "stats", "spanID", "traceID", "ruleGroup"]);
    expect(rest).toEqual([]);
  });

  test("is opened anew behind a file that was moved away, and begins where one was emptied", () => {
    const files = createFaultyFiles();
    const { log } = logOn(files);
    log.open("a.log");
    log.write(query);
    files.rename("a.log", "a.log.1");
    log.write(query);
    log.open("a.log");
    log.write(query);
    expect([linesOf(files, "a.log.1").length, linesOf(files, "a.log").length]).toEqual([2, 1]);
    files.open("a.log", "create").close();
    log.write(query);
    expect(linesOf(files, "a.log")).toHaveLength(1);
  });

  test("that can't be opened leaves the former one", () => {
    const files = createFaultyFiles();
    const { log } = logOn(files);
    log.open("a.log");
    expect(() => log.open("missing/a.log")).toThrow("can't create json log file: open missing/a.log: no such file or directory");
    expect(log.write(query)).toBe(true);
    expect(linesOf(files, "a.log")).toHaveLength(1);
  });

  test("that can't be written costs no query anything; it is told once, until it can be again", () => {
    const files = createFaultyFiles();
    const { log, told } = logOn(files);
    log.open("a.log");
    files.failWritesTo("a.log", { code: "ENOSPC" });
    expect([log.write(query), log.write(query)]).toEqual([false, false]);
    expect(told).toEqual(["can't log query"]);
    files.heal();
    expect(log.write(query)).toBe(true);
  });

  test.each([Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER])("has a line for a query at the end of time, %d", (timeMs) => {
    const files = createFaultyFiles();
    const { log } = logOn(files);
    log.open("a.log");
    expect(log.write({ ...query, params: { startMs: timeMs, endMs: timeMs, stepMs: 0 } })).toBe(true);
    expect(linesOf(files, "a.log")).toHaveLength(1);
  });
});
