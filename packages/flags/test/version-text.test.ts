import { expect, test } from "@jest/globals";
import { standInVersion, versionText } from "../src/index.ts";

test("the version is printed in upstream's layout", () => {
  const text = versionText("prometheus", {
    version: "3.1.0",
    revision: "abc",
    branch: "main",
    buildUser: "me@here",
    buildDate: "20260102-03:04:05",
  });
  expect(text).toMatch(
    /^prometheus, version 3\.1\.0 \(branch: main, revision: abc\)\n {2}build user: {7}me@here\n {2}build date: {7}20260102-03:04:05\n {2}node version: {5}v\d+\.\d+\.\d+\n {2}platform: {9}\w+\/\w+\n$/,
  );
});

test("a program of ours says which one of upstream it stands in for", () => {
  expect(standInVersion("3.1.0")).toEqual({
    version: "3.1.0",
    branch: expect.stringMatching(/^ferula-\d+\.\d+\.\d+$/),
    revision: "",
    buildUser: "",
    buildDate: "",
  });
});
