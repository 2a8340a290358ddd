import { describe, expect, test } from "@jest/globals";
import { noLogger } from "@ferula/logging";
import { createFilter } from "../../src/collectors/device-filter.ts";

interface Given {
  readonly exclude?: string;
  readonly include?: string;
  readonly oldExclude?: string;
  readonly setByUser?: readonly string[];
}

function filter({ exclude = "", include = "", oldExclude = "", setByUser = [] }: Given): (name: string) => boolean {
  return createFilter({
    exclude: { name: "exclude", value: exclude, old: { name: "ignored", value: oldExclude } },
    include: { name: "include", value: include },
    setByUser: new Set(setByUser),
    logger: noLogger,
  });
}

const names = ["sda", "sdb", "xsda", "lo"];

describe("what is left", () => {
  test.each([
    { given: {}, left: names, why: "all, without patterns" },
    { given: { exclude: "sda" }, left: ["sdb", "lo"], why: "an exclude matches anywhere" },
    { given: { exclude: "^sda$" }, left: ["sdb", "xsda", "lo"], why: "unless it is anchored" },
    { given: { include: "^sd" }, left: ["sda", "sdb"], why: "only what an include matches" },
    { given: { exclude: "lo", include: "lo" }, left: ["lo"], why: "an include replaces a default exclude" },
    { given: { exclude: "", include: "lo", setByUser: ["exclude", "include"] }, left: ["lo"], why: "an empty exclude is none" },
    { given: { exclude: "lo", oldExclude: "sd" }, left: ["lo"], why: "the old name replaces a default" },
  ])("$why", ({ given, left }) => {
    const isIgnored = filter(given);
    expect(names.filter((name) => !isIgnored(name))).toEqual(left);
  });
});

describe("refused", () => {
  test.each([
    { given: { exclude: "a", include: "b", setByUser: ["exclude", "include"] }, message: "--exclude and --include are mutually exclusive" },
    { given: { oldExclude: "a", include: "b", setByUser: ["include"] }, message: "--exclude and --include are mutually exclusive" },
    { given: { exclude: "a", oldExclude: "b", setByUser: ["exclude"] }, message: "--ignored and --exclude are mutually exclusive" },
    { given: { exclude: "(" }, message: "cannot read --exclude: " },
  ])("$message", ({ given, message }) => {
    expect(() => filter(given)).toThrow(message);
  });
});
