import { spawn } from "node:child_process";
import { availableParallelism } from "node:os";
import { inLanes, print, type Suite, type Tally } from "./harness.ts";

/** More than there are cores: most of a suite is waiting for what it has started. */
const LANES = availableParallelism() + 1;

/** The line with which a run of suites closes; `CLOSING` reads it. */
export function closingLine({ passed, failed, skipped }: Tally): string {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`;
}

const CLOSING = /^(\d+) passed, (\d+) failed(?:, (\d+) skipped)?$/m;

/**
 * Runs each suite in a process of its own, where one that computes keeps no other from its timers, and some at the same time, in the
 * order given; those that must be alone come last. What a suite printed is printed when it has ended. `program` runs the one suite that it is given the name of.
 */
export async function runApart(program: string, suites: readonly Suite[], tally: Tally): Promise<void> {
  const run = async ({ name }: Suite): Promise<void> => {
    const { output, how } = await runProcess(program, name);
    const [line, passed, failed, skipped] = CLOSING.exec(output) ?? [];
    print(`\n${output.replace(CLOSING, "").trim()}`);
    if (line === undefined) print(`  ${name} ended with ${how} before its checks were through`);
    tally.passed += Number(passed ?? 0);
    tally.failed += Number(line === undefined ? 1 : failed);
    tally.skipped += Number(skipped ?? 0);
  };
  const [alone, others] = [suites.filter((suite) => suite.alone === true), suites.filter((suite) => suite.alone !== true)];
  await inLanes(LANES, others, run);
  await inLanes(1, alone, run);
}

/** Runs a suite's process to its end; `how` it ended is a signal or a code. */
function runProcess(program: string, name: string): Promise<{ readonly output: string; readonly how: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [program, name], { stdio: ["ignore", "pipe", "pipe"] });
    const killWithUs = (): void => void child.kill("SIGKILL");
    process.once("exit", killWithUs);
    let output = "";
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8").on("data", (text: string) => (output += text));
    child.once("error", reject);
    child.once("close", (code, signal) => {
      process.off("exit", killWithUs);
      resolve({ output, how: signal ?? `code ${code}` });
    });
  });
}
