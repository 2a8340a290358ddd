import { setTimeout as sleep } from "node:timers/promises";
import { binary, median, peer, print, type BenchCase } from "../bench.ts";
import { readOptions } from "../options.ts";
import { costOf } from "../process-cost.ts";
import { simulateTargets } from "../simulated-targets.ts";
import { startServer, type StartedServer } from "../started-server.ts";

const defaults = { targets: 10, series: 5000, fillS: 90, rounds: 7 };

/** A query; with a step it is asked over all that was scraped. */
interface Query {
  readonly what: string;
  readonly expr: string;
  readonly stepS?: number;
}

const queries: readonly Query[] = [
  { what: "tiny", expr: "up" },
  { what: "count", expr: "count(bench_requests_total)" },
  { what: "topk", expr: "topk(10, bench_requests_total)" },
  { what: "instant sum of rates", expr: "sum by (le) (rate(bench_requests_total[30s]))" },
  { what: "range sum of rates", expr: "sum by (le) (rate(bench_requests_total[30s]))", stepS: 2 },
  { what: "wide output", expr: 'rate(bench_requests_total{code="200"}[30s])', stepS: 2 },
];

/** A round asks a query so often that the kernel's hundredths of a second count for something. */
const ROUND_MS = 300;
const MOST_A_ROUND = 200;
const WARM_UP_ROUNDS = 3;

interface Cost {
  readonly wallMs: number;
  readonly cpuMs: number;
}

/** What queries of the newest samples cost, beside a peer that has scraped the same. */
export const query: BenchCase = {
  name: "query",
  about: "wall and CPU time of queries over the head, ours and Debian's prometheus in turn (--targets= --series= --fill-s= --rounds=)",
  async run(args) {
    const { targets: count, series, fillS, rounds } = readOptions(defaults, args);
    const debians = peer("prometheus");
    const programs = { ours: binary("prometheus"), ...(debians === undefined ? {} : { "Debian's": debians }) };
    print(`${count} targets × ${series} series, ${fillS} scrapes of each, ${rounds} rounds; medians a query`);
    const targets = await simulateTargets(count, series);
    const servers = new Map<string, StartedServer>();
    try {
      for (const [name, program] of Object.entries(programs)) servers.set(name, await startServer(program, targets.ports, 1000));
      await sleep(fillS * 1000);
      const endS = Math.floor(Date.now() / 1000) - 2;
      // From here on the servers have little else to do: their targets are gone.
      targets.close();
      for (const one of queries) await compare(one, servers, { startS: endS - fillS, endS }, rounds);
    } finally {
      targets.close();
      for (const server of servers.values()) await server.close();
    }
  },
};

interface Range {
  readonly startS: number;
  readonly endS: number;
}

async function compare(one: Query, servers: ReadonlyMap<string, StartedServer>, range: Range, rounds: number): Promise<void> {
  const costs = new Map<string, Cost[]>([...servers.keys()].map((name) => [name, []]));
  let times = 1;
  for (let round = -WARM_UP_ROUNDS; round < rounds; round++) {
    for (const [name, server] of servers) {
      const cost = await ask(server, one, range, times);
      if (round >= 0) costs.get(name)?.push(cost);
      else times = Math.max(times, Math.min(MOST_A_ROUND, Math.ceil(ROUND_MS / cost.wallMs)));
    }
  }
  const medians = [...costs].map(([name, all]) => ({
    name,
    wallMs: median(all.map(({ wallMs }) => wallMs)),
    cpuMs: median(all.map(({ cpuMs }) => cpuMs)),
  }));
  for (const { name, wallMs, cpuMs } of medians) {
    print(`  ${one.what.padEnd(21)} ${name.padEnd(9)} ${wallMs.toFixed(2).padStart(9)} ms wall ${cpuMs.toFixed(2).padStart(9)} ms CPU`);
  }
  const [ours, debians] = medians;
  if (debians === undefined) return;
  print(
    `  ${"".padEnd(21)} ratio     ${(ours.wallMs / debians.wallMs).toFixed(2).padStart(9)} wall    ${(ours.cpuMs / debians.cpuMs).toFixed(2).padStart(9)} CPU`,
  );
}

/** Asks so many times, one after the other; the cost of one. */
async function ask({ pid, url }: StartedServer, { expr, stepS }: Query, { startS, endS }: Range, times: number): Promise<Cost> {
  const body =
    stepS === undefined
      ? { query: expr, time: String(endS) }
      : { query: expr, start: String(startS), end: String(endS), step: String(stepS) };
  const path = stepS === undefined ? "query" : "query_range";
  const startedMs = performance.now();
  const before = costOf(pid);
  for (let i = 0; i < times; i++) {
    const response = await fetch(`${url}/api/v1/${path}`, { method: "POST", body: new URLSearchParams(body) });
    const bytes = await response.arrayBuffer();
    if (!response.ok) throw new Error(`${expr}: ${Buffer.from(bytes).toString()}`);
  }
  const after = costOf(pid);
  return { wallMs: (performance.now() - startedMs) / times, cpuMs: ((after.cpuSeconds - before.cpuSeconds) * 1000) / times };
}
