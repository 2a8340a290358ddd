import { mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "@jest/globals";
import { BadPatternError, createFaultyFiles, glob, nodeFiles } from "../src/index.ts";

const folder = mkdtempSync(join(tmpdir(), "ferula-glob-"));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const disk = createFaultyFiles();
for (const path of [
  "/c/a/1.yml",
  "/c/b/1.yml",
  "/c/b/2.yml",
  "/c/b/2.json",
  "/c/b/.hidden.yml",
  "/c/x[1].yml",
  "/c/ü.yml",
  "/c/a-b",
  "/c/*",
]) {
  disk.makeFolder(path.slice(0, path.lastIndexOf("/")));
  disk.writeFileAtomic(path, new Uint8Array(0));
}

/** What Go 1.24's filepath.Glob gives for such a tree. */
test.each([
  { pattern: "/c/b/2.json", want: ["/c/b/2.json"], why: "a plain path names itself" },
  { pattern: "/c/b/3.json", want: [], why: "or nothing" },
  { pattern: "/c/b/*.yml", want: ["/c/b/.hidden.yml", "/c/b/1.yml", "/c/b/2.yml"], why: "a star takes hidden names, too, sorted" },
  { pattern: "/c/*/1.yml", want: ["/c/a/1.yml", "/c/b/1.yml"], why: "any part may hold wildcards" },
  { pattern: "/c/**/1.yml", want: ["/c/a/1.yml", "/c/b/1.yml"], why: "two stars are one" },
  { pattern: "/*/[ab]/[^1].y?l", want: ["/c/b/2.yml"], why: "sets, and a question mark for one character" },
  { pattern: "/c/?.yml", want: ["/c/ü.yml"], why: "characters are code points" },
  { pattern: "/c/x\\[1].yml", want: ["/c/x[1].yml"], why: "a backslash makes a character plain" },
  { pattern: "/c/\\*", want: ["/c/*"], why: "a star too" },
  { pattern: "/c/x[[]1[\\]].yml", want: ["/c/x[1].yml"], why: "a bracket in a set" },
  { pattern: "/c/[z-a]", want: [], why: "a range that runs backwards holds nothing" },
  { pattern: "/c/[^z-a]-b", want: ["/c/a-b"], why: "and without is everything" },
  { pattern: "/c/a[+--]b", want: [], error: true, why: "a dash is no end of a range" },
  { pattern: "/c/a[+\\--]b", want: [], error: true, why: "at neither end" },
  { pattern: "/c/a[\\-]b", want: ["/c/a-b"], why: "unless it has a backslash" },
  { pattern: "/c/b/2.json/*", want: [], why: "a file is no folder" },
  { pattern: "/none/*", want: [], why: "a folder that is not there names nothing" },
  { pattern: "/c/[", want: [], error: true, why: "a set that is not closed" },
  { pattern: "/none/[]a]", want: [], error: true, why: "a set must not be empty, even where nothing is asked" },
  { pattern: "/c/[^]", want: [], error: true, why: "nor one of what it is not" },
  { pattern: "/c/[a", want: [], error: true, why: "a set that ends with the pattern" },
  { pattern: "/c/a\\", want: [], error: true, why: "a backslash before nothing" },
])("$pattern: $why", ({ pattern, want, error = false }) => {
  if (error) expect(() => glob(disk, pattern)).toThrow(BadPatternError);
  else expect(glob(disk, pattern)).toEqual(want);
});

test("on a machine: paths relative to the working folder stay so, a link that leads nowhere is named", () => {
  symlinkSync(join(folder, "nowhere"), join(folder, "link"));
  expect(glob(nodeFiles, join(folder, "link"))).toEqual([join(folder, "link")]);
  expect(glob(nodeFiles, join(folder, "l*"))).toEqual([join(folder, "link")]);
  symlinkSync(join(folder, "round"), join(folder, "round"));
  expect(glob(nodeFiles, join(folder, "round"))).toEqual([join(folder, "round")]);
  expect(glob(nodeFiles, "package.js?n")).toEqual(["package.json"]);
  expect(glob(nodeFiles, "./src/glob*.ts")).toEqual(["src/glob-pattern.ts", "src/glob.ts"]);
  expect(glob(nodeFiles, "package.json/x")).toEqual([]);
});
