import { readFileSync } from "node:fs";
import { hasErrorCode, type Files } from "@ferula/files";
import { PromError } from "@ferula/model";
import { WAL_FOLDER } from "./db/folders.ts";
import { writerIn, type FileWriter } from "./file-writers.ts";

/** A data folder that this process holds. */
export interface FolderLock {
  /** Removes the lock file. */
  readonly release: () => void;
  /** Whether there was a lock file of a process that is gone. */
  readonly isReplaced: boolean;
}

/** What is asked about processes; tests put others in its place. */
export interface ProcessTable {
  readonly pid: number;
  /** When the process started, in a form that only equals itself; undefined when there is no such process. */
  readonly startOf: (pid: number) => string | undefined;
  /** The process that holds a flock on the file, as upstream does; undefined when none is known. */
  readonly flockHolder: (inode: number) => number | undefined;
  /** Another process that has a file right in the folder open for writing; undefined when none is known. */
  readonly writerIn: (folder: string) => FileWriter | undefined;
}

/**
 * Takes `<dir>/lock`, so that a second process on the same folder is refused.
 *
 * Upstream holds a flock on the file; Node has none. Ours says which process holds it and when that started, so the lock
 * of a process that died is recognised and taken over. On Linux a running upstream is seen too, within one container: by its flock
 * (/proc/locks), and by the log that it writes (/proc/PID/fd), as far as this user may look at it. The other way round upstream does not see
 * our lock.
 */
export function lockFolder(files: Files, dir: string, processes: ProcessTable = systemProcesses): FolderLock {
  const path = `${dir}/lock`;
  refuseWriter(dir, processes);
  let isReplaced = false;
  const mine = new TextEncoder().encode(`${processes.pid} ${processes.startOf(processes.pid) ?? "0"}\n`);
  for (let attempt = 0; attempt < 3; attempt++) {
    try {
      const file = files.open(path, "exclusive");
      try {
        file.write(mine, 0);
      } finally {
        file.close();
      }
      return { release: () => removeLock(files, path), isReplaced };
    } catch (error) {
      if (!hasErrorCode(error, "EEXIST")) throw error;
    }
    dropStaleLock(files, dir, path, processes);
    isReplaced = true;
  }
  throw new PromError("internal", `cannot lock ${dir}: others keep taking ${path}`);
}

/** Upstream may hold no lock at all (`--storage.tsdb.no-lockfile`, which is Debian's default). */
function refuseWriter(dir: string, { writerIn }: ProcessTable): void {
  const writer = writerIn(`${dir}/${WAL_FOLDER}`);
  if (writer === undefined) return;
  throw new PromError("internal", `cannot lock ${dir}: process ${writer.pid} (${writer.name}) is using it (it writes ${writer.path})`);
}

/** Throws when the lock's holder is alive, else removes it. */
function dropStaleLock(files: Files, dir: string, path: string, processes: ProcessTable): void {
  const stat = files.stat(path);
  if (stat === undefined) return;
  const holder = processes.flockHolder(stat.inode);
  if (holder !== undefined) throw inUse(dir, path, holder);
  const text = new TextDecoder().decode(readLock(files, path));
  const match = /^(\d+) (\S+)\n?$/.exec(text);
  if (match !== null && processes.startOf(Number(match[1])) === match[2]) throw inUse(dir, path, Number(match[1]));
  // Of two who find the same stale lock, one moves it away; the other then finds none, or the winner's.
  const stale = `${path}.stale.${processes.pid}`;
  try {
    files.rename(path, stale);
  } catch (error) {
    if (hasErrorCode(error, "ENOENT")) return;
    throw error;
  }
  const moved = new TextDecoder().decode(readLock(files, stale));
  if (moved === text) {
    files.unlink(stale);
    return;
  }
  files.rename(stale, path);
}

function readLock(files: Files, path: string): Uint8Array {
  try {
    return files.readFile(path);
  } catch (error) {
    if (hasErrorCode(error, "ENOENT")) return new Uint8Array(0);
    throw error;
  }
}

function inUse(dir: string, path: string, pid: number): PromError {
  return new PromError("internal", `cannot lock ${dir}: process ${pid} is using it (${path})`);
}

function removeLock(files: Files, path: string): void {
  try {
    files.unlink(path);
  } catch (error) {
    if (!hasErrorCode(error, "ENOENT")) throw error;
  }
}

/** The machine's processes. Without /proc a process is known by its number alone. */
export const systemProcesses: ProcessTable = {
  pid: process.pid,
  startOf(pid) {
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
      // The second field is the name in parentheses and may hold anything; after it come the state, as field 3, and the rest.
      const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
      const [state, threadCount, start] = [fields[0], Number(fields[17]), fields[19]];
      // One that has ended and that its parent has not asked for yet holds nothing; with threads left it is still ending.
      return "ZX".includes(state) && threadCount <= 1 ? undefined : start;
    } catch {
      return isAlive(pid) ? "0" : undefined;
    }
  },
  flockHolder(inode) {
    let locks: string;
    try {
      locks = readFileSync("/proc/locks", "latin1");
    } catch {
      return undefined;
    }
    for (const line of locks.split("\n")) {
      const fields = line.trim().split(/\s+/);
      if (fields[1] === "FLOCK" && fields[5]?.split(":")[2] === String(inode)) return Number(fields[4]);
    }
    return undefined;
  },
  writerIn,
};

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return hasErrorCode(error, "EPERM");
  }
}
