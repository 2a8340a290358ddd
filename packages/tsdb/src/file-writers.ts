import { readdirSync, readFileSync, readlinkSync, realpathSync, statSync } from "node:fs";

/** A process that has a file open for writing. */
export interface FileWriter {
  readonly pid: number;
  readonly name: string;
  readonly path: string;
}

/**
 * Another process that has a file right in the folder open for writing. Only Linux tells, and of other users' processes root alone is told:
 * where nothing can be seen there is none.
 */
export function writerIn(folder: string): FileWriter | undefined {
  const path = filledFolder(folder);
  if (path === undefined) return undefined;
  for (const entry of namesIn("/proc")) {
    if (!/^\d+$/.test(entry) || Number(entry) === process.pid) continue;
    for (const descriptor of namesIn(`/proc/${entry}/fd`)) {
      const file = fileOf(entry, descriptor);
      if (file === undefined || file.slice(0, file.lastIndexOf("/")) !== path || !isSameForWriting(entry, descriptor, file)) continue;
      const name = attempt(() => readFileSync(`/proc/${entry}/comm`, "utf8").trim()) ?? "?";
      return { pid: Number(entry), name, path: file };
    }
  }
  return undefined;
}

/** The folder's real path, unless there is nothing in it. */
function filledFolder(folder: string): string | undefined {
  return attempt(() => (readdirSync(folder).length > 0 ? realpathSync(folder) : undefined));
}

function namesIn(folder: string): readonly string[] {
  return attempt(() => readdirSync(folder)) ?? [];
}

function fileOf(pid: string, descriptor: string): string | undefined {
  return attempt(() => readlinkSync(`/proc/${pid}/fd/${descriptor}`));
}

/** The same path may be another file to a process in a container. */
function isSameForWriting(pid: string, descriptor: string, path: string): boolean {
  const isSame = attempt(() => {
    const theirs = statSync(`/proc/${pid}/fd/${descriptor}`);
    const ours = statSync(path);
    return theirs.dev === ours.dev && theirs.ino === ours.ino;
  });
  if (isSame !== true) return false;
  const info = attempt(() => readFileSync(`/proc/${pid}/fdinfo/${descriptor}`, "latin1"));
  const flags = Number.parseInt(/^flags:\s+(\d+)$/m.exec(info ?? "")?.[1] ?? "0", 8);
  return (flags & ACCESS_MODE) !== 0;
}

/** The bits of the flags of open(2) that are 0 for reading alone. */
const ACCESS_MODE = 3;

/** Processes and files come and go while they are looked at, and not all may be. */
function attempt<T>(look: () => T): T | undefined {
  try {
    return look();
  } catch {
    return undefined;
  }
}
