import { setTimeout as sleep } from "node:timers/promises";
import { print, type BenchCase } from "../bench.ts";
import { metricValue } from "../metric-value.ts";
import { readOptions } from "../options.ts";
import { costOf } from "../process-cost.ts";
import { bothServers, printRatio } from "../programs.ts";
import { simulateTargets } from "../targets/simulated-targets.ts";
import { startServer } from "../started-server.ts";

const defaults = { targets: 20, series: 50_000, intervalMs: 15_000, measureS: 180 };
const quick = { targets: 4, series: 5000, intervalMs: 1000, measureS: 10 };

/** What a series takes of the memory of a server that scrapes it. */
export const memory: BenchCase = {
  name: "memory",
  about: "resident memory per series, ours and Debian's prometheus in turn (--quick --targets= --series= --interval-ms= --measure-s=)",
  async run(args) {
    const options = readOptions(defaults, args, quick);
    const { targets: count, series, intervalMs, measureS } = options;
    print(`${count} targets × ${series} series every ${intervalMs} ms, measured after ${measureS} s`);
    const targets = await simulateTargets(count, series);
    const figures: number[] = [];
    try {
      for (const [name, program] of Object.entries(bothServers())) figures.push(await measure(name, program, targets.ports, options));
    } finally {
      targets.close();
    }
    printRatio("memory per series", figures);
  },
};

async function measure(name: string, program: string, ports: readonly number[], options: typeof defaults): Promise<number> {
  const server = await startServer(program, ports, options.intervalMs);
  try {
    await sleep(options.measureS * 1000);
    const { residentBytes } = costOf(server.pid);
    const series = await metricValue(server.url, "prometheus_tsdb_head_series");
    if (series < options.targets * options.series) throw new Error(`${program} has only ${series} series`);
    const bytesPerSeries = residentBytes / series;
    print(
      `  ${name.padEnd(10)} ${(residentBytes / 1e6).toFixed(0).padStart(5)} MB, ${bytesPerSeries.toFixed(0).padStart(5)} bytes per series`,
    );
    return bytesPerSeries;
  } finally {
    await server.close("SIGKILL");
  }
}
