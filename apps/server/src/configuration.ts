import type { Gauge } from "@ferula/client";
import type { Logger } from "@ferula/logging";
import type { LoadedConfig } from "./load-config.ts";

/** A part of the server that is configured. What it throws keeps no other part from the configuration. */
export interface ConfiguredPart {
  readonly name: string;
  readonly apply: (loaded: LoadedConfig) => void;
}

/** When the configuration was last put into force, and whether the last attempt worked. */
export interface LastReload {
  readonly successful: boolean;
  readonly timeMs: number;
}

/**
 * The configuration in force. A file with mistakes changes nothing. One that is read is put into force in every part that takes it; where
 * a part doesn't, the whole counts as failed all the same (cmd/prometheus `reloadConfig`).
 */
export interface Configuration {
  /** What was last put into force, even where a part did not take it. */
  readonly current: () => LoadedConfig;
  readonly lastReload: () => LastReload;
  /** Puts what was loaded into force, and logs that it is. Throws with the reason of each part that fails, and logs each. */
  readonly apply: (loaded: LoadedConfig) => void;
  /** Reads the file again and puts it into force. Throws as `apply` does, or with the file's mistakes; logs both, so that callers need not. */
  readonly reload: () => void;
}

/** What a configuration works with. */
export interface ConfigurationDeps {
  /** `--config.file`, for messages. */
  readonly file: string;
  readonly load: () => LoadedConfig;
  /** In the order in which they are configured. */
  readonly parts: readonly ConfiguredPart[];
  readonly nowMs: () => number;
  readonly logger: Logger;
  readonly metrics: { readonly reloadSuccessful: Gauge; readonly reloadSuccessTimestamp: Gauge };
  /** Called after each attempt. */
  readonly onAttempt: (isSuccessful: boolean) => void;
}

/** A configuration that was read without mistakes, and is in force nowhere yet. */
export function createConfiguration(initial: LoadedConfig, deps: ConfigurationDeps): Configuration {
  const { file, load, parts, nowMs, logger, metrics, onAttempt } = deps;
  let current = initial;
  let lastReload: LastReload = { successful: true, timeMs: 0 };
  // The start may take long, and nobody should be woken for it (cmd/prometheus/main.go).
  succeeded();

  function succeeded(): void {
    lastReload = { successful: true, timeMs: nowMs() };
    metrics.reloadSuccessful.set(1);
    metrics.reloadSuccessTimestamp.set(lastReload.timeMs / 1000);
  }

  function attempt(act: () => void): void {
    try {
      act();
      succeeded();
      logger.info("Completed loading of configuration file", { filename: file });
    } catch (error) {
      lastReload = { ...lastReload, successful: false };
      metrics.reloadSuccessful.set(0);
      throw error;
    } finally {
      onAttempt(lastReload.successful);
    }
  }

  function applyAll(loaded: LoadedConfig): void {
    current = loaded;
    const failures = parts.flatMap(({ name, apply }) => {
      try {
        apply(loaded);
        return [];
      } catch (error) {
        logger.error("Failed to apply configuration", { err: error });
        return [`${name}: ${(error as Error).message}`];
      }
    });
    if (failures.length === 0) return;
    throw new Error(
      `one or more errors occurred while applying the new configuration (--config.file=${JSON.stringify(file)}): ${failures.join("; ")}`,
    );
  }

  function loadAgain(): LoadedConfig {
    try {
      return load();
    } catch (error) {
      throw new Error(`couldn't load configuration (--config.file=${JSON.stringify(file)}): ${(error as Error).message}`, { cause: error });
    }
  }

  return {
    current: () => current,
    lastReload: () => lastReload,
    apply: (loaded) => attempt(() => applyAll(loaded)),
    reload() {
      logger.info("Loading configuration file", { filename: file });
      try {
        attempt(() => applyAll(loadAgain()));
      } catch (error) {
        logger.error("Error reloading config", { err: error });
        throw error;
      }
    },
  };
}
