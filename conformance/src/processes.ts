import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

const HOST = "127.0.0.1";
const START_TIMEOUT_MS = 30_000;

/** A program under test. */
export interface Program {
  readonly pid: number;
  readonly output: () => string;
  readonly hasEnded: () => boolean;
  readonly kill: (signal?: NodeJS.Signals) => Promise<number | null>;
}

/** Everything that a check starts and makes; `close` ends and removes it. */
export interface Bench {
  /** Starts a program and waits until it listens on `port` of loopback, when one is given. */
  readonly start: (command: string, args: readonly string[], port?: number) => Promise<Program>;
  readonly folder: () => string;
  readonly close: () => Promise<void>;
}

/** Runs `work` with a bench that is cleared in any case. */
export async function withBench(work: (bench: Bench) => Promise<void>): Promise<void> {
  const bench = createBench();
  try {
    await work(bench);
  } finally {
    await bench.close();
  }
}

function createBench(): Bench {
  const programs: Program[] = [];
  const folders: string[] = [];
  return {
    folder() {
      const folder = mkdtempSync(join(tmpdir(), "ferula-"));
      folders.push(folder);
      return folder;
    },
    async start(command, args, port) {
      const program = startProgram(command, args);
      programs.push(program);
      if (port !== undefined) await waitForPort(port, program);
      return program;
    },
    async close() {
      await Promise.all(programs.map((program) => program.kill("SIGKILL")));
      for (const folder of folders) rmSync(folder, { recursive: true, force: true });
    },
  };
}

function startProgram(command: string, args: readonly string[]): Program {
  const child = spawn(command, args, { stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  let ended = false;
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (bytes: Buffer) => (output += bytes.toString()));
  const exited = new Promise<number | null>((resolve) => {
    child.once("error", (error) => {
      output += String(error);
      ended = true;
      resolve(null);
    });
    child.once("close", (code) => {
      ended = true;
      resolve(code);
    });
  });
  return {
    pid: child.pid ?? -1,
    output: () => output,
    hasEnded: () => ended,
    kill(signal = "SIGTERM") {
      child.kill(signal);
      return exited;
    },
  };
}

async function waitForPort(port: number, program: Program): Promise<void> {
  const deadlineMs = Date.now() + START_TIMEOUT_MS;
  while (!(await canConnect(port))) {
    if (program.hasEnded()) throw new Error(`the program has ended:\n${program.output()}`);
    if (Date.now() > deadlineMs) throw new Error(`nothing listens on port ${port}:\n${program.output()}`);
    await sleep(20);
  }
}

function canConnect(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, HOST);
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => resolve(false));
  });
}

/** Waits until the Prometheus server at `url` has replayed its log and takes requests; returns how long that took, in milliseconds.
 * Throws with the program's output when it ends, or takes too long. */
export async function untilReady(url: string, program: Program, mostMs = 60_000): Promise<number> {
  const startedMs = performance.now();
  for (;;) {
    const response = await fetch(`${url}/-/ready`).catch(() => undefined);
    await response?.arrayBuffer();
    if (response?.status === 200) return performance.now() - startedMs;
    if (program.hasEnded()) throw new Error(`the server has ended:\n${program.output()}`);
    if (performance.now() - startedMs > mostMs) throw new Error(`the server was not ready after ${mostMs} ms:\n${program.output()}`);
    await sleep(10);
  }
}

/** Asks until the answer is there; `ask` returns undefined while it isn't. Throws `what` after the time is over, with the last error. */
export async function eventually<T>(what: string, ask: () => Promise<T | undefined>, timeoutMs = 30_000): Promise<T> {
  const deadlineMs = Date.now() + timeoutMs;
  let lastError: unknown;
  while (Date.now() < deadlineMs) {
    try {
      const answer = await ask();
      if (answer !== undefined) return answer;
      lastError = undefined;
    } catch (error) {
      lastError = error;
    }
    await sleep(200);
  }
  throw new Error(`waited ${timeoutMs / 1000} s in vain for ${what}${lastError === undefined ? "" : `: ${String(lastError)}`}`);
}

/** The value of the first element of an instant query, undefined when there is none. */
export async function queryValue(baseUrl: string, query: string): Promise<string | undefined> {
  const response = await fetch(`${baseUrl}/api/v1/query`, { method: "POST", body: new URLSearchParams({ query }) });
  const { data, error } = (await response.json()) as { data?: { result: readonly { value: readonly [number, string] }[] }; error?: string };
  if (data === undefined) throw new Error(error ?? `status ${response.status}`);
  return data.result[0]?.value[1];
}
