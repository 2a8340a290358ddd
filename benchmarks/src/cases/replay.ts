import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { median, print, type BenchCase } from "../bench.ts";
import { metricValue } from "../metric-value.ts";
import { readOptions } from "../options.ts";
import { costOf, peakResidentBytes } from "../process-cost.ts";
import { bothServers, printRatio } from "../programs.ts";
import { simulateTargets } from "../targets/simulated-targets.ts";
import { startServer } from "../started-server.ts";

const defaults = { targets: 20, series: 5000, intervalMs: 1000, fillS: 240, rounds: 3 };
const quick = { targets: 2, series: 1000, fillS: 10, rounds: 1 };

const START_TIMEOUT_MS = 600_000;

/** How long a server that was killed takes to be ready again, and how much memory. */
export const replay: BenchCase = {
  name: "replay",
  about:
    "wall time and peak memory of the start after a kill, each on its own folder, ours and Debian's prometheus in turn (--quick --targets= --series= --interval-ms= --fill-s= --rounds=)",
  async run(args) {
    const options = readOptions(defaults, args, quick);
    const { targets: count, series, intervalMs, fillS, rounds } = options;
    print(`${count} targets × ${series} series every ${intervalMs} ms for ${fillS} s, then killed; ${rounds} starts`);
    const targets = await simulateTargets(count, series);
    const folders: { readonly name: string; readonly program: string; readonly folder: string }[] = [];
    try {
      for (const [name, program] of Object.entries(bothServers())) {
        const folder = mkdtempSync(join(tmpdir(), "ferula-replay-"));
        folders.push({ name, program, folder });
        await fill(name, program, targets.ports, folder, options);
      }
      // What is replayed is not to be mixed with scrapes.
      targets.close();
      const walls: number[] = [];
      for (const one of folders) walls.push(await measure(one.name, one.program, one.folder, rounds));
      printRatio("wall time", walls);
    } finally {
      targets.close();
      for (const { folder } of folders) rmSync(folder, { recursive: true, force: true });
    }
  },
};

async function fill(
  name: string,
  program: string,
  ports: readonly number[],
  folder: string,
  { intervalMs, fillS }: typeof defaults,
): Promise<void> {
  const server = await startServer(program, ports, intervalMs, { dataFolder: folder });
  try {
    await sleep(fillS * 1000);
    const samples = await metricValue(server.url, "prometheus_tsdb_head_samples_appended_total");
    const peakMb = peakResidentBytes(server.pid) / 1e6;
    print(`  ${name.padEnd(10)} ${(samples / 1e6).toFixed(2)} million samples, peak while it ran ${peakMb.toFixed(0)} MB`);
  } finally {
    await server.close("SIGKILL");
  }
}

async function measure(name: string, program: string, folder: string, rounds: number): Promise<number> {
  const walls: number[] = [];
  const cpus: number[] = [];
  const peaks: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const copy = mkdtempSync(join(tmpdir(), "ferula-replay-"));
    try {
      cpSync(folder, copy, { recursive: true });
      const server = await startServer(program, [], 60_000, { dataFolder: copy, timeoutMs: START_TIMEOUT_MS });
      walls.push(server.readyMs);
      cpus.push(costOf(server.pid).cpuSeconds);
      peaks.push(peakResidentBytes(server.pid) / 1e6);
      await server.close("SIGKILL");
    } finally {
      rmSync(copy, { recursive: true, force: true });
    }
  }
  print(
    `  ${name.padEnd(10)} ready after ${(median(walls) / 1000).toFixed(2)} s, ${median(cpus).toFixed(2)} CPU-s, peak ${median(peaks).toFixed(0)} MB`,
  );
  return median(walls);
}
