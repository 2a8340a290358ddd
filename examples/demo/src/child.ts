import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";

/** A started program. */
export interface Child {
  readonly name: string;
  /** Resolves when the program has ended. */
  readonly ended: Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }>;
  readonly kill: (signal: NodeJS.Signals) => void;
}

/** Starts a Node program; `onLine` is called with each line that it prints, to standard output or error. */
export function startChild(name: string, program: string, args: readonly string[], onLine: (line: string) => void): Child {
  // A process group of its own: Ctrl-C reaches this process alone, which then stops the services in order, each with one signal.
  const child = spawn(process.execPath, [program, ...args], { stdio: ["ignore", "pipe", "pipe"], detached: true });
  const killWithUs = (): void => void child.kill("SIGKILL");
  process.once("exit", killWithUs);
  const printed = [child.stdout, child.stderr].map((stream) => forEachLine(stream, onLine));
  const exited = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code, signal) => {
      process.off("exit", killWithUs);
      resolve({ code, signal });
    });
  });
  return {
    name,
    // The last lines tell why a program ended: wait for them.
    ended: Promise.all([exited, ...printed]).then(([how]) => how),
    kill: (signal) => child.kill(signal),
  };
}

async function forEachLine(stream: Readable, onLine: (line: string) => void): Promise<void> {
  for await (const line of createInterface({ input: stream })) onLine(line);
}
