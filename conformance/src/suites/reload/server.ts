import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { freePort } from "@ferula/test-kit/outside-jest";
import { expect, expectEqual } from "../../harness.ts";
import { eventually, queryValue, untilReady, type Bench, type Program } from "../../processes.ts";
import { baseFiles, restore, type Files } from "./base.ts";

/** A target that counts how often it was asked. */
export async function startTarget(): Promise<{ readonly port: number; readonly close: () => void }> {
  let hits = 0;
  const server = createServer((_req, res) => res.setHeader("Content-Type", "text/plain; version=0.0.4").end(`hits_total ${++hits}\n`));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as AddressInfo).port,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}

/** A server with a configuration of its own folder, and what it did under that. */
export interface Served {
  readonly url: string;
  readonly folder: string;
  readonly files: Files;
  readonly program: Program;
  /** What it shows as its configuration, with all rules and pools. */
  readonly inForce: () => Promise<string>;
  /** Resolves when a scrape and an evaluation of rules have happened that had not when it was called. Throws when a target is down. */
  readonly goesOn: () => Promise<void>;
}

/** Starts a server of `command` on the configuration of `baseFiles`, and waits until it has scraped and evaluated. */
export async function startServed(bench: Bench, command: string, targetPort: number, flags: readonly string[]): Promise<Served> {
  const folder = bench.folder();
  const files = baseFiles(targetPort);
  for (const file of Object.keys(files)) restore(folder, file, files);
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const program = await bench.start(command, [
    `--config.file=${join(folder, "prometheus.yml")}`,
    `--storage.tsdb.path=${folder}/data`,
    `--web.listen-address=127.0.0.1:${port}`,
    ...flags,
  ]);
  await untilReady(url, program);
  const served: Served = {
    url,
    folder,
    files,
    program,
    async inForce() {
      const [{ yaml }, { groups }, { scrapePools }] = await Promise.all([
        answer<{ yaml: string }>(url, "status/config"),
        answer<{ groups: readonly { name: string; rules: readonly { query: string }[] }[] }>(url, "rules"),
        answer<{ scrapePools: readonly string[] }>(url, "scrape_pools"),
      ]);
      return JSON.stringify([yaml, groups.map(({ name, rules }) => [name, rules.map(({ query }) => query)]), scrapePools]);
    },
    async goesOn() {
      const before = await progress(url);
      await eventually("scrapes and rules to go on", async () => {
        const now = await progress(url);
        return now.every((value, i) => value > before[i]) ? true : undefined;
      });
      await eventually("all targets to be up", async () =>
        (await queryValue(url, "sum(up) == count(up) == 3")) === "3" ? true : undefined,
      );
    },
  };
  await eventually("all targets and the first rule", async () =>
    (await queryValue(url, "count(up) + count(steady:hits)")) === "4" ? true : undefined,
  );
  return served;
}

/** The newest values of what grows with each scrape, as scraped and as recorded by a rule. */
async function progress(url: string): Promise<readonly number[]> {
  const values = await Promise.all([queryValue(url, 'hits_total{job="steady"}'), queryValue(url, "steady:hits")]);
  return values.map((value) => Number(value ?? -1));
}

async function answer<T>(url: string, path: string): Promise<T> {
  const response = await fetch(`${url}/api/v1/${path}`);
  expect(response.status === 200, `${path} is answered with ${response.status}`);
  return ((await response.json()) as { data: T }).data;
}

/** Throws unless the metric, the API's status and its notifications say that the last reload worked, or did not. */
export async function expectTold({ url }: Served, isSuccessful: boolean): Promise<void> {
  const metrics = await (await fetch(`${url}/metrics`)).text();
  const told = /^prometheus_config_last_reload_successful (\d)/m.exec(metrics)?.[1];
  expectEqual(told, isSuccessful ? "1" : "0", "prometheus_config_last_reload_successful");
  const { reloadConfigSuccess } = await answer<{ reloadConfigSuccess: boolean }>(url, "status/runtimeinfo");
  expectEqual(reloadConfigSuccess, isSuccessful, "reloadConfigSuccess");
  const notifications = await answer<readonly { text: string }[]>(url, "notifications");
  const texts = notifications.map(({ text }) => text);
  expectEqual(texts, isSuccessful ? [] : ["Configuration reload has failed."], "notifications");
}
