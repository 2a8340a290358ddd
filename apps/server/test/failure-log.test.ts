import { readFileSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, test } from "@jest/globals";
import { nodeFiles } from "@ferula/files";
import { createLogger } from "@ferula/logging";
import { tempFolder } from "@ferula/test-kit";
import { failureLogOpener } from "../src/failure-log.ts";

const nowMs = () => Date.UTC(2026, 0, 2, 3, 4, 5, 678);
const told: string[] = [];
const logger = createLogger({ write: (line) => void told.push(line) });
afterEach(() => void (told.length = 0));

const LINE = {
  time: "2026-01-02T03:04:05.678Z",
  level: "ERROR",
  msg: "server returned HTTP status 500 Internal Server Error",
  job_name: "j",
  target: "http://a:1/metrics",
};

test("each failed scrape is a line of JSON at the end of the file, however the file was cut", () => {
  const path = join(tempFolder(), "failures.log");
  writeFileSync(path, "from before\n");
  const log = failureLogOpener({ files: nodeFiles, nowMs, logger })(path);
  log.write("j", LINE.target, LINE.msg);
  const [before, line, rest] = readFileSync(path, "utf8").split("\n");
  expect([before, rest]).toEqual(["from before", ""]);
  expect(JSON.parse(line)).toEqual(LINE);
  expect(Object.keys(JSON.parse(line) as object)).toEqual(["time", "level", "msg", "job_name", "target"]);
  truncateSync(path);
  log.write("k", LINE.target, "two\nlines");
  log.close();
  expect(JSON.parse(readFileSync(path, "utf8"))).toEqual({ ...LINE, job_name: "k", msg: "two\nlines" });
  expect(told).toEqual([]);
});

test("a file that can't be opened is told", () => {
  const path = join(tempFolder(), "none", "failures.log");
  expect(() => failureLogOpener({ files: nodeFiles, nowMs, logger })(path)).toThrow(
    `can't create json log file: open ${path}: no such file or directory`,
  );
});

test("lines that can't be written fail no scrape, and are told once", () => {
  const full = { size: () => 0, close: () => undefined };
  const files = {
    open: () =>
      Object.assign(full, {
        write() {
          throw new Error("no space left on device");
        },
      }),
  };
  const log = failureLogOpener({ files: files as unknown as typeof nodeFiles, nowMs, logger })("f");
  log.write("j", LINE.target, "x");
  log.write("j", LINE.target, "x");
  expect(told).toEqual([expect.stringMatching(/can't log failed scrape.*file=f.*no space left on device/)]);
});
