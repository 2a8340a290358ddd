import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { dirname, isAbsolute, join } from "node:path";
import { anyField, formatConfigErrors, mapField, readField } from "@ferula/config";
import { formatDuration, type Clock } from "@ferula/durations";
import { fileErrorText, glob, nodeFiles } from "@ferula/files";
import type { Logger } from "@ferula/logging";

/** Upstream looks no more often (cmd/prometheus/main.go). */
const SHORTEST_INTERVAL_MS = 1000;

/** The lists of files that count as parts of a configuration, each with what keeps its files apart from those of the other. */
const EXTERNAL = [
  ["r", "rule_files"],
  ["s", "scrape_config_files"],
] as const;

const anything = mapField(anyField());

/** Looks for changes of a configuration. */
export interface AutoReload {
  /**
   * Looks from now on, until it is stopped, and puts what has changed into force by `reload`, which logs what it throws. Gives the
   * function by which all others reload, so that it is known what is in force; it throws as `reload` does.
   */
  readonly start: (reload: () => void) => () => void;
  readonly stop: () => void;
}

/** What it works with. */
export interface AutoReloadOptions {
  /** Less than a second counts as one. */
  readonly intervalMs: number;
  /** Gives the checksum of what was loaded; throws where a file can't be read. */
  readonly checksum: () => string;
  readonly clock: Clock;
  readonly logger: Logger;
}

/**
 * Reloads when the checksum is another than that of the configuration in force, which is taken to be what the files hold now. After a
 * reload that failed the next look tries again, so that a file with mistakes is told of until it is mended, be it by putting back
 * what is in force.
 */
export function createAutoReload({ intervalMs, checksum, clock, logger }: AutoReloadOptions): AutoReload {
  const everyMs = Math.max(SHORTEST_INTERVAL_MS, intervalMs);
  let inForce = checksumOrNothing("Failed to generate initial checksum for configuration file");
  let cancel = (): void => undefined;
  logger.info("Automatic configuration file reloading enabled", { interval: formatDuration(everyMs) });

  function checksumOrNothing(message: string): string | undefined {
    try {
      return checksum();
    } catch (error) {
      logger.error(message, { err: error });
      return undefined;
    }
  }

  const current = (): string | undefined => checksumOrNothing("Failed to generate checksum during configuration reload");

  /** `sum` was made before the files are read again: a change in between is found by the next look. */
  function putIntoForce(sum: string | undefined, reload: () => void): void {
    inForce = undefined;
    reload();
    inForce = sum;
  }

  function look(reload: () => void): void {
    const sum = current();
    if (sum === undefined || sum !== inForce) {
      logger.info("Configuration file change detected, reloading the configuration.");
      try {
        putIntoForce(sum, reload);
      } catch {
        // Logged by what failed.
      }
    }
    lookLater(reload);
  }

  function lookLater(reload: () => void): void {
    cancel = clock.setTimeout(() => look(reload), everyMs);
  }

  return {
    start(reload) {
      lookLater(reload);
      return () => putIntoForce(current(), reload);
    },
    stop: () => cancel(),
  };
}

/**
 * Makes the function that gives the checksum of a configuration: SHA-256 over the file and over every file that its lists name, each
 * with its path (config/reload.go `GenerateChecksum`). What else is wrong with the file is not looked at. The function throws where a file can't be read,
 * or is no YAML.
 */
export function configChecksum(file: string): () => string {
  let lastText = "";
  let patterns: readonly (readonly [prefix: string, pattern: string])[] = [];
  return () => {
    const bytes = readBytes(file);
    const text = bytes.toString("utf8");
    // Most looks find what the last one found, and to parse it is most of the work.
    if (text !== lastText) {
      patterns = externalPatterns(text, file);
      lastText = text;
    }
    const hash = createHash("sha256").update(bytes);
    for (const [prefix, pattern] of patterns) {
      for (const path of filesOf(pattern)) hash.update(`${prefix}\0${path}\0`).update(readBytes(path)).update("\0");
    }
    return hash.digest("hex");
  };
}

function externalPatterns(text: string, file: string): readonly (readonly [string, string])[] {
  const result = readField(anything, text, file);
  if (!result.ok) throw new Error(formatConfigErrors(result.errors));
  return EXTERNAL.flatMap(([prefix, key]) => {
    const list = result.value.get(key) ?? [];
    if (!Array.isArray(list)) throw new Error(`${file}: ${key} is no list`);
    return list.map((item) => [prefix, seenFrom(dirname(file), String(item ?? ""))] as const);
  });
}

function filesOf(pattern: string): readonly string[] {
  try {
    return glob(nodeFiles, pattern);
  } catch (error) {
    throw new Error(`cannot find files by pattern ${JSON.stringify(pattern)}: ${(error as Error).message}`, { cause: error });
  }
}

function seenFrom(folder: string, path: string): string {
  return path === "" || isAbsolute(path) ? path : join(folder, path);
}

function readBytes(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    throw new Error(fileErrorText(path, error), { cause: error });
  }
}
