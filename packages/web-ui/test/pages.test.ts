import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { pagesFolder } from "../src/index.ts";

const page = readFileSync(join(pagesFolder, "index.html"), "utf8");

test("every file that the page names is built", () => {
  const names = [...page.matchAll(/(?:src|href)="([^"]*assets\/[^"]+)"/g)].map(([, name]) => (name ?? "").replace(/^.*assets\//, ""));
  expect(names.length).toBeGreaterThan(0);
  for (const name of names) expect(existsSync(join(pagesFolder, "assets", name))).toBe(true);
});

test("nothing is loaded from elsewhere", () => {
  expect(page).not.toMatch(/(?:src|href)="(?:https?:)?\/\//);
});
