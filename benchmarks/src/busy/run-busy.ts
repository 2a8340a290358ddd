import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { peer, print } from "../bench.ts";
import { metricValue } from "../metric-value.ts";
import { bothServers, printRatio } from "../programs.ts";
import { durationBuckets, requestCounters } from "../query/past-series.ts";
import { BLOCK_HOURS, writeBlocks } from "../query/write-blocks.ts";
import { startServer } from "../started-server.ts";
import { recordDelays, type ScrapeDelays } from "../targets/scrape-delays.ts";
import { simulateTargets } from "../targets/simulated-targets.ts";
import { watchHealth, type HealthTimes } from "./health.ts";
import { basic, startLoad, type Answered, type LoadOptions } from "./load.ts";

/** What can be said on the command line. */
export interface BusyOptions extends LoadOptions {
  /** Counters and buckets in the blocks that are queried, each. */
  readonly series: number;
  /** Recording rules in one group. */
  readonly rules: number;
  readonly targets: number;
  readonly targetSeries: number;
  readonly warmUpS: number;
  readonly measureS: number;
  readonly [name: string]: number;
}

const INTERVAL_MS = 1000;
const BLOCK_S = BLOCK_HOURS * 3600;
/** bcrypt's usual cost. */
const USERS = 'basic_auth_users: {bench: "$2b$10$oSh7lz7VvMMxNtHI4Ird.e14apy0boH.mrohmC.G/On2XCUtiLe6i"}\n';
const AUTHORIZATION = basic("bench", "benchmark");
/** What `/-/healthy` may take in the worst hundredth of cases. */
const HEALTH_BAR_MS = 100;

interface BusyResult {
  readonly health: HealthTimes;
  readonly lateMs: number;
  readonly scrapes: number;
  readonly answered: Answered;
  readonly missedIterations: number;
}

/** Loads ours and the peer by turns with everything at once, and tells how soon each says that it is healthy, and how late it scrapes. */
export async function runBusy(options: BusyOptions): Promise<void> {
  const promtool = peer("promtool");
  if (promtool === undefined) return print("  not measured: there is no promtool on PATH to write the blocks that are queried");
  const folder = mkdtempSync(join(tmpdir(), "ferula-busy-"));
  const delays = recordDelays(options.targets, INTERVAL_MS);
  const targets = await simulateTargets(options.targets, options.targetSeries, { onScrape: delays.note });
  try {
    const endS = Math.floor(Date.now() / 1000 / BLOCK_S) * BLOCK_S;
    const past = [...requestCounters(options.series), ...durationBuckets(options.series)];
    writeBlocks(promtool, past, { startS: endS - BLOCK_S, endS }, join(folder, "blocks"));
    writeFileSync(join(folder, "rules.yml"), ruleGroup(options.rules));
    writeFileSync(join(folder, "web.yml"), USERS);
    const results: BusyResult[] = [];
    for (const [name, program] of Object.entries(bothServers())) {
      const dataFolder = join(folder, name);
      cpSync(join(folder, "blocks"), dataFolder, { recursive: true });
      const result = await measureBusy(program, { folder, dataFolder, ports: targets.ports, delays, endS }, options);
      printResult(name, result, options);
      results.push(result);
    }
    printRatio(
      "p99 of /-/healthy",
      results.map(({ health }) => health.p99Ms),
    );
    printRatio(
      "p99 of scrapes' delays",
      results.map(({ lateMs }) => lateMs),
    );
  } finally {
    targets.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Each rule aggregates series of its own out of those that are scraped. */
function ruleGroup(count: number): string {
  const rules = Array.from({ length: count }, (_, i) => {
    const expr = `sum by (code) (rate(bench_requests_total{handler="/api/v1/items/${i % 97}",shard="${i % 18}"}[30s]))`;
    return `  - {record: "bench:requests:rate30s", labels: {rule: "${i}"}, expr: '${expr}'}\n`;
  });
  return `groups:\n- name: busy\n  interval: 5s\n  rules:\n${rules.join("")}`;
}

interface Place {
  readonly folder: string;
  readonly dataFolder: string;
  readonly ports: readonly number[];
  readonly delays: ScrapeDelays;
  readonly endS: number;
}

async function measureBusy(program: string, { folder, dataFolder, ports, delays, endS }: Place, options: BusyOptions): Promise<BusyResult> {
  const server = await startServer(program, ports, INTERVAL_MS, {
    dataFolder,
    flags: [`--web.config.file=${folder}/web.yml`, `--storage.tsdb.max-block-duration=${BLOCK_HOURS}h`],
    sections: `rule_files: [${folder}/rules.yml]\n`,
    authorization: AUTHORIZATION,
  });
  try {
    const load = startLoad(server.url, AUTHORIZATION, endS, options);
    await sleep(options.warmUpS * 1000);
    delays.reset();
    const health = await watchHealth(server.url, AUTHORIZATION, options.measureS);
    const [lateMs, scrapes] = [delays.p99Ms(), delays.count()];
    await load.stop();
    const missedIterations = await metricValue(server.url, "prometheus_rule_group_iterations_missed_total", AUTHORIZATION);
    return { health, lateMs, scrapes, answered: load.answered, missedIterations };
  } finally {
    await server.close("SIGKILL");
  }
}

function printResult(name: string, { health, lateMs, scrapes, answered, missedIterations }: BusyResult, options: BusyOptions): void {
  const ms = (value: number): string => `${value.toFixed(1)} ms`;
  print(
    `  ${name.padEnd(10)} /-/healthy p50 ${ms(health.p50Ms)}, p99 ${ms(health.p99Ms)} (bar ${HEALTH_BAR_MS} ms), most ${ms(health.mostMs)}, ${health.refused} refused; ` +
      `${scrapes} of ${options.targets * options.measureS} scrapes, p99 ${ms(lateMs)} late`,
  );
  const failures = [...answered.failures].map(([reason, count]) => `; ${count} × ${reason}`).join("");
  print(
    `  ${"".padEnd(10)} in ${options.warmUpS + options.measureS} s: ${answered.queries} queries and ${answered.logins} logins answered, ${missedIterations} iterations of rules missed${failures}`,
  );
}
