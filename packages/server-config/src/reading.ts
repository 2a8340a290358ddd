import type { GlobalSection } from "./global.ts";

/** Variables of the environment by name. */
export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * What sections know of those before them while prometheus.yml and the files that it names are read. Fields are read in the order of
 * the shape, in which `global` comes first.
 */
export interface Reading {
  readonly environment: Environment;
  /** What a message calls the file that is being read: `main config file`, or its path in quotes. */
  readonly file: string;
  /** Undefined until the section `global` was read without mistakes. */
  global: GlobalSection | undefined;
  /** The files of jobs by the jobs' names. */
  readonly jobs: Map<string, string>;
  /** The names of entries of `remote_write` and of `remote_read`. */
  readonly remoteNames: Readonly<Record<"write" | "read", Set<string>>>;
}

/** How the main file is called where another one clashes with it. */
export const MAIN_FILE = "main config file";

/** Nothing was read yet. */
export function startReading(environment: Environment): Reading {
  return { environment, file: MAIN_FILE, global: undefined, jobs: new Map(), remoteNames: { write: new Set(), read: new Set() } };
}
