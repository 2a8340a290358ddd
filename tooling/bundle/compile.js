// Writes what V8 makes of a program in a bundle's folder: `node compile.js FOLDER NAME [arguments]`. With arguments the program is run with
// them until it is up, and asked to stop: V8 keeps only the functions that were called.
import { createRequire } from "node:module";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { setTimeout as sleep } from "node:timers/promises";

/** A program that does next to nothing for so long is up. */
const IDLE_MS = 400;
const IDLE_SHARE = 0.1;

const [folder, name, ...args] = process.argv.slice(2);
const { keepCode, runScript, scriptOf } = createRequire(import.meta.url)(join(folder, "start.js"));
const script = scriptOf(name);
process.on("exit", () => keepCode(name, script));
if (args.length > 0) {
  process.argv.splice(1, Infinity, join(folder, `${name}.js`), ...args);
  runScript(name, script);
  await untilIdle();
  process.kill(process.pid, "SIGTERM");
}

async function untilIdle() {
  for (let share = 1; share > IDLE_SHARE;) {
    const before = performance.eventLoopUtilization();
    await sleep(IDLE_MS);
    share = performance.eventLoopUtilization(before).utilization;
  }
}
