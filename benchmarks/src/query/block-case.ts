import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { peer, print } from "../bench.ts";
import { peakResidentBytes } from "../process-cost.ts";
import { bothServers, printRatio } from "../programs.ts";
import { startServer, type StartedServer } from "../started-server.ts";
import { answerTo, type QueryCost } from "./ask.ts";
import { differenceOf, measure, printCosts, type Servers } from "./measure.ts";
import { nodeSeries } from "./node-series.ts";
import { durationBuckets, requestCounters } from "./past-series.ts";
import { dashboardQueries, rangeQueries } from "./queries.ts";
import { recordDelays, type ScrapeDelays } from "../targets/scrape-delays.ts";
import { simulateTargets } from "../targets/simulated-targets.ts";
import { BLOCK_HOURS, writeBlocks } from "./write-blocks.ts";

/** How much there is, and how long it is measured. */
export interface BlockOptions {
  readonly series: number;
  readonly nodes: number;
  readonly rounds: number;
  /** How long the heaviest query runs in a loop. */
  readonly loopS: number;
}

const HOUR_S = 3600;
const BLOCK_S = BLOCK_HOURS * HOUR_S;
const WATCHED_TARGETS = 10;
const WATCHED_SERIES = 200;
const SCRAPE_INTERVAL_MS = 1000;

/** Queries of blocks: both servers open copies of one folder. */
export async function runBlockQueries(options: BlockOptions): Promise<void> {
  const promtool = peer("promtool");
  if (promtool === undefined) {
    print("  no queries of blocks: there is no promtool on PATH to write them");
    return;
  }
  print(`blocks of ${options.series} counters and ${options.series} buckets over 6 h, ${options.nodes} nodes over 24 h, every 15 s`);
  const folder = mkdtempSync(join(tmpdir(), "ferula-query-"));
  const delays = recordDelays(WATCHED_TARGETS, SCRAPE_INTERVAL_MS);
  const targets = await simulateTargets(WATCHED_TARGETS, WATCHED_SERIES, { onScrape: delays.note });
  const servers = new Map<string, StartedServer>();
  try {
    // A whole block's time ago: what is scraped now stays out of it.
    const endS = Math.floor(Date.now() / 1000 / BLOCK_S) * BLOCK_S;
    writePast(promtool, options, endS, join(folder, "blocks"));
    for (const [name, program] of Object.entries(bothServers())) {
      const dataFolder = join(folder, name);
      cpSync(join(folder, "blocks"), dataFolder, { recursive: true });
      const flags = [`--storage.tsdb.max-block-duration=${BLOCK_HOURS}h`];
      servers.set(name, await startServer(program, targets.ports, SCRAPE_INTERVAL_MS, { dataFolder, flags }));
    }
    await compareAll(servers, endS, options.rounds);
    printRatio(
      "peak memory",
      [...servers].map(([name, { pid }]) => {
        const bytes = peakResidentBytes(pid);
        print(`  ${"peak memory".padEnd(21)} ${name.padEnd(9)} ${(bytes / 1e6).toFixed(0).padStart(9)} MB`);
        return bytes;
      }),
    );
    await loopHeaviest(servers, delays, endS, options.loopS);
  } finally {
    targets.close();
    for (const server of servers.values()) await server.close("SIGKILL");
    rmSync(folder, { recursive: true, force: true });
  }
}

function writePast(promtool: string, { series, nodes }: BlockOptions, endS: number, folder: string): void {
  writeBlocks(promtool, [...requestCounters(series), ...durationBuckets(series)], { startS: endS - BLOCK_S, endS }, folder);
  writeBlocks(promtool, nodeSeries(nodes), { startS: endS - 4 * BLOCK_S, endS }, folder);
}

async function compareAll(servers: Servers, endS: number, rounds: number): Promise<void> {
  for (const query of rangeQueries) {
    const costs = await measure(servers, query, endS, rounds);
    printCosts(query.what, servers, costs, await differenceOf(servers, query, endS));
  }
  const dashboard: QueryCost[] = [...servers.keys()].map(() => ({ wallMs: 0, cpuMs: 0 }));
  for (const query of dashboardQueries) {
    const costs = await measure(servers, query, endS, rounds);
    printCosts(query.what, servers, costs, await differenceOf(servers, query, endS));
    for (const [i, { wallMs, cpuMs }] of costs.entries()) {
      dashboard[i] = { wallMs: dashboard[i].wallMs + wallMs, cpuMs: dashboard[i].cpuMs + cpuMs };
    }
  }
  printCosts("dashboard, in sum", servers, dashboard);
}

/** The scrapes of a server whose heaviest query is asked again as soon as it is answered. */
async function loopHeaviest(servers: Servers, delays: ScrapeDelays, endS: number, loopS: number): Promise<void> {
  const heaviest = rangeQueries[0];
  for (const [name, server] of servers) {
    const others = [...servers.values()].filter((one) => one !== server);
    for (const other of others) process.kill(other.pid, "SIGSTOP");
    try {
      delays.reset();
      for (const untilMs = Date.now() + loopS * 1000; Date.now() < untilMs;) await answerTo(server, heaviest, endS);
    } finally {
      for (const other of others) process.kill(other.pid, "SIGCONT");
    }
    print(`  ${"scrapes meanwhile".padEnd(21)} ${name.padEnd(9)} ${delays.p99Ms().toFixed(1).padStart(9)} ms late (p99)`);
  }
}
