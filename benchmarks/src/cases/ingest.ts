import { setTimeout as sleep } from "node:timers/promises";
import { binary, median, peer, print, type BenchCase } from "../bench.ts";
import { readOptions } from "../options.ts";
import { costOf } from "../process-cost.ts";
import { simulateTargets } from "../simulated-targets.ts";
import { startServer } from "../started-server.ts";

/** Both are measured warm: a server runs for months, and half a minute is what V8 needs to compile it. */
const defaults = { targets: 10, series: 10_000, intervalMs: 1000, warmUpS: 40, measureS: 30, rounds: 3 };

interface Result {
  readonly cpuSecondsPerMillion: number;
  readonly residentMb: number;
  readonly samples: number;
}

/** What scraping, checking, logging and storing a sample costs. */
export const ingest: BenchCase = {
  name: "ingest",
  about:
    "CPU-seconds per million samples scraped, ours and Debian's prometheus in turn (--targets= --series= --interval-ms= --warm-up-s= --measure-s= --rounds=)",
  async run(args) {
    const options = readOptions(defaults, args);
    const debians = peer("prometheus");
    const programs = { ours: binary("prometheus"), ...(debians === undefined ? {} : { "Debian's": debians }) };
    const { targets: count, series, intervalMs, warmUpS, measureS, rounds } = options;
    print(`${count} targets × ${series} series every ${intervalMs} ms, ${warmUpS} s of warm-up, ${measureS} s measured, ${rounds} rounds`);
    const targets = await simulateTargets(count, series);
    const results = new Map<string, Result[]>(Object.keys(programs).map((name) => [name, []]));
    try {
      for (let round = 1; round <= rounds; round++) {
        for (const [name, program] of Object.entries(programs)) {
          const result = await measure(program, targets.ports, options);
          results.get(name)?.push(result);
          print(`  round ${round}  ${line(name, result.cpuSecondsPerMillion, result.residentMb)}  ${result.samples} samples`);
        }
      }
    } finally {
      targets.close();
    }
    printSummary(results);
  },
};

function line(name: string, cpu: number, memory: number): string {
  return `${name.padEnd(10)} ${cpu.toFixed(3)} CPU-s/M  ${memory.toFixed(0).padStart(5)} MB`;
}

function printSummary(results: ReadonlyMap<string, readonly Result[]>): void {
  const medians = [...results].map(([name, all]) => ({
    name,
    cpu: median(all.map((result) => result.cpuSecondsPerMillion)),
    memory: median(all.map((result) => result.residentMb)),
  }));
  for (const { name, cpu, memory } of medians) print(`  median   ${line(name, cpu, memory)}`);
  const [ours, debians] = medians;
  if (debians === undefined) print("  no ratio: there is no prometheus of Debian's on PATH");
  else print(`  ratio    ours / Debian's: CPU ${(ours.cpu / debians.cpu).toFixed(2)}, memory ${(ours.memory / debians.memory).toFixed(2)}`);
}

async function measure(program: string, ports: readonly number[], { intervalMs, warmUpS, measureS }: typeof defaults): Promise<Result> {
  const server = await startServer(program, ports, intervalMs);
  try {
    await sleep(warmUpS * 1000);
    const before = { cost: costOf(server.pid), samples: await samplesAppended(server.url) };
    await sleep(measureS * 1000);
    const after = { cost: costOf(server.pid), samples: await samplesAppended(server.url) };
    const samples = after.samples - before.samples;
    if (samples === 0) throw new Error(`${program} has scraped nothing`);
    return {
      cpuSecondsPerMillion: ((after.cost.cpuSeconds - before.cost.cpuSeconds) / samples) * 1e6,
      residentMb: after.cost.residentBytes / 1e6,
      samples,
    };
  } finally {
    await server.close();
  }
}

/** What the server itself says that it has stored: 2.42 in one series, later versions in one for each type of sample. */
async function samplesAppended(url: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  const values = text.matchAll(/^prometheus_tsdb_head_samples_appended_total(?:\{[^}]*\})? (\S+)$/gm);
  return [...values].reduce((sum, match) => sum + Number(match[1]), 0);
}
