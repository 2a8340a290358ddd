import { readFileSync } from "node:fs";
import { readBlackboxConfig, type BlackboxConfigResult } from "./blackbox-config.ts";

/** A configuration file that can't be read, or has mistakes. */
class ConfigFileError extends Error {}

/** Whether an error is the configuration file's fault. */
export function isConfigError(error: unknown): boolean {
  return error instanceof ConfigFileError;
}

/** Reads the configuration file. Throws an error of which isConfigError is true, with every mistake and its place. */
export function loadConfig(file: string): BlackboxConfigResult {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    throw new ConfigFileError(`error reading config file: ${(error as Error).message}`, { cause: error });
  }
  try {
    return readBlackboxConfig(text, file);
  } catch (error) {
    throw new ConfigFileError((error as Error).message, { cause: error });
  }
}
