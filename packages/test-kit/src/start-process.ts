import { spawn, type ChildProcess } from "node:child_process";
import { connect } from "node:net";
import { setTimeout as wait } from "node:timers/promises";
import { afterAll } from "@jest/globals";

/** Default of every wait: it ends what hangs, not what is slow, and before jest does, which would not say what was waited for. */
const DEFAULT_TIMEOUT_MS = 50_000;
const POLL_MS = 10;

/** Where and how a process runs. */
export interface StartOptions {
  readonly cwd?: string;
  /** Added to the environment of the test; undefined takes a variable away. */
  readonly env?: Readonly<Record<string, string | undefined>>;
}

/** How long to wait; default 50 s. */
export interface WaitOptions {
  readonly timeoutMs?: number;
}

/** How a process ended: by itself with a code, or by a signal. */
export interface ExitStatus {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A process that a test started. Those still running when the file's tests are through are killed. */
export interface StartedProcess {
  readonly pid: number;
  /** What it has written so far. */
  readonly stdout: () => string;
  readonly stderr: () => string;
  /** Resolves with the first whole line, of either output, that contains `wanted` or matches it; rejects when the process ends without. */
  readonly waitForLine: (wanted: string | RegExp, options?: WaitOptions) => Promise<string>;
  /** Resolves when something listens on `port` of 127.0.0.1; rejects when the process ends before. */
  readonly waitForPort: (port: number, options?: WaitOptions) => Promise<void>;
  /** Resolves when the process has ended and its outputs are complete. */
  readonly exited: Promise<ExitStatus>;
  /** Sends `signal`, SIGTERM by default, and waits for the end. After the end it does nothing. */
  readonly kill: (signal?: NodeJS.Signals) => Promise<ExitStatus>;
}

const running: Set<ChildProcess> = new Set();

afterAll(async () => {
  await Promise.all(
    [...running].map(async (child) => {
      const closed = new Promise((resolve) => {
        child.once("close", resolve);
      });
      child.kill("SIGKILL");
      await closed;
    }),
  );
});

/** Starts `command` with `args`, without a shell. Rejects when it can't be started. */
export async function startProcess(command: string, args: readonly string[], options: StartOptions = {}): Promise<StartedProcess> {
  const child = spawn(command, args, {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, ...options.env },
    ...(options.cwd !== undefined && { cwd: options.cwd }),
  });
  const outputs = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const) {
    child[name].setEncoding("utf8");
    child[name].on("data", (text: string) => {
      outputs[name] += text;
    });
  }
  let status: ExitStatus | undefined;
  const exited = new Promise<ExitStatus>((resolve) => {
    child.once("close", (code, signal) => {
      running.delete(child);
      status = { code, signal };
      resolve(status);
    });
  });
  await new Promise<void>((resolve, reject) => {
    child.once("spawn", resolve);
    child.once("error", reject);
  });
  running.add(child);

  /** Tries until it gives something; `what` says in the error what it waited for. */
  const waitFor = async <T>(
    what: string,
    { timeoutMs = DEFAULT_TIMEOUT_MS }: WaitOptions,
    attempt: () => Promise<T | undefined> | T | undefined,
  ): Promise<T> => {
    const deadlineMs = performance.now() + timeoutMs;
    for (;;) {
      const wasOver = status;
      const found = await attempt();
      if (found !== undefined) return found;
      const end = wasOver === undefined ? `${timeoutMs} ms went by` : `it ended with ${wasOver.signal ?? `code ${wasOver.code}`}`;
      if (wasOver !== undefined || performance.now() >= deadlineMs) {
        throw new Error(`cannot wait for ${what} of ${command}: ${end}\nstdout: ${outputs.stdout}\nstderr: ${outputs.stderr}`);
      }
      await wait(POLL_MS);
    }
  };

  return {
    pid: child.pid as number,
    stdout: () => outputs.stdout,
    stderr: () => outputs.stderr,
    exited,
    waitForLine: (wanted, waitOptions = {}) =>
      waitFor(`the line ${String(wanted)}`, waitOptions, () => findLine(outputs.stdout, wanted) ?? findLine(outputs.stderr, wanted)),
    waitForPort: async (port, waitOptions = {}) => {
      await waitFor(`port ${port}`, waitOptions, async () => ((await isListening(port)) ? true : undefined));
    },
    kill: (signal = "SIGTERM") => {
      child.kill(signal);
      return exited;
    },
  };
}

function findLine(text: string, wanted: string | RegExp): string | undefined {
  // What stands behind the last line break may still grow.
  const lines = text.split("\n").slice(0, -1);
  return lines.find((line) =>
    typeof wanted === "string" ? line.includes(wanted) : new RegExp(wanted.source, wanted.flags.replace(/[gy]/g, "")).test(line),
  );
}

async function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    const end = (answer: boolean): void => {
      socket.destroy();
      resolve(answer);
    };
    socket.once("connect", () => {
      end(true);
    });
    socket.once("error", () => {
      end(false);
    });
  });
}
