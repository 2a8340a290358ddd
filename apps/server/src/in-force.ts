import { formatDuration } from "@ferula/durations";
import { formatSize } from "@ferula/flags";
import type { ServerConfig } from "@ferula/server-config";
import { readStorageFeatures } from "./enabled-features.ts";
import type { Values } from "./flags/flags.ts";
import { retentionInForce } from "./open-storage.ts";
import type { Settings } from "./settings.ts";
import { DEFAULT_EXEMPLARS } from "./storage-options.ts";

/** A configuration as upstream shows it: with the retention of the flags and the number of exemplars where it has none. */
export function configInForce(values: Values, config: ServerConfig): ServerConfig {
  const { durationMs: time, sizeBytes: size, percentage } = retentionInForce(values, config);
  const { storage } = config;
  const tsdb = { ...storage.tsdb, retention: { time, size, percentage } };
  const keepsExemplars = readStorageFeatures(values["enable-feature"]).exemplarStorage;
  const exemplars = storage.exemplars ?? (keepsExemplars ? { max_exemplars: DEFAULT_EXEMPLARS } : undefined);
  return { ...config, storage: { ...storage, tsdb, exemplars } };
}

const MOST_BLOCK_MS = 31 * 24 * 3_600_000;

/** The flags as upstream shows them: those that the server completes with what came of them at the start (cmd/prometheus/main.go). */
export function flagsInForce({ flags, values, routePrefix }: Settings, initial: ServerConfig): ReadonlyMap<string, string> {
  const { durationMs, sizeBytes } = retentionInForce(values, initial);
  const maxBlockMs =
    values["storage.tsdb.max-block-duration"] || (durationMs === 0 ? MOST_BLOCK_MS : Math.min(durationMs / 10, MOST_BLOCK_MS));
  const completed = new Map([
    ["storage.tsdb.max-block-duration", formatDuration(Math.trunc(maxBlockMs))],
    ["storage.tsdb.retention.size", formatSize(sizeBytes)],
    ["storage.tsdb.retention.time", formatDuration(durationMs)],
    ["web.route-prefix", routePrefix || "/"],
  ]);
  return new Map([...flags].map(([name, text]) => [name, completed.get(name) ?? text]));
}
