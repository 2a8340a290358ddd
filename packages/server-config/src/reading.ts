import type { GlobalSection } from "./global.ts";

/** Variables of the environment by name. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** What holds where neither a job nor `global` says anything, as features of the command line change it. */
export interface ScrapeDefaults {
  /** Whether samples about each scrape's limits are stored. */
  readonly extraMetrics: boolean;
  /** Whether the protobuf format is asked for first. */
  readonly protobufFirst: boolean;
}

/**
 * What sections know of those before them while prometheus.yml and the files that it names are read. Fields are read in the order of
 * the shape, in which `global` comes first.
 */
export interface Reading {
  readonly environment: Environment;
  readonly scrapeDefaults: ScrapeDefaults;
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

const NO_DEFAULTS: ScrapeDefaults = { extraMetrics: false, protobufFirst: false };

/** Nothing was read yet. */
export function startReading(environment: Environment, scrapeDefaults: ScrapeDefaults = NO_DEFAULTS): Reading {
  return {
    environment,
    scrapeDefaults,
    file: MAIN_FILE,
    global: undefined,
    jobs: new Map(),
    remoteNames: { write: new Set(), read: new Set() },
  };
}
