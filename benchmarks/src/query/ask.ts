import { costOf } from "../process-cost.ts";
import type { StartedServer } from "../started-server.ts";
import type { BenchQuery } from "./queries.ts";

/** What a query took. */
export interface QueryCost {
  readonly wallMs: number;
  readonly cpuMs: number;
}

/** Asks so many times, one after the other; the cost of one. Fails with what the server says of a query that it refuses. */
export async function ask(server: StartedServer, query: BenchQuery, endS: number, times: number): Promise<QueryCost> {
  const startedMs = performance.now();
  const before = costOf(server.pid);
  for (let i = 0; i < times; i++) await answerTo(server, query, endS);
  const after = costOf(server.pid);
  return { wallMs: (performance.now() - startedMs) / times, cpuMs: ((after.cpuSeconds - before.cpuSeconds) * 1000) / times };
}

/** The body of the answer. */
export async function answerTo({ url }: StartedServer, { expr, hours, stepS = 0 }: BenchQuery, endS: number): Promise<Buffer> {
  const isRange = hours !== undefined;
  const body = isRange
    ? { query: expr, start: String(endS - hours * 3600), end: String(endS), step: String(stepS) }
    : { query: expr, time: String(endS) };
  const path = isRange ? "query_range" : "query";
  const response = await fetch(`${url}/api/v1/${path}`, { method: "POST", body: new URLSearchParams(body) });
  const bytes = Buffer.from(await response.arrayBuffer());
  if (!response.ok) throw new Error(`${expr}: ${bytes.toString()}`);
  return bytes;
}
