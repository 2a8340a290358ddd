import { existsSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { freePort } from "@ferula/test-kit/outside-jest";
import { binary } from "../paths.ts";
import type { Bench, Program } from "../processes.ts";

/** A server's folder and command line; it is started on them again and again. */
export interface ServerPlace {
  readonly url: string;
  readonly dataFolder: string;
  /** Starts a process and returns at once. */
  readonly start: () => Promise<Program>;
}

/** Blocks of so few seconds that all of their life happens within a minute, and a window for samples out of order. */
const FLAGS: readonly string[] = [
  "--web.enable-remote-write-receiver",
  "--storage.tsdb.min-block-duration=15s",
  "--storage.tsdb.max-block-duration=135s",
  "--storage.tsdb.block-reload-interval=1s",
  "--storage.tsdb.wal-segment-size=10MB",
  "--log.level=warn",
];
const STORAGE = "storage: {tsdb: {out_of_order_time_window: 60s}}";

/** Makes the configuration of a server that takes remote write and scrapes the target on `targetPort` ten times a second. */
export async function prepareServer(bench: Bench, targetPort: number, dataFolder: string): Promise<ServerPlace> {
  const port = await freePort();
  const config = join(bench.folder(), "prometheus.yml");
  const jobs = `scrape_configs: [{job_name: crash, static_configs: [{targets: ["127.0.0.1:${targetPort}"]}]}]`;
  writeFileSync(config, `global: {scrape_interval: 100ms, scrape_timeout: 100ms}\n${jobs}\n${STORAGE}\n`);
  const args = [`--config.file=${config}`, `--storage.tsdb.path=${dataFolder}`, `--web.listen-address=127.0.0.1:${port}`, ...FLAGS];
  return { url: `http://127.0.0.1:${port}`, dataFolder, start: () => bench.start(binary("prometheus"), args) };
}

/** What lies in a data folder, so that a test can say what its kills fell upon. */
export function countFiles(dataFolder: string): string {
  const names = existsSync(dataFolder) ? readdirSync(dataFolder) : [];
  const wal = existsSync(join(dataFolder, "wal")) ? readdirSync(join(dataFolder, "wal")) : [];
  const blocks = names.filter((name) => /^[0-9A-HJKMNP-TV-Z]{26}$/.test(name)).length;
  const checkpoint = wal.find((name) => /^checkpoint\.\d+$/.test(name)) ?? "none";
  return `${blocks} blocks, ${wal.filter((name) => /^\d+$/.test(name)).length} log segments, checkpoint: ${checkpoint}`;
}
