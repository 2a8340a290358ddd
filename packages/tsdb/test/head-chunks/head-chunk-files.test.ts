import { expect, test } from "@jest/globals";
import { HeadChunkFiles } from "../../src/head-chunks/head-chunk-files.ts";
import { HeadChunkReader } from "../../src/head-chunks/head-chunk-reader.ts";
import { chunkOf, FOLDER, newDisk } from "./support.ts";

/** Files of some chunks each, and the pins as a test sets them. */
function newFiles(): {
  readonly files: HeadChunkFiles;
  readonly disk: ReturnType<typeof newDisk>;
  readonly pins: { newestPin: number; oldestPin: number };
} {
  const disk = newDisk();
  const pins = { newestPin: 0, oldestPin: Infinity };
  return { disk, pins, files: new HeadChunkFiles({ files: disk, folder: FOLDER, pins, mostFileBytes: 1000 }, 0) };
}

test("files go up to the first that has a chunk that is needed, as a gap among them would be damage", () => {
  const { files, disk } = newFiles();
  const refs = Array.from({ length: 60 }, (_, i) => files.write(chunkOf(i)));
  const names = disk.readFolder(FOLDER);
  expect(names.length).toBeGreaterThan(6);
  const first = refs.find((ref) => ref > 3 * 2 ** 32) ?? 0;
  for (const ref of refs) if (ref !== first) files.release(ref);
  expect(files.oldestFile).toBe(3);
  files.truncate();
  expect(disk.readFolder(FOLDER)).toEqual(names.slice(2));
  files.release(first);
  files.truncate();
  expect(disk.readFolder(FOLDER)).toEqual(names.slice(-1));
  expect(() => files.release(first)).toThrow("BUG: a chunk of file 3 was released that was not needed");
});

test("a file goes when the last reader from before is gone, whoever came later", () => {
  const { files, disk, pins } = newFiles();
  const refs = Array.from({ length: 30 }, (_, i) => files.write(chunkOf(i)));
  for (const ref of refs) files.release(ref);
  Object.assign(pins, { newestPin: 5, oldestPin: 4 });
  files.truncate();
  const later = files.write(chunkOf(0));
  Object.assign(pins, { newestPin: 7, oldestPin: 5 });
  files.removeUnpinned();
  expect(disk.readFolder(FOLDER)[0]).toBe("000001");
  Object.assign(pins, { oldestPin: 6 });
  expect(files.hasPinned).toBe(true);
  files.removeUnpinned();
  expect(files.hasPinned).toBe(false);
  expect(disk.readFolder(FOLDER)).toEqual([String(files.oldestFile).padStart(6, "0")]);
  expect(files.unwritten(later)).toEqual(chunkOf(0));
});

test("what can't be removed goes at the next call", () => {
  const { files, disk } = newFiles();
  for (const ref of Array.from({ length: 30 }, (_, i) => files.write(chunkOf(i)))) files.release(ref);
  const before = disk.readFolder(FOLDER);
  disk.failAt(disk.operationCount + 3, { code: "EIO" });
  expect(() => files.truncate()).toThrow("EIO");
  expect(disk.readFolder(FOLDER).length).toBeGreaterThan(1);
  expect(disk.readFolder(FOLDER)).toEqual(before.slice(-disk.readFolder(FOLDER).length));
  files.truncate();
  expect(disk.readFolder(FOLDER)).toHaveLength(1);
});

test("a reader follows a file that grows, wherever a chunk lies in its pages", () => {
  const { disk, pins } = newFiles();
  const files = new HeadChunkFiles({ files: disk, folder: FOLDER, pins }, 0);
  const reader = new HeadChunkReader({ files: disk, folder: FOLDER });
  const refs: number[] = [];
  for (let i = 0; i < 400; i++) {
    refs.push(files.write(chunkOf(i)));
    files.flush();
    expect(reader.read(refs[i])).toEqual(chunkOf(i));
  }
  for (const [i, ref] of refs.entries()) expect(reader.read(ref)).toEqual(chunkOf(i));
  reader.forgetBefore(2);
  expect(reader.read(refs[7])).toEqual(chunkOf(7));
  reader.close();
});
