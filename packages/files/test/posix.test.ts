import { afterAll, describe, expect, test } from "@jest/globals";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createFaultyFiles, nodeFiles, type Files } from "../src/index.ts";

const folder = mkdtempSync(join(tmpdir(), "ferula-posix-"));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

/** What an action gives, or the code of its error. */
function outcome(action: () => unknown): unknown {
  try {
    return action();
  } catch (error) {
    return (error as { code?: unknown }).code;
  }
}

/** Every name below `dir`, files with their content. */
function tree(files: Files, dir: string): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    files.readFolder(dir).map((name) => {
      const path = `${dir}/${name}`;
      return [name, files.stat(path)?.isFolder === true ? tree(files, path) : Buffer.from(files.readFile(path)).toString()];
    }),
  );
}

function made(implementation: string): { readonly files: Files; readonly dir: string } {
  if (implementation === "nodeFiles") return { files: nodeFiles, dir: mkdtempSync(join(folder, "real-")) };
  const files = createFaultyFiles();
  files.makeFolder("/data");
  return { files, dir: "/data" };
}

/** What is there before each action. */
const BEFORE = { a: "abc", b: "b", empty: {}, full: { x: "x" } };

interface Case {
  readonly why: string;
  readonly act: (files: Files, dir: string) => unknown;
  readonly want: unknown;
  /** Default: nothing has changed. */
  readonly after?: Readonly<Record<string, unknown>>;
}

const CASES: readonly Case[] = [
  {
    why: "a file over a file",
    act: (f, d) => f.rename(`${d}/a`, `${d}/b`),
    want: undefined,
    after: { b: "abc", empty: {}, full: { x: "x" } },
  },
  { why: "a file over a folder", act: (f, d) => f.rename(`${d}/a`, `${d}/empty`), want: "EISDIR" },
  { why: "a file to itself", act: (f, d) => f.rename(`${d}/a`, `${d}/a`), want: undefined },
  { why: "a folder to itself", act: (f, d) => f.rename(`${d}/full`, `${d}/full`), want: undefined },
  { why: "a file into a folder that is missing", act: (f, d) => f.rename(`${d}/a`, `${d}/no/a`), want: "ENOENT" },
  { why: "a file below a file", act: (f, d) => f.rename(`${d}/a`, `${d}/b/a`), want: "ENOTDIR" },
  { why: "a folder over a file", act: (f, d) => f.rename(`${d}/empty`, `${d}/a`), want: "ENOTDIR" },
  {
    why: "a folder over an empty one",
    act: (f, d) => f.rename(`${d}/full`, `${d}/empty`),
    want: undefined,
    after: { a: "abc", b: "b", empty: { x: "x" } },
  },
  { why: "a folder over one that isn't", act: (f, d) => f.rename(`${d}/empty`, `${d}/full`), want: "ENOTEMPTY" },
  { why: "a folder into itself", act: (f, d) => f.rename(`${d}/full`, `${d}/full/z`), want: "EINVAL" },
  { why: "making a folder below a file", act: (f, d) => f.makeFolder(`${d}/a/x/y`), want: "ENOTDIR" },
  { why: "making a folder where a file is", act: (f, d) => f.makeFolder(`${d}/a`), want: "EEXIST" },
  { why: "making a file below a file", act: (f, d) => f.open(`${d}/a/x`, "create"), want: "ENOTDIR" },
  { why: "making a file where a folder is", act: (f, d) => f.open(`${d}/empty`, "create"), want: "EISDIR" },
  { why: "making a file of one's own where a folder is", act: (f, d) => f.open(`${d}/empty`, "exclusive"), want: "EEXIST" },
  { why: "reading below a file", act: (f, d) => f.readFile(`${d}/a/x`), want: "ENOTDIR" },
  { why: "listing a file", act: (f, d) => f.readFolder(`${d}/a`), want: "ENOTDIR" },
  { why: "asking for what is below a file", act: (f, d) => f.stat(`${d}/a/x`), want: "ENOTDIR" },
  { why: "asking for a file as a folder", act: (f, d) => f.stat(`${d}/a/`), want: "ENOTDIR" },
  { why: "asking for what is in a folder that is missing", act: (f, d) => f.stat(`${d}/no/x`), want: undefined },
  { why: "unlinking a folder", act: (f, d) => f.unlink(`${d}/empty`), want: "EISDIR" },
  { why: "removing what is below a file", act: (f, d) => f.removeFolder(`${d}/a/x`), want: "ENOTDIR" },
  {
    why: "removing a file as a folder",
    act: (f, d) => f.removeFolder(`${d}/a`),
    want: undefined,
    after: { b: "b", empty: {}, full: { x: "x" } },
  },
  { why: "going up again", act: (f, d) => Buffer.from(f.readFile(`${d}/full/../empty/./..//a`)).toString(), want: "abc" },
  { why: "going up again from where nothing is", act: (f, d) => f.readFile(`${d}/no/../a`), want: "ENOENT" },
  { why: "syncing a folder that is missing", act: (f, d) => f.syncFolder(`${d}/no`), want: "ENOENT" },
  { why: "an atomic write over a folder", act: (f, d) => f.writeFileAtomic(`${d}/empty`, bytesOf("x")), want: "EISDIR" },
  { why: "an atomic write into no folder", act: (f, d) => f.writeFileAtomic(`${d}/no/x`, bytesOf("x")), want: "ENOENT" },
  {
    why: "cutting a file that is open for reading",
    act(f, d) {
      const file = f.open(`${d}/a`, "read");
      const found = outcome(() => file.truncate(0));
      file.close();
      return found;
    },
    want: "EINVAL",
  },
  {
    why: "whatever is done with a file that is closed",
    act(f, d) {
      const file = f.open(`${d}/a`, "update");
      file.close();
      const acts = [file.size, file.close, file.sync, () => file.write(bytesOf("x"), 0), () => file.read(new Uint8Array(1), 0)];
      return acts.map(outcome);
    },
    want: ["EBADF", "EBADF", "EBADF", "EBADF", "EBADF"],
  },
  {
    why: "a file that is unlinked goes on for those who have it open",
    act(f, d) {
      const file = f.open(`${d}/b`, "update");
      f.unlink(`${d}/b`);
      file.write(bytesOf("cd"), 1);
      const target = new Uint8Array(5);
      const count = file.read(target, 0);
      file.close();
      return Buffer.from(target.subarray(0, count)).toString();
    },
    want: "bcd",
    after: { a: "abc", empty: {}, full: { x: "x" } },
  },
];

describe.each(["nodeFiles", "createFaultyFiles"])("%s", (implementation) => {
  test.each(CASES)("$why: $want", ({ act, want, after }) => {
    const { files, dir } = made(implementation);
    for (const name of ["a", "b"] as const) files.writeFileAtomic(`${dir}/${name}`, bytesOf(BEFORE[name]));
    files.makeFolder(`${dir}/empty`);
    files.makeFolder(`${dir}/full`);
    files.writeFileAtomic(`${dir}/full/x`, bytesOf("x"));
    expect(outcome(() => act(files, dir))).toEqual(want);
    expect(tree(files, dir)).toEqual(after ?? BEFORE);
  });
});
