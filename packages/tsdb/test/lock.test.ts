import { expect, test } from "@jest/globals";
import { createFaultyFiles, nodeFiles } from "@ferula/files";
import { eventually, tempFolder } from "@ferula/test-kit";
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { lockFolder, systemProcesses, type ProcessTable } from "../src/lock.ts";

function processes(pid: number, running: Record<number, string>, flockHolder?: number): ProcessTable {
  return { pid, startOf: (asked) => running[asked], flockHolder: () => flockHolder, writerIn: () => undefined };
}

function disk(lockText?: string): ReturnType<typeof createFaultyFiles> {
  const files = createFaultyFiles();
  files.makeFolder("/data");
  if (lockText !== undefined) {
    const file = files.open("/data/lock", "create");
    file.write(new TextEncoder().encode(lockText), 0);
    file.close();
  }
  return files;
}

test("a folder is taken once at a time", () => {
  const files = disk();
  const both = { 10: "100", 11: "110" };
  const lock = lockFolder(files, "/data", processes(10, both));
  expect(() => lockFolder(files, "/data", processes(11, both))).toThrow("cannot lock /data: process 10 is using it (/data/lock)");
  expect(() => lockFolder(files, "/data", processes(10, both))).toThrow("process 10 is using it");
  lock.release();
  expect(files.readFolder("/data")).toEqual([]);
  lockFolder(files, "/data", processes(11, both)).release();
});

test.each([
  { why: "its holder is dead", text: "10 100\n" },
  { why: "another process has its holder's number now", text: "12 99\n" },
  { why: "it is empty, as upstream's", text: "" },
  { why: "it says nothing we know", text: "hello\n" },
])("a lock is taken over when $why", ({ text }) => {
  const files = disk(text);
  lockFolder(files, "/data", processes(11, { 11: "110", 12: "120" }));
  expect(files.readFolder("/data")).toEqual(["lock"]);
  expect(new TextDecoder().decode(files.readFile("/data/lock"))).toBe("11 110\n");
});

test("a flock of a running upstream is respected", () => {
  expect(() => lockFolder(disk(""), "/data", processes(11, { 11: "110" }, 77))).toThrow("process 77 is using it");
});

test("a lock that was removed meanwhile is fine to release", () => {
  const files = disk();
  const lock = lockFolder(files, "/data", processes(11, { 11: "110" }));
  files.unlink("/data/lock");
  expect(() => lock.release()).not.toThrow();
});

test("the machine knows which processes run", async () => {
  const child = spawn(process.execPath, ["-e", "setTimeout(() => {}, 60000)"]);
  const pid = child.pid ?? 0;
  expect(systemProcesses.startOf(pid)).toMatch(/^\d+$/);
  expect(systemProcesses.startOf(process.pid)).toBe(systemProcesses.startOf(process.pid));
  child.kill();
  await once(child, "exit");
  expect(systemProcesses.startOf(pid)).toBeUndefined();
  expect(systemProcesses.flockHolder(-1)).toBeUndefined();
});

const onLinux = process.platform === "linux" ? test : test.skip;

onLinux("a process that ended and that nobody has asked for is not there", async () => {
  // The shell becomes a program that never waits for the child that it had; it must have become so before the child ends.
  const parent = spawn("sh", ["-c", "sleep 0.5 & echo $!; exec sleep 60"], { stdio: ["ignore", "pipe", "ignore"] });
  try {
    const [line] = (await once(parent.stdout, "data")) as [Buffer];
    const pid = Number(line.toString());
    const isZombie = (): boolean => / Z /.test(readFileSync(`/proc/${pid}/stat`, "latin1"));
    await eventually(isZombie);
    expect(systemProcesses.startOf(pid)).toBeUndefined();
    expect(isZombie()).toBe(true);
  } finally {
    parent.kill("SIGKILL");
  }
});

/** A process of its own that holds a file of the folder open. */
async function holdOpen(path: string, flags: string): Promise<ChildProcess> {
  const program = `require("fs").openSync(process.argv[1], process.argv[2]); console.log("open"); setTimeout(() => {}, 60000)`;
  const child = spawn(process.execPath, ["-e", program, path, flags], { stdio: ["ignore", "pipe", "inherit"] });
  await once(child.stdout, "data");
  return child;
}

onLinux.each([
  { why: "writes a segment of the log", file: "wal/00000000", flags: "r+", isRefused: true },
  { why: "only reads one", file: "wal/00000000", flags: "r", isRefused: false },
  { why: "writes something else in the folder", file: "queries.active", flags: "r+", isRefused: false },
])("a process that holds no lock and $why: the folder is refused $isRefused", async ({ file, flags, isRefused }) => {
  const dir = tempFolder();
  mkdirSync(`${dir}/wal`);
  for (const name of ["wal/00000000", "queries.active"]) writeFileSync(`${dir}/${name}`, "x");
  const child = await holdOpen(`${dir}/${file}`, flags);
  const take = (): void => lockFolder(nodeFiles, dir).release();
  try {
    if (isRefused) expect(take).toThrow(`cannot lock ${dir}: process ${child.pid} (node) is using it (it writes ${dir}/wal/00000000)`);
    else expect(take).not.toThrow();
  } finally {
    child.kill("SIGKILL");
    await once(child, "exit");
  }
  expect(take).not.toThrow();
});

test("a lock tells whether it replaced another", () => {
  expect([disk(), disk("10 100\n")].map((files) => lockFolder(files, "/data", processes(11, { 11: "110" })).isReplaced)).toEqual([
    false,
    true,
  ]);
});
