import { median, print } from "../bench.ts";
import type { StartedServer } from "../started-server.ts";
import { answerTo, ask, type QueryCost } from "./ask.ts";
import { compareAnswers } from "./compare-answers.ts";
import type { BenchQuery } from "./queries.ts";

/** The servers that are asked by turns, ours first. */
export type Servers = ReadonlyMap<string, StartedServer>;

/** A round asks a query so often that the kernel's hundredths of a second count for something. */
const ROUND_MS = 300;
const MOST_A_ROUND = 200;
const WARM_UP_ROUNDS = 3;

/** Asks each server by turns, `rounds` times, and gives the medians of one query in the order of the servers. Fails when answers differ. */
export async function measure(servers: Servers, query: BenchQuery, endS: number, rounds: number): Promise<readonly QueryCost[]> {
  const all = [...servers.values()];
  const costs: QueryCost[][] = all.map(() => []);
  let times = 1;
  for (let round = -WARM_UP_ROUNDS; round < rounds; round++) {
    for (const [i, server] of all.entries()) {
      const cost = await ask(server, query, endS, times);
      if (round >= 0) costs[i].push(cost);
      else times = Math.max(times, Math.min(MOST_A_ROUND, Math.ceil(ROUND_MS / cost.wallMs)));
    }
  }
  return costs.map((own) => ({ wallMs: median(own.map(({ wallMs }) => wallMs)), cpuMs: median(own.map(({ cpuMs }) => cpuMs)) }));
}

/** Asks both servers once and says how the answers differ; nothing where there is no peer. */
export async function differenceOf(servers: Servers, query: BenchQuery, endS: number): Promise<string> {
  const [ours, peers] = await Promise.all([...servers.values()].map((server) => answerTo(server, query, endS)));
  if (peers === undefined) return `${(ours.length / 1e6).toFixed(1)} MB`;
  const { values, unequal, mostRelative } = compareAnswers(ours, peers);
  const rest = unequal === 0 ? "all equal" : `${unequal} differ by rounding, at most ${mostRelative.toExponential(0)}`;
  return `${(ours.length / 1e6).toFixed(1)} MB, ${values} values, ${rest}`;
}

/** A line for each server, and one with the ratio of ours to the peer's. */
export function printCosts(what: string, servers: Servers, costs: readonly QueryCost[], remark = ""): void {
  for (const [i, name] of [...servers.keys()].entries()) {
    print(`  ${(i === 0 ? what : "").padEnd(21)} ${name.padEnd(9)} ${figure(costs[i].wallMs)} ms wall ${figure(costs[i].cpuMs)} ms CPU`);
  }
  const [ours, peers] = costs;
  if (peers === undefined) return;
  print(`  ${"".padEnd(21)} ratio     ${figure(ours.wallMs / peers.wallMs)}    wall ${figure(ours.cpuMs / peers.cpuMs)}    CPU  ${remark}`);
}

function figure(value: number): string {
  return value.toFixed(2).padStart(9);
}
