import { describe, expect, test } from "@jest/globals";
import { createFaultyFiles, type FaultyFiles } from "@ferula/files";
import { type Logger, noLogger } from "@ferula/logging";
import { type ActiveQueries, openActiveQueries } from "../../src/index.ts";

const PATH = "data/queries.active";

interface Opened {
  readonly active: ActiveQueries;
  readonly log: readonly (readonly unknown[])[];
}

function open(files: FaultyFiles, maxConcurrency = 2): Opened {
  const log: (readonly unknown[])[] = [];
  const note = (message: string, fields?: object): void => void log.push([message, ...Object.values(fields ?? {})]);
  const logger: Logger = { ...noLogger, info: note, error: note };
  const active = openActiveQueries({ files, dir: "data", maxConcurrency, nowMs: () => 1_435_781_460_999, logger });
  return { active, log };
}

const read = (files: FaultyFiles): string => new TextDecoder().decode(files.readFile(PATH));
const ZEROS = "\0".repeat(1000);
const entry = (json: string): string => `${json}${"\0".repeat(999 - new TextEncoder().encode(json).length)},`;
const UP = entry('{"query":"up","timestamp_sec":1435781460}');

describe("the file of active queries", () => {
  test("has room for as many as run at once, and holds those that do", () => {
    const files = createFaultyFiles();
    const { active, log } = open(files);
    expect(read(files)).toBe(`[${ZEROS}${ZEROS}`);
    const first = active.note("up");
    const second = active.note("a < b");
    expect(read(files)).toBe(`[${UP}${entry('{"query":"a \\u003c b","timestamp_sec":1435781460}')}`);
    first();
    expect(read(files).slice(0, 1001)).toBe(`[${ZEROS}`);
    active.note("up");
    second();
    expect(read(files)).toBe(`[${UP}${ZEROS}`);
    // More than there is room for is no mistake.
    active.note("1");
    active.note("2")();
    expect(log).toEqual([]);
  });

  test.each([
    ["a", 960, "of the same size"],
    ["é", 480, "of two bytes, of which none is cut in two"],
    ["😀", 240, "of four bytes, written as two units"],
    ["<", 160, "that become longer in JSON"],
    ['"', 480, "that must be escaped"],
  ])("a query of many %s is cut to %d characters %s", (char, count) => {
    const files = createFaultyFiles();
    open(files).active.note(char.repeat(2000));
    const text = read(files);
    expect(text.endsWith(ZEROS)).toBe(true);
    const [{ query }] = JSON.parse(`${text.replaceAll("\0", "").slice(0, -1)}]`) as [{ query: string }];
    expect([...query]).toEqual(Array.from({ length: count }, () => char));
  });

  test("what a run left in it is logged by the next", () => {
    const files = createFaultyFiles();
    const { active } = open(files);
    active.note("up");
    active.note("1");
    const next = open(files);
    const queries = '[{"query":"up","timestamp_sec":1435781460},{"query":"1","timestamp_sec":1435781460}]';
    expect(next.log).toEqual([["These queries didn't finish in prometheus' last run:", queries]]);
    expect(open(files).log).toEqual([]);
  });

  test("one that can't be made is an error", () => {
    const files = createFaultyFiles();
    files.makeFolder("data");
    files.makeFolder(PATH);
    expect(() => open(files)).toThrow("EISDIR");
  });

  test("one that can't be written costs nothing but the note, and is told once", () => {
    const files = createFaultyFiles();
    const { active, log } = open(files);
    files.failWritesTo(PATH, { code: "EIO" });
    active.note("up")();
    expect(log).toEqual([["Cannot write the file of active queries", PATH, expect.any(Error)]]);
    files.heal();
    active.note("up");
    expect(read(files)).toContain(UP);
  });
});
