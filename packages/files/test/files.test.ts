import { afterAll, describe, expect, test } from "@jest/globals";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createFaultyFiles, hasErrorCode, nodeFiles, type Files } from "../src/index.ts";

const folder = mkdtempSync(join(tmpdir(), "ferula-files-"));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
const textOf = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

function codeOf(action: () => unknown): unknown {
  try {
    action();
  } catch (error) {
    return (error as { code?: unknown }).code;
  }
  return "no error";
}

/** The twin must do what the machine does; one suite for both. */
const implementations: { name: string; make: () => { files: Files; dir: string } }[] = [
  { name: "nodeFiles", make: () => ({ files: nodeFiles, dir: mkdtempSync(join(folder, "real-")) }) },
  {
    name: "createFaultyFiles",
    make: () => {
      const files = createFaultyFiles();
      files.makeFolder("/data");
      return { files, dir: "/data" };
    },
  },
];

describe.each(implementations)("$name", ({ make }) => {
  test("writes at positions, reads back, truncates", () => {
    const { files, dir } = make();
    const file = files.open(`${dir}/a`, "create");
    file.write(bytesOf("hello world"), 0);
    file.write(bytesOf("W"), 6);
    const target = new Uint8Array(20);
    expect(file.read(target, 6)).toBe(5);
    expect(textOf(target.subarray(0, 5))).toBe("World");
    expect(file.read(target, 100)).toBe(0);
    file.truncate(5);
    expect(file.size()).toBe(5);
    file.truncate(7);
    file.syncData();
    file.close();
    expect([...files.readFile(`${dir}/a`)]).toEqual([...bytesOf("hello"), 0, 0]);
  });

  test("a second name is one of the same bytes, until one of them is given others", () => {
    const { files, dir } = make();
    files.writeFileAtomic(`${dir}/a`, bytesOf("one"));
    files.link(`${dir}/a`, `${dir}/b`);
    expect(files.stat(`${dir}/b`)?.inode).toBe(files.stat(`${dir}/a`)?.inode);
    files.writeFileAtomic(`${dir}/a`, bytesOf("two"));
    expect(textOf(files.readFile(`${dir}/b`))).toBe("one");
    files.unlink(`${dir}/a`);
    expect(textOf(files.readFile(`${dir}/b`))).toBe("one");
    expect(codeOf(() => files.link(`${dir}/none`, `${dir}/c`))).toBe("ENOENT");
    expect(codeOf(() => files.link(`${dir}/b`, `${dir}/b`))).toBe("EEXIST");
  });

  test("the size of the file system is known, or 0", () => {
    const { files, dir } = make();
    expect(files.diskBytes(dir)).toBeGreaterThanOrEqual(files === nodeFiles ? 1 : 0);
  });

  test("a write past the end leaves zeros between", () => {
    const { files, dir } = make();
    const file = files.open(`${dir}/a`, "create");
    file.write(bytesOf("x"), 3);
    file.close();
    expect([...files.readFile(`${dir}/a`)]).toEqual([0, 0, 0, 120]);
  });

  test("each mode treats files that exist and that do not as it says", () => {
    const { files, dir } = make();
    const path = `${dir}/a`;
    expect(codeOf(() => files.open(path, "read"))).toBe("ENOENT");
    expect(codeOf(() => files.open(path, "update"))).toBe("ENOENT");
    files.writeFileAtomic(path, bytesOf("abc"));
    expect(codeOf(() => files.open(path, "exclusive"))).toBe("EEXIST");
    const appended = files.open(path, "append");
    appended.write(bytesOf("d"), appended.size());
    appended.close();
    expect(textOf(files.readFile(path))).toBe("abcd");
    const reading = files.open(path, "read");
    expect(codeOf(() => reading.write(bytesOf("x"), 0))).toBe("EBADF");
    reading.close();
    files.open(path, "create").close();
    expect(files.stat(path)?.sizeBytes).toBe(0);
    files.open(`${dir}/b`, "exclusive").close();
    expect(files.stat(`${dir}/b`)?.sizeBytes).toBe(0);
  });

  test("folders are made with those above, listed in order, moved and removed whole", () => {
    const { files, dir } = make();
    files.makeFolder(`${dir}/x/y`);
    files.makeFolder(`${dir}/x/y`);
    files.writeFileAtomic(`${dir}/x/2`, bytesOf("2"));
    files.writeFileAtomic(`${dir}/x/1`, bytesOf("1"));
    expect(files.readFolder(`${dir}/x`)).toEqual(["1", "2", "y"]);
    expect(files.stat(`${dir}/x/y`)?.isFolder).toBe(true);
    files.rename(`${dir}/x`, `${dir}/z`);
    expect(textOf(files.readFile(`${dir}/z/1`))).toBe("1");
    expect(files.stat(`${dir}/x`)).toBeUndefined();
    files.removeFolder(`${dir}/z`);
    files.removeFolder(`${dir}/z`);
    expect(files.readFolder(dir)).toEqual([]);
  });

  test("missing things are ENOENT, folders are not files", () => {
    const { files, dir } = make();
    expect(codeOf(() => files.readFile(`${dir}/none`))).toBe("ENOENT");
    expect(codeOf(() => files.readFolder(`${dir}/none`))).toBe("ENOENT");
    expect(codeOf(() => files.unlink(`${dir}/none`))).toBe("ENOENT");
    expect(codeOf(() => files.rename(`${dir}/none`, `${dir}/x`))).toBe("ENOENT");
    expect(codeOf(() => files.open(`${dir}/none/x`, "create"))).toBe("ENOENT");
    expect(codeOf(() => files.readFile(dir))).toBe("EISDIR");
  });

  test("an atomic write replaces the file and leaves no other", async () => {
    const { files, dir } = make();
    files.writeFileAtomic(`${dir}/a`, bytesOf("old, and longer"));
    await files.writeFileAtomicAsync(`${dir}/a`, bytesOf("new"));
    expect(textOf(await files.readFileAsync(`${dir}/a`))).toBe("new");
    expect(files.readFolder(dir)).toEqual(["a"]);
  });
});

test.each([
  { path: "/proc/nope", code: "ENOENT", why: "a folder that makes none says so" },
  { path: "/proc/nope/wal", code: "ENOENT", why: "to one further down, too" },
  { path: "/dev/null/wal", code: "ENOTDIR", why: "a file is no folder" },
  { path: "/dev/null", code: "EEXIST", why: "nor becomes one" },
])("no folder $path: $why", ({ path, code }) => {
  expect(codeOf(() => nodeFiles.makeFolder(path))).toBe(code);
});

test("hasErrorCode knows errors by their code, not by their class", () => {
  expect(hasErrorCode({ code: "ENOENT" }, "ENOENT")).toBe(true);
  expect(hasErrorCode(new Error("ENOENT"), "ENOENT")).toBe(false);
  expect(hasErrorCode(undefined, "ENOENT")).toBe(false);
});
