import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { startProcess, tempFolder, type StartedProcess } from "@ferula/test-kit";

const PROGRAM = join(import.meta.dirname, "../bin/pushgateway.js");

async function urlOf(program: StartedProcess): Promise<string> {
  return `http://${/address=(\S+)/.exec(await program.waitForLine("Listening on"))?.[1]}`;
}

// Each is done in the process when it gets SIGUSR2.
test.each([
  { end: "Promise.reject(new Error('nobody awaits'))", why: "a promise that nobody awaited", line: "unhandled rejection" },
  { end: "setTimeout(() => { throw new Error('nobody catches') })", why: "an exception that nobody caught", line: "uncaught exception" },
])("$why ends the process with 1, and what it acknowledged is there again without a snapshot", async ({ end, line }) => {
  const folder = tempFolder();
  const mishap = join(folder, "mishap.mjs");
  writeFileSync(mishap, `process.on("SIGUSR2", () => { ${end}; });\n`);
  const state = join(folder, "groups");
  const flags = [PROGRAM, `--persistence.file=${state}`, "--web.listen-address=127.0.0.1:0"];

  const first = await startProcess(process.execPath, ["--import", mishap, ...flags]);
  const firstUrl = await urlOf(first);
  for (let i = 0; i < 20; i++) {
    expect((await fetch(`${firstUrl}/metrics/job/${i}`, { method: "PUT", body: `kept ${i}\n` })).status).toBe(200);
  }
  process.kill(first.pid, "SIGUSR2");
  expect(await first.exited).toEqual({ code: 1, signal: null });
  expect(first.stderr()).toContain(line);
  expect(existsSync(state)).toBe(false);

  const second = await startProcess(process.execPath, flags);
  const exposed = await (await fetch(`${await urlOf(second)}/metrics`)).text();
  expect(exposed.match(/^kept\{.*$/gm)).toHaveLength(20);
  expect(await second.kill("SIGTERM")).toEqual({ code: 0, signal: null });
  expect(existsSync(state)).toBe(true);
});
