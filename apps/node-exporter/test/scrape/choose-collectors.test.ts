import { describe, expect, test } from "@jest/globals";
import { chooseCollectors } from "../../src/scrape/choose-collectors.ts";

const known = new Set(["cpu", "stat", "time"]);
const enabled = ["cpu", "stat"].map((name) => ({ name, collector: { collect: () => [] } }));
const choose = (collect: readonly string[], exclude: readonly string[]): string[] =>
  chooseCollectors(enabled, known, { collect, exclude }).map(({ name }) => name);

test.each([
  { collect: [], exclude: [], want: ["cpu", "stat"], why: "all that are enabled by default" },
  { collect: ["stat"], exclude: [], want: ["stat"], why: "only the collected" },
  { collect: [], exclude: ["stat", "nope"], want: ["cpu"], why: "all but the excluded, whether those exist or not" },
  { collect: [], exclude: ["cpu", "stat"], want: ["cpu", "stat"], why: "all when all are excluded" },
])("$why", ({ collect, exclude, want }) => {
  expect(choose(collect, exclude)).toEqual(want);
});

describe("refused with 400", () => {
  const prefix = "Couldn't create filtered metrics handler: couldn't create collector: ";
  test.each([
    { collect: ["nope"], exclude: [], message: `${prefix}missing collector: nope` },
    { collect: ["cpu", "time"], exclude: [], message: `${prefix}disabled collector: time` },
    { collect: ["cpu"], exclude: ["cpu"], message: "Combined collect and exclude queries are not allowed." },
  ])("$message", ({ collect, exclude, message }) => {
    expect(() => choose(collect, exclude)).toThrow(expect.objectContaining({ status: 400, message }));
  });
});
