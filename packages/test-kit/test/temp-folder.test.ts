import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeAll, describe, expect, test } from "@jest/globals";
import { tempFolder } from "../src/index.ts";

let ofFile = "";
let ofFirstTest = "";

beforeAll(() => {
  ofFile = tempFolder();
});

// What a test has open may still be closed by hooks of its own.
afterEach(() => {
  if (ofFirstTest !== "") expect(existsSync(ofFile)).toBe(true);
});

describe("in order", () => {
  afterEach(() => {
    expect(existsSync(ofFirstTest)).toBe(expect.getState().currentTestName?.includes("makes") === true);
  });

  test("a test makes folders of its own, empty and apart", () => {
    ofFirstTest = tempFolder();
    expect(tempFolder()).not.toBe(ofFirstTest);
    writeFileSync(join(ofFirstTest, "file"), "x");
    expect(existsSync(join(ofFirstTest, "file"))).toBe(true);
  });

  test("the next test finds them gone, with what was in them, but not what beforeAll made", () => {
    expect(existsSync(ofFirstTest)).toBe(false);
    expect(existsSync(ofFile)).toBe(true);
  });
});
