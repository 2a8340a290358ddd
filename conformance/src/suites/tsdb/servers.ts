import { cpSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { freePort } from "@ferula/test-kit/outside-jest";
import { type Bench, type Program, untilReady } from "../../processes.ts";

/** A server that runs on a folder. */
export interface Running {
  readonly url: string;
  readonly program: Program;
}

/** How a server is started. */
export interface ServerOptions {
  /** Of `prometheus.yml`, besides the global section. */
  readonly config?: string;
  /** Of its global section, besides how often is scraped. */
  readonly global?: string;
  readonly flags?: readonly string[];
}

/** Blocks of ten seconds: a server that runs for half a minute compacts. */
export const SHORT_BLOCKS: readonly string[] = ["--storage.tsdb.min-block-duration=10s", "--storage.tsdb.max-block-duration=30s"];

/** Starts `program`, which takes upstream's command line, on the data in `data`, and waits until it is ready. */
export async function startOn(
  bench: Bench,
  program: string,
  data: string,
  { config = "", global = "", flags = [] }: ServerOptions = {},
): Promise<Running> {
  const port = await freePort();
  const configFile = join(bench.folder(), "prometheus.yml");
  writeFileSync(configFile, `global: {scrape_interval: 100ms, scrape_timeout: 100ms, ${global}}\n${config}`);
  const args = [`--config.file=${configFile}`, `--storage.tsdb.path=${data}`, `--web.listen-address=127.0.0.1:${port}`, ...flags];
  const url = `http://127.0.0.1:${port}`;
  const started = await bench.start(program, [...args, "--storage.tsdb.retention.time=100y"]);
  await untilReady(url, started);
  return { url, program: started };
}

/** A configuration that scrapes one target, whose times count. */
export function scraping(port: number): string {
  return `scrape_configs: [{job_name: changing, static_configs: [{targets: ["127.0.0.1:${port}"]}]}]\n`;
}

/** A copy of a data folder that another server may write to; the lock stays behind. */
export function copyOf(bench: Bench, data: string): string {
  const copy = join(bench.folder(), "data");
  cpSync(data, copy, { recursive: true });
  rmSync(join(copy, "lock"), { force: true });
  return copy;
}
