import * as fs from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeEach, expect, jest, test } from "@jest/globals";

const folder = fs.mkdtempSync(join(tmpdir(), "ferula-calls-"));
afterAll(() => {
  fs.rmSync(folder, { recursive: true });
});

/** What was asked of the system, with the names of the files. */
const calls: string[] = [];
const nameOf = new Map<number, string>();
/** The most bytes that one call reads or writes. */
let mostBytes = Infinity;
let names: readonly string[] | undefined;

function noted<A extends readonly never[], R>(call: string, run: (descriptor: number, ...rest: A) => R) {
  return (descriptor: number, ...rest: A): R => {
    calls.push(`${call} ${nameOf.get(descriptor)}`);
    return run(descriptor, ...rest);
  };
}

jest.unstable_mockModule("node:fs", () => ({
  ...fs,
  openSync(path: string, flags: number, mode: number): number {
    const descriptor = fs.openSync(path, flags, mode);
    nameOf.set(descriptor, path.slice(folder.length) || "/");
    return descriptor;
  },
  writeSync: noted("write", (descriptor, bytes: Uint8Array, offset: number, length: number, position: number) =>
    fs.writeSync(descriptor, bytes, offset, Math.min(length, mostBytes), position),
  ),
  readSync: noted("read", (descriptor, bytes: Uint8Array, offset: number, length: number, position: number) =>
    fs.readSync(descriptor, bytes, offset, Math.min(length, mostBytes), position),
  ),
  fsyncSync: noted("fsync", fs.fsyncSync),
  fdatasyncSync: noted("fdatasync", fs.fdatasyncSync),
  fsync: noted("fsync", (descriptor, done: fs.NoParamCallback) => fs.fsync(descriptor, done)),
  renameSync(from: string, to: string): void {
    calls.push(`rename ${from.slice(folder.length)} ${to.slice(folder.length)}`);
    fs.renameSync(from, to);
  },
  readdirSync: (path: string): readonly string[] => names?.slice() ?? fs.readdirSync(path),
  mkdirSync(path: string): void {
    calls.push(`mkdir ${path}`);
    if (path === "/") throw Object.assign(new Error("no root"), { code: "ENOENT" });
    fs.mkdirSync(path);
  },
  statSync: (path: string, options: fs.StatSyncOptions): fs.Stats | fs.BigIntStats | undefined =>
    path === "/" ? undefined : fs.statSync(path, options),
}));
const { nodeFiles } = await import("../src/index.ts");

beforeEach(() => {
  calls.length = 0;
  mostBytes = Infinity;
  names = undefined;
});

const bytes = new TextEncoder().encode("twelve bytes");

test.each([
  { how: "", write: async (path: string): Promise<void> => nodeFiles.writeFileAtomic(path, bytes) },
  { how: " that doesn't wait", write: (path: string): Promise<void> => nodeFiles.writeFileAtomicAsync(path, bytes) },
])("an atomic write$how syncs the content before the name and the folder after it", async ({ write }) => {
  await write(`${folder}/a`);
  expect(calls).toEqual(["write /a.tmp", "fsync /a.tmp", "rename /a.tmp /a", "fsync /"]);
});

test("each kind of sync is the system's, of the file or the folder it is called for", async () => {
  const file = nodeFiles.open(`${folder}/b`, "create");
  file.sync();
  file.syncData();
  await file.syncAsync();
  file.close();
  nodeFiles.syncFolder(folder);
  expect(calls).toEqual(["fsync /b", "fdatasync /b", "fsync /b", "fsync /"]);
});

test("a sync that fails says so, whichever way it is waited for", async () => {
  const file = nodeFiles.open(`${folder}/c`, "create");
  file.close();
  expect(() => file.sync()).toThrow("EBADF");
  expect(() => file.syncData()).toThrow("EBADF");
  await expect(file.syncAsync()).rejects.toThrow("EBADF");
});

test("a system that takes and gives five bytes at a time is asked again until all is done", () => {
  mostBytes = 5;
  const file = nodeFiles.open(`${folder}/d`, "create");
  file.write(bytes, 0);
  const target = new Uint8Array(20);
  expect(file.read(target, 0)).toBe(12);
  expect(target.subarray(0, 12)).toEqual(bytes);
  file.close();
  expect(calls).toEqual([...Array<string>(3).fill("write /d"), ...Array<string>(4).fill("read /d")]);
});

test("names are sorted, in whatever order the system gives them", () => {
  names = ["b", "é", "B", "a", "😀", "\uffee"];
  expect(nodeFiles.readFolder(folder)).toEqual(["B", "a", "b", "é", "😀", "\uffee"]);
});

test("a root that is missing is no folder to be made above itself", () => {
  expect(() => nodeFiles.makeFolder("/")).toThrow("no root");
  expect(calls).toEqual(["mkdir /"]);
});
