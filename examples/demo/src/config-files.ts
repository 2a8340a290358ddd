import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { HOST } from "./ports.ts";
import type { Port } from "./services.ts";

/**
 * Writes the files of `from` to `to` with the ports that were chosen. In `from` stand the default ones, so that the files can be read,
 * and used, as they are.
 */
export function writeConfigFiles(from: string, to: string, defaults: readonly Port[], chosen: readonly Port[]): void {
  mkdirSync(to, { recursive: true });
  for (const name of readdirSync(from)) {
    writeFileSync(join(to, name), withPorts(readFileSync(join(from, name), "utf8"), defaults, chosen));
  }
}

/** `text` with each default address replaced by the chosen one; all at once, so that two ports can be exchanged. */
export function withPorts(text: string, defaults: readonly Port[], chosen: readonly Port[]): string {
  const portOf = new Map(defaults.map(({ flag, port }) => [String(port), chosen.find((other) => other.flag === flag)?.port ?? port]));
  return text.replace(/127\.0\.0\.1:(\d+)/g, (address, port: string) => (portOf.has(port) ? `${HOST}:${portOf.get(port)}` : address));
}
