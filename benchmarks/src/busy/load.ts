import { setMaxListeners } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { request } from "./request.ts";
import { rangeQueries, type BenchQuery } from "../query/queries.ts";

/** What is asked of a server at the same time. */
export interface LoadOptions {
  /** So many clients each ask a heavy query again as soon as the last is answered. */
  readonly queries: number;
  /** So many try a password a second, each another and a wrong one: no cache of what was once checked spares the server work. */
  readonly loginsASecond: number;
}

/** What came of it. */
export interface Answered {
  queries: number;
  logins: number;
  /** What the server refused or did not answer, but wrong passwords, by its reason. */
  readonly failures: Map<string, number>;
}

/** A load that goes on until it is stopped. */
export interface Load {
  readonly answered: Answered;
  /** Resolves when what was under way is answered or cut. */
  readonly stop: () => Promise<void>;
}

/** Small answers out of many samples: what is measured is the server and not the reading of what it says. */
const HEAVY: readonly BenchQuery[] = rangeQueries.slice(0, 2);

/** Loads the server at `url`, which knows `authorization`; the blocks it has end at `endS`. */
export function startLoad(url: string, authorization: string, endS: number, { queries, loginsASecond }: LoadOptions): Load {
  const ending = new AbortController();
  // One for each request that is under way.
  setMaxListeners(0, ending.signal);
  const answered: Answered = { queries: 0, logins: 0, failures: new Map() };
  const isOver = (): boolean => ending.signal.aborted;

  async function ask({ expr, hours = 0, stepS = 0 }: BenchQuery): Promise<void> {
    const body = new URLSearchParams({ query: expr, start: String(endS - hours * 3600), end: String(endS), step: String(stepS) });
    const status = await request(`${url}/api/v1/query_range`, { authorization, signal: ending.signal, body });
    if (status === "200") answered.queries++;
    else note(`query: ${status}`);
  }

  async function logIn(password: string): Promise<void> {
    const status = await request(`${url}/-/healthy`, { authorization: basic("bench", password), signal: ending.signal });
    if (status === "401") answered.logins++;
    else note(`login: ${status}`);
  }

  function note(reason: string): void {
    if (!isOver()) answered.failures.set(reason, (answered.failures.get(reason) ?? 0) + 1);
  }

  async function askAgainAndAgain(client: number): Promise<void> {
    while (!isOver()) await ask(HEAVY[client % HEAVY.length]);
  }

  async function logInOnTime(): Promise<void> {
    const under = new Set<Promise<void>>();
    for (let i = 0; !isOver(); i++) {
      const login = logIn(`wrong ${i}`);
      under.add(login);
      void login.finally(() => under.delete(login));
      await sleep(1000 / loginsASecond);
    }
    await Promise.all(under);
  }

  const running = [...Array.from({ length: queries }, (_, client) => askAgainAndAgain(client)), logInOnTime()];
  return {
    answered,
    async stop() {
      ending.abort();
      await Promise.all(running);
    },
  };
}

/** The header of a login. */
export function basic(user: string, password: string): string {
  return `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`;
}
