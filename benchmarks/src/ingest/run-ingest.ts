import { median, print } from "../bench.ts";
import { readOptions } from "../options.ts";
import { bothServers } from "../programs.ts";
import type { StartOptions } from "../started-server.ts";
import type { CreatePages } from "../targets/pages.ts";
import { recordDelays } from "../targets/scrape-delays.ts";
import { simulateTargets } from "../targets/simulated-targets.ts";
import { measureIngest, type IngestResult, type IngestTimes } from "./measure.ts";

/** What can be said on the command line. */
export interface IngestOptions extends IngestTimes {
  readonly targets: number;
  readonly series: number;
  readonly rounds: number;
  readonly churnPercentAnHour: number;
  readonly [name: string]: number;
}

/** A way of scraping. */
export interface IngestKind {
  readonly name: string;
  readonly about: string;
  /** How much of the peer's CPU time ours may take; undefined where that is told for information. */
  readonly bar: number | undefined;
  /** How much later than the peer's the slowest scrapes may come; where it is given, delays are told. */
  readonly delayBar?: number;
  readonly defaults: IngestOptions;
  readonly createPages: (options: IngestOptions) => CreatePages;
  /** What is told each server, by its name. */
  readonly serverOptions?: Readonly<Record<string, StartOptions>>;
}

/** Measures both servers by turns, and prints the ratio of the medians beside the bar. */
export async function runIngest(kind: IngestKind, args: readonly string[]): Promise<void> {
  const options = readOptions(kind.defaults, args);
  const { targets: count, series, intervalMs, warmUpS, measureS, rounds } = options;
  print(`${count} targets × ${series} series every ${intervalMs} ms, ${warmUpS} s of warm-up, ${measureS} s measured, ${rounds} rounds`);
  const delays = recordDelays(count, intervalMs);
  const targets = await simulateTargets(count, series, { createPages: kind.createPages(options), onScrape: delays.note });
  const results = new Map<string, IngestResult[]>();
  try {
    for (let round = 1; round <= rounds; round++) {
      for (const [name, program] of Object.entries(bothServers())) {
        const result = await measureIngest(program, targets.ports, delays, options, kind.serverOptions?.[name] ?? {});
        results.set(name, [...(results.get(name) ?? []), result]);
        print(`  round ${round}  ${line(name, result, kind)}  ${result.samples} samples of ${result.scrapes} scrapes`);
      }
    }
  } finally {
    targets.close();
  }
  const [ours, debians] = [...results].map(([name, all]) => {
    const middle = medianOf(all);
    print(`  median   ${line(name, middle, kind)}`);
    return middle;
  });
  if (debians === undefined) print("  no ratio: there is no prometheus of Debian's on PATH");
  else print(`  ratio    ours / Debian's: ${ratios(ours, debians, kind).join(", ")}`);
}

type Figures = Pick<IngestResult, "cpuSecondsPerMillion" | "residentMb" | "p99DelayMs">;

function medianOf(all: readonly IngestResult[]): Figures {
  return {
    cpuSecondsPerMillion: median(all.map((result) => result.cpuSecondsPerMillion)),
    residentMb: median(all.map((result) => result.residentMb)),
    p99DelayMs: median(all.map((result) => result.p99DelayMs)),
  };
}

function line(name: string, { cpuSecondsPerMillion: cpu, residentMb, p99DelayMs }: Figures, { delayBar }: IngestKind): string {
  const delay = delayBar === undefined ? "" : `  ${p99DelayMs.toFixed(1).padStart(6)} ms late (p99)`;
  return `${name.padEnd(10)} ${cpu.toFixed(3)} CPU-s/M  ${residentMb.toFixed(0).padStart(5)} MB${delay}`;
}

function ratios(ours: Figures, debians: Figures, { bar, delayBar }: IngestKind): readonly string[] {
  return [
    `CPU ${(ours.cpuSecondsPerMillion / debians.cpuSecondsPerMillion).toFixed(2)}${besideBar(bar)}`,
    ...(delayBar === undefined ? [] : [`p99 delay ${(ours.p99DelayMs / debians.p99DelayMs).toFixed(2)}${besideBar(delayBar)}`]),
    `memory ${(ours.residentMb / debians.residentMb).toFixed(2)}`,
  ];
}

function besideBar(bar: number | undefined): string {
  return bar === undefined ? "" : ` (bar ${bar.toFixed(2)})`;
}
