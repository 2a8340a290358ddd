// `npm test`: installs, builds, checks types, floors and style, runs every test, and closes with a line that counts them.
import { readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { build, install, must, root, run, say } from "./lib/workspace.mjs";

await install();
await build();
say("Checking types …");
await must("turbo", ["run", "typecheck", "--output-logs=errors-only", "--concurrency=2"]);
say("Checking the floors, the lint and the format …");
await must("turbo", ["boundaries"]);
await must("oxlint", ["--type-aware", "--deny-warnings", "--quiet"]);
await must("oxfmt", ["--check"]);
say("Running the tests …");
const workspaces = ["packages", "apps", "examples", "tooling"].flatMap((folder) =>
  readdirSync(join(root, folder)).map((name) => join(root, folder, name)),
);
workspaces.push(join(root, "schemas"));
for (const workspace of workspaces) rmSync(join(workspace, "jest-result.json"), { force: true });
const code = await run("turbo", ["run", "test", "--continue", "--concurrency=2", "--output-logs=new-only", "--log-order=grouped"]);
process.exit(tally() ? code : 1);

/** Adds up what each workspace's jest wrote; prints the closing line and says whether all is well. */
function tally() {
  let passed = 0;
  let failed = 0;
  let skipped = 0;
  for (const workspace of workspaces) {
    const result = readResult(join(workspace, "jest-result.json"));
    if (result === undefined) continue;
    passed += result.numPassedTests;
    // A suite that could not even be loaded has no test in it, but it failed.
    failed += result.numFailedTests + result.numRuntimeErrorTestSuites;
    skipped += result.numPendingTests;
  }
  process.stdout.write(`\n${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}\n`);
  return passed > 0 && failed === 0;
}

function readResult(file) {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    if (error.code === "ENOENT") return undefined;
    throw error;
  }
}
