import { setTimeout as sleep } from "node:timers/promises";
import { metricValue } from "../metric-value.ts";
import { costOf } from "../process-cost.ts";
import { startServer, type StartOptions } from "../started-server.ts";
import type { ScrapeDelays } from "../targets/scrape-delays.ts";

/** How often is scraped, and how long that is measured. */
export interface IngestTimes {
  readonly intervalMs: number;
  readonly warmUpS: number;
  readonly measureS: number;
}

/** What was measured of one server. */
export interface IngestResult {
  readonly cpuSecondsPerMillion: number;
  readonly residentMb: number;
  readonly samples: number;
  readonly scrapes: number;
  readonly p99DelayMs: number;
}

/** Lets `program` scrape the targets at `ports`, whose requests `delays` takes note of. */
export async function measureIngest(
  program: string,
  ports: readonly number[],
  delays: ScrapeDelays,
  { intervalMs, warmUpS, measureS }: IngestTimes,
  options: StartOptions,
): Promise<IngestResult> {
  const server = await startServer(program, ports, intervalMs, options);
  try {
    await sleep(warmUpS * 1000);
    delays.reset();
    const before = { cost: costOf(server.pid), samples: await samplesAppended(server.url) };
    await sleep(measureS * 1000);
    const after = { cost: costOf(server.pid), samples: await samplesAppended(server.url) };
    const samples = after.samples - before.samples;
    if (samples === 0) throw new Error(`${program} has scraped nothing`);
    return {
      cpuSecondsPerMillion: ((after.cost.cpuSeconds - before.cost.cpuSeconds) / samples) * 1e6,
      residentMb: after.cost.residentBytes / 1e6,
      samples,
      scrapes: delays.count(),
      p99DelayMs: delays.p99Ms(),
    };
  } finally {
    await server.close();
  }
}

/** What the server itself says that it has stored: 2.42 in one series, later versions in one for each type of sample. */
function samplesAppended(url: string): Promise<number> {
  return metricValue(url, "prometheus_tsdb_head_samples_appended_total");
}
