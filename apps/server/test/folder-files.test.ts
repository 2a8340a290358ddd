import { expect, test } from "@jest/globals";
import { fileBelow, pathBelow, searchOf } from "../src/folder-files.ts";

test.each([
  ["consoles", "/a.html", "consoles/a.html"],
  ["./consoles/", "/a.html/", "consoles/a.html"],
  ["consoles", "/", "consoles"],
  ["", "/a.html", "a.html"],
  ["/srv", "/../../etc/passwd", "/srv/etc/passwd"],
  ["/srv", "/a/../../b", "/srv/b"],
  ["/srv", "//b//c", "/srv/b/c"],
  ["/", "/", "/"],
  ["/srv", "/a\0b", undefined],
])("below %j, %j is %j", (folder, path, file) => {
  expect(fileBelow(folder, path)).toBe(file);
});

test("no path leaves the folder", () => {
  const parts = ["..", ".", "", "a", "...", "..\\", "%2e%2e"];
  let paths = [""];
  for (let depth = 0; depth < 4; depth++) {
    paths = paths.flatMap((path) => parts.map((part) => `${path}/${part}`));
    for (const path of paths) {
      const file = fileBelow("/srv/files", path)!;
      expect(file === "/srv/files" || file.startsWith("/srv/files/")).toBe(true);
      expect(file.split("/")).not.toContain("..");
    }
  }
});

test.each([
  ["/user/a%20b", "/a b"],
  ["/user/..%2fa", "/../a"],
  ["/user/%zz", undefined],
])("%s is %j", (path, expected) => {
  expect(pathBelow("/user", { path })).toBe(expected);
});

test.each([
  ["/a?b=c?d", "?b=c?d"],
  ["/a", ""],
])("the query of %s is %j", (address, expected) => {
  expect(searchOf(address)).toBe(expected);
});
