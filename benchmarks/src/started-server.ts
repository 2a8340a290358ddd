import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { freePort } from "@ferula/test-kit/outside-jest";

/** A server that scrapes targets of 127.0.0.1, ours or a peer's: both take the same files and flags. */
export interface StartedServer {
  readonly pid: number;
  readonly url: string;
  /** Ends it and removes its data. */
  readonly close: () => Promise<void>;
}

const START_TIMEOUT_MS = 30_000;

/** Starts `program` with an empty database and resolves when it is ready. Fails when it isn't in time. */
export async function startServer(program: string, targetPorts: readonly number[], intervalMs: number): Promise<StartedServer> {
  const folder = mkdtempSync(join(tmpdir(), "ferula-bench-"));
  const url = `http://127.0.0.1:${await freePort()}`;
  const targets = targetPorts.map((port) => `"127.0.0.1:${port}"`).join(", ");
  writeFileSync(
    join(folder, "prometheus.yml"),
    `global: {scrape_interval: ${intervalMs}ms, scrape_timeout: ${intervalMs}ms}\nscrape_configs: [{job_name: bench, static_configs: [{targets: [${targets}]}]}]\n`,
  );
  const args = [
    `--config.file=${folder}/prometheus.yml`,
    `--storage.tsdb.path=${folder}/data`,
    `--web.listen-address=${url.slice("http://".length)}`,
    "--log.level=error",
  ];
  const child = spawn(program, args, { stdio: ["ignore", "ignore", "inherit"] });
  const ended = new Promise<void>((resolve) => {
    child.once("exit", () => resolve());
    child.once("error", () => resolve());
  });
  const close = async (): Promise<void> => {
    child.kill("SIGTERM");
    await ended;
    rmSync(folder, { recursive: true, force: true });
  };
  for (const startedMs = performance.now(); !(await isReady(url)); await sleep(50)) {
    if (child.exitCode === null && child.pid !== undefined && performance.now() - startedMs < START_TIMEOUT_MS) continue;
    await close();
    throw new Error(`${program} does not get ready`);
  }
  return { pid: child.pid as number, url, close };
}

async function isReady(url: string): Promise<boolean> {
  return fetch(`${url}/-/ready`).then(
    (response) => response.ok,
    () => false,
  );
}
