import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { binary, median, peer, print, type BenchCase } from "../bench.ts";
import { costOf } from "../process-cost.ts";
import { simulateTargets } from "../simulated-targets.ts";

interface Options {
  readonly targets: number;
  readonly series: number;
  readonly intervalMs: number;
  readonly warmUpS: number;
  readonly measureS: number;
  readonly rounds: number;
}

const defaults: Options = { targets: 10, series: 10_000, intervalMs: 2000, warmUpS: 10, measureS: 20, rounds: 3 };

interface Result {
  readonly cpuSecondsPerMillion: number;
  readonly residentMb: number;
  readonly samples: number;
}

export const ingest: BenchCase = {
  name: "ingest",
  about:
    "CPU-seconds per million samples scraped, ours and Debian's prometheus in turn (--targets= --series= --interval-ms= --measure-s= --rounds=)",
  async run(args) {
    const options = { ...defaults, ...readOptions(args) };
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

const OPTION_NAMES: Readonly<Record<string, keyof Options>> = {
  targets: "targets",
  series: "series",
  "interval-ms": "intervalMs",
  "warm-up-s": "warmUpS",
  "measure-s": "measureS",
  rounds: "rounds",
};

function readOptions(args: readonly string[]): Partial<Options> {
  return Object.fromEntries(
    args.map((arg) => {
      const [, name = "", value] = /^--([a-z-]+)=(\d+)$/.exec(arg) ?? [];
      if (!(name in OPTION_NAMES)) throw new Error(`cannot read the option ${arg}: there are ${Object.keys(OPTION_NAMES).join(", ")}`);
      return [OPTION_NAMES[name], Number(value)];
    }),
  );
}

async function measure(program: string, ports: readonly number[], { intervalMs, warmUpS, measureS }: Options): Promise<Result> {
  const folder = mkdtempSync(join(tmpdir(), "ferula-bench-"));
  const port = await freePort();
  const targets = ports.map((one) => `"127.0.0.1:${one}"`).join(", ");
  writeFileSync(
    join(folder, "prometheus.yml"),
    `global: {scrape_interval: ${intervalMs}ms, scrape_timeout: ${intervalMs}ms}\nscrape_configs: [{job_name: bench, static_configs: [{targets: [${targets}]}]}]\n`,
  );
  const args = [
    `--config.file=${folder}/prometheus.yml`,
    `--storage.tsdb.path=${folder}/data`,
    `--web.listen-address=127.0.0.1:${port}`,
    "--log.level=error",
  ];
  const child = spawn(program, args, { stdio: ["ignore", "ignore", "inherit"] });
  const ended = new Promise((resolve) => child.once("exit", resolve));
  try {
    if (child.pid === undefined) throw new Error(`cannot start ${program}`);
    await sleep(warmUpS * 1000);
    const before = { cost: costOf(child.pid), samples: await samplesAppended(port) };
    await sleep(measureS * 1000);
    const after = { cost: costOf(child.pid), samples: await samplesAppended(port) };
    const samples = after.samples - before.samples;
    if (samples === 0) throw new Error(`${program} has scraped nothing`);
    return {
      cpuSecondsPerMillion: ((after.cost.cpuSeconds - before.cost.cpuSeconds) / samples) * 1e6,
      residentMb: after.cost.residentBytes / 1e6,
      samples,
    };
  } finally {
    child.kill("SIGTERM");
    await ended;
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What the server itself says that it has stored: 2.42 in one series, later versions in one for each type of sample. */
async function samplesAppended(port: number): Promise<number> {
  const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  const values = text.matchAll(/^prometheus_tsdb_head_samples_appended_total(?:\{[^}]*\})? (\S+)$/gm);
  return [...values].reduce((sum, match) => sum + Number(match[1]), 0);
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer();
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}
