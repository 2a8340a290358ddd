import { setTimeout as sleep } from "node:timers/promises";
import { print } from "../bench.ts";
import { bothServers } from "../programs.ts";
import { simulateTargets } from "../targets/simulated-targets.ts";
import { startServer, type StartedServer } from "../started-server.ts";
import { measure, printCosts } from "./measure.ts";
import { headQueries } from "./queries.ts";

/** How much is scraped, and how long it is measured. */
export interface HeadOptions {
  readonly targets: number;
  readonly headSeries: number;
  readonly fillS: number;
  readonly rounds: number;
}

/** Queries of the newest samples: both servers have scraped the same targets, each by itself, so that their answers differ. */
export async function runHeadQueries({ targets: count, headSeries, fillS, rounds }: HeadOptions): Promise<void> {
  print(`head of ${count} targets × ${headSeries} series, ${fillS} scrapes of each`);
  const targets = await simulateTargets(count, headSeries);
  const servers = new Map<string, StartedServer>();
  try {
    for (const [name, program] of Object.entries(bothServers())) servers.set(name, await startServer(program, targets.ports, 1000));
    await sleep(fillS * 1000);
    const endS = Math.floor(Date.now() / 1000) - 2;
    // From here on the servers have little else to do: their targets are gone.
    targets.close();
    for (const query of headQueries) printCosts(query.what, servers, await measure(servers, query, endS, rounds));
  } finally {
    targets.close();
    for (const server of servers.values()) await server.close();
  }
}
