import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { tempFolder } from "@ferula/test-kit";
import { filesOf, globToRegExp } from "../../src/providers/glob.ts";

test.each([
  { glob: "*.json", yes: [".json", "a.json", "a b.json"], no: ["a.yml", "a.jsonx", "a/b.json"] },
  { glob: "a*b*.yml", yes: ["ab.yml", "a1b2.yml", "abbb.yml"], no: ["a.yml", "b.yml", "ba.yml"] },
  { glob: "t?.yml", yes: ["t1.yml"], no: ["t.yml", "t12.yml"] },
  { glob: "[a-c]x[^0-9].yml", yes: ["axz.yml"], no: ["dxz.yml", "ax1.yml"] },
  { glob: "a.b+(c).yml", yes: ["a.b+(c).yml"], no: ["aab+(c).yml", "a.bb(c).yml"] },
  { glob: "\\*.yml", yes: ["*.yml"], no: ["a.yml"] },
  { glob: "[.yml", yes: ["[.yml"], no: ["a.yml"] },
])("$glob", ({ glob, yes, no }) => {
  const matches = globToRegExp(glob);
  expect(yes.filter((name) => !matches.test(name))).toEqual([]);
  expect(no.filter((name) => matches.test(name))).toEqual([]);
});

test("the files of a folder that match, sorted; none where there are none", async () => {
  const folder = tempFolder();
  for (const name of ["b.yml", "a.yml", "c.json"]) writeFileSync(join(folder, name), "");
  mkdirSync(join(folder, "sub"));
  expect(await filesOf(join(folder, "*.yml"))).toEqual([join(folder, "a.yml"), join(folder, "b.yml")]);
  expect(await filesOf(join(folder, "c.json"))).toEqual([join(folder, "c.json")]);
  expect(await filesOf(join(folder, "d.json"))).toEqual([]);
  expect(await filesOf(join(folder, "nowhere", "*.json"))).toEqual([]);
});
