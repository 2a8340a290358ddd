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
  /** From its start until it was ready. */
  readonly readyMs: number;
  /** Ends it, with SIGTERM by default, and removes its data, unless it was given the folder. */
  readonly close: (signal?: "SIGTERM" | "SIGKILL") => Promise<void>;
}

/** What may be chosen of a server. */
export interface StartOptions {
  readonly flags?: readonly string[];
  /** The folder of its database; one of its own by default. */
  readonly dataFolder?: string;
  readonly timeoutMs?: number;
  /** More of the global section of its configuration. */
  readonly globals?: string;
  /** More sections of its configuration, with the line end of each. */
  readonly sections?: string;
  /** The header of the questions whether it is ready. */
  readonly authorization?: string;
}

const START_TIMEOUT_MS = 30_000;
/** Between two questions whether it is ready. */
const POLL_MS = 20;

/** Starts `program`, by default with an empty database, and resolves when it is ready. Fails when it isn't in time. */
export async function startServer(
  program: string,
  targetPorts: readonly number[],
  intervalMs: number,
  { flags = [], dataFolder, timeoutMs = START_TIMEOUT_MS, globals, sections = "", authorization }: StartOptions = {},
): Promise<StartedServer> {
  const folder = mkdtempSync(join(tmpdir(), "ferula-bench-"));
  const url = `http://127.0.0.1:${await freePort()}`;
  const targets = targetPorts.map((port) => `"127.0.0.1:${port}"`).join(", ");
  writeFileSync(
    join(folder, "prometheus.yml"),
    `global: {scrape_interval: ${intervalMs}ms, scrape_timeout: ${intervalMs}ms${globals === undefined ? "" : `, ${globals}`}}\nscrape_configs: [{job_name: bench, static_configs: [{targets: [${targets}]}]}]\n${sections}`,
  );
  const args = [
    `--config.file=${folder}/prometheus.yml`,
    `--storage.tsdb.path=${dataFolder ?? `${folder}/data`}`,
    `--web.listen-address=${url.slice("http://".length)}`,
    "--log.level=error",
    ...flags,
  ];
  const startedMs = performance.now();
  const child = spawn(program, args, { stdio: ["ignore", "ignore", "inherit"] });
  const ended = new Promise<void>((resolve) => {
    child.once("exit", () => resolve());
    child.once("error", () => resolve());
  });
  const close = async (signal: "SIGTERM" | "SIGKILL" = "SIGTERM"): Promise<void> => {
    child.kill(signal);
    await ended;
    rmSync(folder, { recursive: true, force: true });
  };
  for (; !(await isReady(url, authorization)); await sleep(POLL_MS)) {
    if (child.exitCode === null && child.pid !== undefined && performance.now() - startedMs < timeoutMs) continue;
    await close();
    throw new Error(`${program} does not get ready`);
  }
  return { pid: child.pid as number, url, readyMs: performance.now() - startedMs, close };
}

async function isReady(url: string, authorization: string | undefined): Promise<boolean> {
  return fetch(`${url}/-/ready`, { headers: authorization === undefined ? {} : { authorization } }).then(
    (response) => response.ok,
    () => false,
  );
}
