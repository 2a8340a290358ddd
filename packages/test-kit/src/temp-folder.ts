import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeEach } from "@jest/globals";

/** Folders of the test that runs, or ran last; and those made outside of tests, as in `beforeAll`. */
let ofTest: string[] = [];
const ofFile: string[] = [];
let isInTest = false;

// Hooks that a test file adds come after these, and may still close what they have open in a folder. So a folder goes when the next
// test begins or the file is through.
beforeEach(() => {
  removeAll(ofTest);
  ofTest = [];
  isInTest = true;
});

afterEach(() => {
  isInTest = false;
});

afterAll(() => {
  removeAll(ofTest);
  removeAll(ofFile);
});

/**
 * Makes an empty folder and returns its path. One that a test makes is removed after that test; one that is made outside of tests, as in
 * `beforeAll`, when the file's tests are through.
 */
export function tempFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "ferula-test-"));
  (isInTest ? ofTest : ofFile).push(folder);
  return folder;
}

/** A process that is being killed may still put files into them: it is tried for some seconds. */
function removeAll(folders: readonly string[]): void {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
}
