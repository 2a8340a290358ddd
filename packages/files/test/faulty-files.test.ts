import { expect, test } from "@jest/globals";
import { createFaultyFiles, flipBit, tearSector, type FaultyFiles } from "../src/index.ts";

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
const textOf = (files: FaultyFiles, path: string): string => new TextDecoder().decode(files.readFile(path));

function disk(): FaultyFiles {
  const files = createFaultyFiles();
  files.makeFolder("/d");
  files.syncFolder("/d");
  return files;
}

test("the n-th operation fails once, with its code", () => {
  const files = disk();
  files.failAt(files.operationCount + 2, { code: "EIO" });
  const file = files.open("/d/a", "create");
  expect(() => file.write(bytesOf("x"), 0)).toThrow("EIO: write '/d/a'");
  file.write(bytesOf("x"), 0);
  expect(textOf(files, "/d/a")).toBe("x");
});

test("a write may fail halfway", () => {
  const files = disk();
  const file = files.open("/d/a", "create");
  files.failAt(files.operationCount + 1, { code: "EIO", writtenBytes: 2 });
  expect(() => file.write(bytesOf("abcd"), 0)).toThrow("EIO");
  expect(textOf(files, "/d/a")).toBe("ab");
});

test("a full disk takes what fits, and works again when there is room", () => {
  const files = disk();
  const file = files.open("/d/a", "create");
  files.setCapacity(3);
  expect(() => file.write(bytesOf("abcd"), 0)).toThrow("ENOSPC");
  expect(textOf(files, "/d/a")).toBe("abc");
  // Overwriting needs no room.
  file.write(bytesOf("xyz"), 0);
  files.heal();
  file.write(bytesOf("!"), 3);
  expect(textOf(files, "/d/a")).toBe("xyz!");
});

test("writes to one file can fail until it is healed", () => {
  const files = disk();
  files.failWritesTo("wal", { code: "ENOSPC" });
  const wal = files.open("/d/wal", "create");
  const other = files.open("/d/other", "create");
  other.write(bytesOf("x"), 0);
  expect(() => wal.write(bytesOf("x"), 0)).toThrow("ENOSPC");
  expect(() => wal.write(bytesOf("x"), 0)).toThrow("ENOSPC");
  files.heal();
  wal.write(bytesOf("x"), 0);
});

test("from an operation on all can fail, until it is healed or the power was cut", () => {
  const files = disk();
  const file = files.open("/d/a", "create");
  files.failFrom(files.operationCount + 2, { code: "EIO" });
  file.write(bytesOf("a"), 0);
  expect(() => file.write(bytesOf("b"), 1)).toThrow("EIO");
  expect(() => files.readFolder("/d")).toThrow("EIO");
  files.heal();
  file.write(bytesOf("b"), 1);
  files.failFrom(files.operationCount + 1, { code: "EIO" });
  files.powerCut();
  expect(files.readFolder("/d")).toEqual([]);
});

test("a power cut drops what was not synced: bytes, and names", () => {
  const files = disk();
  const file = files.open("/d/a", "create");
  file.write(bytesOf("kept"), 0);
  file.sync();
  files.syncFolder("/d");
  file.write(bytesOf(" lost"), 4);
  files.writeFileAtomic("/d/b", bytesOf("kept too"));
  const unnamed = files.open("/d/c", "create");
  unnamed.write(bytesOf("x"), 0);
  unnamed.sync();
  files.unlink("/d/a");
  files.powerCut();
  expect(files.readFolder("/d")).toEqual(["a", "b"]);
  expect(textOf(files, "/d/a")).toBe("kept");
  expect(textOf(files, "/d/b")).toBe("kept too");
  expect(() => file.write(bytesOf("x"), 0)).toThrow("EBADF");
});

test("a power cut may leave the beginning of what was written last", () => {
  const files = disk();
  const file = files.open("/d/a", "create");
  file.write(bytesOf("kept"), 0);
  file.sync();
  files.syncFolder("/d");
  file.write(bytesOf(" torn"), 4);
  files.powerCut(3);
  expect(textOf(files, "/d/a")).toBe("kept to");
});

test("what is synced in a folder goes with it where it is moved, once that is synced", () => {
  const files = disk();
  files.makeFolder("/d/new");
  const file = files.open("/d/new/a", "create");
  file.write(bytesOf("kept"), 0);
  file.sync();
  files.syncFolder("/d/new");
  files.rename("/d/new", "/d/done");
  files.syncFolder("/d");
  files.powerCut();
  expect(files.readFolder("/d")).toEqual(["done"]);
  expect(textOf(files, "/d/done/a")).toBe("kept");
});

/** A file with this content, both synced, in a folder that may not be. */
function put(files: FaultyFiles, path: string, content: string): void {
  const file = files.open(path, "create");
  file.write(bytesOf(content), 0);
  file.sync();
  file.close();
}

test.each<{ why: string; act: (files: FaultyFiles) => void; want: readonly string[] }>([
  {
    why: "a folder that was removed is gone with all that is in it",
    act(files) {
      files.removeFolder("/d/x");
      files.syncFolder("/d");
    },
    want: ["a"],
  },
  { why: "one that was removed without a sync is there as before", act: (files) => files.removeFolder("/d/x"), want: ["a", "x", "x/f"] },
  {
    why: "one that was moved without a sync stands where it was",
    act(files) {
      files.rename("/d/x", "/d/y");
      files.syncFolder("/d/y");
    },
    want: ["a", "x", "x/f"],
  },
  {
    why: "one that was moved has one name, when only the folder it went to was synced",
    act(files) {
      files.makeFolder("/d/new");
      files.syncFolder("/d");
      files.rename("/d/x", "/d/new/x");
      files.syncFolder("/d/new");
    },
    want: ["a", "new", "new/x", "new/x/f"],
  },
  {
    why: "one that was moved and lost its old name has the new one when it was synced itself",
    act(files) {
      files.makeFolder("/d/n");
      files.syncFolder("/d");
      files.rename("/d/x", "/d/n/x");
      files.syncFolder("/d");
      files.syncFolder("/d/n/x");
    },
    want: ["a", "n", "n/x", "n/x/f"],
  },
  {
    why: "a new folder that was synced has its name, and so have those above it",
    act(files) {
      files.makeFolder("/d/n/m");
      put(files, "/d/n/m/f", "x");
      files.syncFolder("/d/n/m");
    },
    want: ["a", "n", "n/m", "n/m/f", "x", "x/f"],
  },
  {
    why: "a file that was moved without a sync stands where it was",
    act: (files) => files.rename("/d/a", "/d/x/a"),
    want: ["a", "x", "x/f"],
  },
])("after a power cut $why", ({ act, want }) => {
  const files = disk();
  files.makeFolder("/d/x");
  put(files, "/d/a", "a");
  put(files, "/d/x/f", "f");
  files.syncFolder("/d");
  files.syncFolder("/d/x");
  act(files);
  files.powerCut();
  const names = (folder: string): string[] =>
    files.readFolder(`/d/${folder}`).flatMap((name) => {
      const path = folder === "" ? name : `${folder}/${name}`;
      return files.stat(`/d/${path}`)?.isFolder === true ? [path, ...names(path)] : [path];
    });
  expect(names("")).toEqual(want);
});

test("what a sync failed to write is not written by the next one, though it can be read until the power goes", () => {
  const files = disk();
  put(files, "/d/a", "ab");
  files.syncFolder("/d");
  const file = files.open("/d/a", "update");
  file.write(bytesOf("cd"), 2);
  files.failAt(files.operationCount + 1, { code: "EIO" });
  expect(() => file.sync()).toThrow("EIO");
  file.write(bytesOf("ef"), 4);
  file.sync();
  expect(textOf(files, "/d/a")).toBe("abcdef");
  files.powerCut();
  expect(textOf(files, "/d/a")).toBe("ab\0\0ef");
});

test("a file that was cut and has grown again holds zeros, not what stood there before", () => {
  const files = disk();
  put(files, "/d/a", "abcd");
  files.syncFolder("/d");
  const file = files.open("/d/a", "update");
  file.truncate(1);
  file.truncate(3);
  file.sync();
  files.powerCut();
  expect(textOf(files, "/d/a")).toBe("a\0\0");
});

test.each([
  { why: "none of them", survives: () => false, want: { size: 600, zeros: 0 } },
  { why: "the last one only, with nothing before it", survives: (sector: number) => sector === 3, want: { size: 2000, zeros: 936 } },
  { why: "all of them", survives: () => true, want: { size: 2000, zeros: 0 } },
])("of the sectors that were not synced a power cut may leave $why", ({ survives, want }) => {
  const files = disk();
  const file = files.open("/d/a", "create");
  file.write(new Uint8Array(600).fill(1), 0);
  file.sync();
  files.syncFolder("/d");
  file.write(new Uint8Array(1400).fill(2), 600);
  files.powerCut(survives);
  const left = files.readFile("/d/a");
  expect({ size: left.length, zeros: left.filter((byte) => byte === 0).length }).toEqual(want);
});

test.each([
  { why: "a bit that flips", damage: flipBit(8 * 700 + 3), changed: [700], value: 9 },
  { why: "a sector that is torn", damage: tearSector(1020), changed: [1020, 1021, 1022, 1023], value: 0 },
])("$why changes these bytes and no others", ({ damage, changed, value }) => {
  const files = disk();
  files.writeFileAtomic("/d/a", new Uint8Array(2000).fill(1));
  files.corrupt("/d/a", damage);
  const content = files.readFile("/d/a");
  expect([...content.keys()].filter((i) => content[i] !== 1)).toEqual(changed);
  for (const i of changed) expect(content[i]).toBe(value);
});

test.each([flipBit(8 * 4), flipBit(-1), tearSector(4)])("damage behind the end of a file is a mistake of the test", (damage) => {
  const files = disk();
  files.writeFileAtomic("/d/a", new Uint8Array(4));
  expect(() => files.corrupt("/d/a", damage)).toThrow(RangeError);
});

test("whichever step of an atomic write fails or is the last before a power cut, the old or the new content is there", () => {
  for (let step = 1; ; step++) {
    const files = disk();
    files.writeFileAtomic("/d/a", bytesOf("old"));
    const before = files.operationCount;
    files.failAt(before + step, { code: "EIO" });
    let failed = false;
    try {
      files.writeFileAtomic("/d/a", bytesOf("new"));
    } catch (error) {
      failed = true;
      expect((error as { code?: unknown }).code).toBe("EIO");
    }
    files.heal();
    files.powerCut();
    expect(["old", "new"]).toContain(textOf(files, "/d/a"));
    if (!failed) {
      expect(textOf(files, "/d/a")).toBe("new");
      expect(step).toBeGreaterThan(4);
      return;
    }
  }
});
