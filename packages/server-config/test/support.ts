import { formatConfigErrors } from "@ferula/config";
import { readServerConfig, type ReadFile, type ReadOptions, type ServerConfig, type ServerConfigResult } from "../src/index.ts";

/** The main file of every test. */
export const FILE = "/etc/prometheus/prometheus.yml";

/** What a configuration gives; further files are those of `files`, whatever the pattern. */
export function readAll(text: string, files: readonly ReadFile[] = [], options: Partial<ReadOptions> = {}): ServerConfigResult {
  return readServerConfig(text, FILE, { readFiles: () => files, ...options });
}

export function read(text: string, files?: readonly ReadFile[]): ServerConfig {
  return readAll(text, files).config;
}

/** The message of the refusal; fails when there is none. */
export function refusal(text: string, files?: readonly ReadFile[], options?: Partial<ReadOptions>): string {
  try {
    readAll(text, files, options);
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error("the configuration was taken");
}

/** What a configuration asks for that can't be served yet, one line each. */
export function unserved(text: string): string {
  return formatConfigErrors(readAll(text).unserved);
}

/** A job with further keys, indented by four. */
export const job = (more: string): string => `scrape_configs:\n  - job_name: j\n${more}`;
